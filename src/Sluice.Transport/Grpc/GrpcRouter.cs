using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Sluice.Transport.Bodies;
using Sluice.Transport.Rpc;

namespace Sluice.Transport.Grpc;

/// <summary>
/// Unary gRPC over HTTP/2, spoken directly: finds the method, and writes its answer as a frame with trailers, or as headers only when it
/// failed (<c>Trailers-Only</c>). See https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
/// </summary>
public sealed partial class GrpcRouter
{
    private const string ContentType = "application/grpc";
    private static readonly StringValues AcceptEncoding = "identity,gzip";
    private static readonly StringValues OkStatus = "0";

    private readonly FrozenDictionary<string, GrpcUnaryMethod> _methods;
    private readonly FrozenSet<string> _services;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Serves these methods.</summary>
    /// <param name="methods">By path, as <c>/package.Service/Method</c>.</param>
    /// <param name="time">The clock of time limits.</param>
    /// <param name="logger">Receives what methods throw.</param>
    public GrpcRouter(IReadOnlyDictionary<string, GrpcUnaryMethod> methods, TimeProvider time, ILogger logger)
    {
        _methods = methods.ToFrozenDictionary(StringComparer.Ordinal);
        _services = methods.Keys.Select(path => path.Split('/')[1]).ToFrozenSet(StringComparer.Ordinal);
        _time = time;
        _logger = logger;
    }

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "POST";
            return;
        }

        if (!IsGrpc(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var deadline = default(RequestDeadline);
        string? timeout = context.Request.Headers["grpc-timeout"];
        if (timeout is not null)
        {
            if (!GrpcTimeout.TryParse(timeout, out var limit))
            {
                WriteError(context, new RpcStatus(RpcCode.Internal, $"malformed grpc-timeout \"{timeout}\"; right is a number of at most 8 digits and H, M, S, m, u or n"));
                return;
            }

            deadline = new RequestDeadline(_time, limit);
        }

        if (!_methods.TryGetValue(context.Request.Path.Value ?? "", out var method))
        {
            WriteError(context, Unknown(context.Request.Path.Value ?? ""));
            return;
        }

        GrpcReply reply;
        try
        {
            reply = await method(context, deadline);
        }
        catch (Exception e)
        {
            LogFailed(e, context.Request.Path.Value!);
            reply = GrpcReply.Failed(new RpcStatus(RpcCode.Internal, "internal error; the log of the server has the details"));
        }

        if (reply.Status.Code == RpcCode.Ok)
        {
            WriteOk(context, reply.Frame.Span);
        }
        else
        {
            WriteError(context, reply.Status);
        }
    }

    private static void WriteOk(HttpContext context, ReadOnlySpan<byte> frame)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        var output = response.BodyWriter;
        frame.CopyTo(output.GetSpan(frame.Length));
        output.Advance(frame.Length);
        context.Features.Get<IHttpResponseTrailersFeature>()!.Trailers.GrpcStatus = OkStatus;
    }

    private static void WriteError(HttpContext context, RpcStatus status)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.GrpcStatus = ((int)status.Code).ToString(CultureInfo.InvariantCulture);
        response.Headers.GrpcMessage = GrpcMessageText.Encode(status.Message);
        if (status.Code == RpcCode.Unimplemented)
        {
            response.Headers.GrpcAcceptEncoding = AcceptEncoding;
        }

        if (status.RetryDelay is not null)
        {
            response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToProtobuf()).TrimEnd('=');
        }
    }

    private RpcStatus Unknown(string path)
    {
        var slash = path.LastIndexOf('/');
        var service = slash > 0 ? path[1..slash] : path.TrimStart('/');
        return new RpcStatus(
            RpcCode.Unimplemented,
            _services.Contains(service) ? $"unknown method {path[(slash + 1)..]} for service {service}" : $"unknown service {service}");
    }

    private static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length
            || contentType[ContentType.Length] == ';'
            || contentType.AsSpan(ContentType.Length).StartsWith("+proto", StringComparison.OrdinalIgnoreCase));

    [LoggerMessage(Level = LogLevel.Error, Message = "The gRPC method {Path} failed")]
    private partial void LogFailed(Exception exception, string path);
}
