using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Google.Rpc;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Telemetry;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Receivers.OtlpReceiver;

/// <summary>Requests in the three forms of OTLP.</summary>
internal static class Requests
{
    public static readonly string[] Paths = ["/v1/logs", "/v1/traces", "/v1/metrics"];

    public static readonly string[] Methods =
    [
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    ];

    /// <summary>A request with something in it.</summary>
    public static byte[] Sample(Signal signal, int seed = 1)
    {
        while (true)
        {
            if (new OtlpGenerator(seed++).Request(signal).ToByteArray() is { Length: > 200 } request)
            {
                return request;
            }
        }
    }

    /// <summary>Log records; those with a short trace id are refused by themselves.</summary>
    public static ExportLogsServiceRequest Logs(int good, int bad)
    {
        var scope = new ScopeLogs();
        for (var i = 0; i < good + bad; i++)
        {
            scope.LogRecords.Add(new LogRecord { TraceId = ByteString.CopyFrom(new byte[i < good ? 16 : 3]), SeverityText = "INFO" });
        }

        return new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { ScopeLogs = { scope } } } };
    }

    public static async Task<(HttpResponseMessage Answer, byte[] Body)> PostAsync(
        HttpClient client, string path, byte[] body, string? contentType, string? coding = null)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (coding is not null)
        {
            content.Headers.Add("Content-Encoding", coding);
        }

        var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return (answer, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Calls a method; the status is that of the trailers or, when it failed, of the headers.</summary>
    public static async Task<(int Code, string Message, Status? Details, byte[] Response)> CallAsync(
        HttpClient client, string method, byte[] message, bool gzip = false, string? timeout = "10S")
    {
        using var content = new ByteArrayContent(Frame(gzip ? Gzip(message) : message, gzip));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("grpc-encoding", gzip ? "gzip" : "identity");
        if (timeout is not null)
        {
            request.Headers.Add("grpc-timeout", timeout);
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        if (!answer.Headers.TryGetValues("grpc-status", out var failed))
        {
            Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
            Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
            return (0, "", null, body[5..]);
        }

        Assert.Empty(body);
        Status? details = null;
        if (answer.Headers.TryGetValues("grpc-status-details-bin", out var bin))
        {
            var text = bin.Single();
            details = Status.Parser.ParseFrom(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        }

        return (int.Parse(failed.Single(), System.Globalization.CultureInfo.InvariantCulture),
            Uri.UnescapeDataString(answer.Headers.GetValues("grpc-message").Single()), details, []);
    }

    public static byte[] Gzip(byte[] body)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return output.ToArray();
    }

    private static byte[] Frame(byte[] message, bool compressed)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}
