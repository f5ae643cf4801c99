using Microsoft.AspNetCore.Http;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Receivers.OtlpReceiver.Http;

/// <summary>Writes answers in the encoding of the request.</summary>
internal static class OtlpHttpResponse
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private static readonly byte[] EmptyJson = "{}"u8.ToArray();

    /// <summary>The encoding that a content type names, parameters ignored; null when it is neither of the two.</summary>
    public static OtlpTransport? EncodingOf(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        if (type.Equals(Protobuf, StringComparison.OrdinalIgnoreCase))
        {
            return OtlpTransport.HttpProtobuf;
        }

        return type.Equals(Json, StringComparison.OrdinalIgnoreCase) ? OtlpTransport.HttpJson : null;
    }

    public static Task WriteAsync(HttpContext context, Signal signal, OtlpTransport encoding, in OtlpAnswer answer, BufferPool pool)
    {
        if (answer.Outcome != OtlpOutcome.Accepted)
        {
            return WriteErrorAsync(context, encoding, answer.HttpStatus, answer.Status);
        }

        if (answer.Rejections.Records == 0)
        {
            return WriteBodyAsync(context, encoding, encoding == OtlpTransport.HttpJson ? EmptyJson : []);
        }

        return WriteBodyAsync(
            context,
            encoding,
            encoding == OtlpTransport.HttpJson
                ? OtlpPartialSuccess.ToJson(signal, answer.Rejections)
                : OtlpPartialSuccess.ToProtobuf(signal, answer.Rejections, pool));
    }

    public static Task WriteErrorAsync(HttpContext context, OtlpTransport encoding, int status, RpcStatus error)
    {
        context.Response.StatusCode = status;
        if (error.RetryDelay is { } delay)
        {
            RetryAfterHeader.Set(context.Response, delay);
        }

        return WriteBodyAsync(context, encoding, encoding == OtlpTransport.HttpJson ? error.ToJson() : error.ToProtobuf());
    }

    private static Task WriteBodyAsync(HttpContext context, OtlpTransport encoding, byte[] body)
    {
        context.Response.ContentType = encoding == OtlpTransport.HttpJson ? Json : Protobuf;
        context.Response.ContentLength = body.Length;
        return body.Length == 0 ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }
}
