using System.Buffers.Binary;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Sluice.Testing.Sinks;

/// <summary>What a sink does with a request that it has read.</summary>
/// <param name="IsTaken">Whether it counts as taken.</param>
/// <param name="WriteAsync">Answers, or does not.</param>
public sealed record SinkAnswer(bool IsTaken, Func<HttpContext, Task> WriteAsync)
{
    /// <summary>The request is taken: an empty response of protobuf.</summary>
    public static SinkAnswer Taken { get; } = Response([]);

    /// <summary>The connection is reset.</summary>
    public static SinkAnswer Reset { get; } = new(false, context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>gRPC: the answer ends without a status.</summary>
    public static SinkAnswer GrpcWithoutStatus { get; } = new(false, context => Grpc(context, new byte[5]));

    /// <summary>gRPC: something else answers, as a proxy would.</summary>
    public static SinkAnswer GrpcWithoutGrpc { get; } = new(false, context =>
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync("<html>sign in</html>");
    });

    /// <summary>The request is taken with this message for a response, whatever the transport.</summary>
    public static SinkAnswer Response(byte[] message) => new(true, async context =>
    {
        if (IsGrpc(context))
        {
            var frame = new byte[5 + message.Length];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
            message.CopyTo(frame, 5);
            context.Response.DeclareTrailer("grpc-status");
            await Grpc(context, frame);
            context.Response.AppendTrailer("grpc-status", "0");
            return;
        }

        context.Response.ContentType = "application/x-protobuf";
        await context.Response.Body.WriteAsync(message);
    });

    /// <summary>The request is taken except for some of its items.</summary>
    public static SinkAnswer PartialSuccess(long rejected, string message) => Response(new OpenTelemetry.Proto.Collector.Logs.V1.ExportLogsServiceResponse
    {
        PartialSuccess = new() { RejectedLogRecords = rejected, ErrorMessage = message },
    }.ToByteArray());

    /// <summary>HTTP: a status, with a body and headers.</summary>
    public static SinkAnswer Status(int status, string body = "", string contentType = "text/plain", params (string Name, string Value)[] headers) =>
        new(status is >= 200 and < 300, async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = body.Length > 0 ? contentType : null;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            if (body.Length > 0)
            {
                await context.Response.WriteAsync(body);
            }
        });

    /// <summary>gRPC: a status in the headers, without a body ("trailers only").</summary>
    public static SinkAnswer Rpc(int code, string message = "", byte[]? details = null) => new(false, context =>
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = $"{code}";
        context.Response.Headers["grpc-message"] = message;
        if (details is not null)
        {
            context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(details).TrimEnd('=');
        }

        return Task.CompletedTask;
    });

    /// <summary>Answers when the task ends, unless the client goes away before that.</summary>
    public SinkAnswer After(Task task) => this with
    {
        WriteAsync = async context =>
        {
            await task.WaitAsync(context.RequestAborted);
            await WriteAsync(context);
        },
    };

    /// <summary>Whether it is a call of gRPC.</summary>
    internal static bool IsGrpc(HttpContext context) => context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;

    private static async Task Grpc(HttpContext context, byte[] frame)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(frame);
    }
}
