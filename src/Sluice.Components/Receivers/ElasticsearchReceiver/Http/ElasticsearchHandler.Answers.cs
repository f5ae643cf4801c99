using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Http;

/// <content>Writing answers.</content>
internal sealed partial class ElasticsearchHandler
{
    private const string PlainJson = "application/json";
    private const string CompatibleJson = "application/vnd.elasticsearch+json";

    private static HttpResponse Begin(HttpContext http, int status, long length, string type = PlainJson)
    {
        var response = http.Response;
        response.StatusCode = status;

        response.ContentType = type == PlainJson ? JsonFor(http.Request.Headers.Accept) : type;
        response.ContentLength = length;
        return response;
    }

    /// <summary>A client that asks for the JSON of a version first of all gets it under that name.</summary>
    private static string JsonFor(StringValues accept)
    {
        if (accept.Count == 0 || !accept[0]!.StartsWith(CompatibleJson, StringComparison.OrdinalIgnoreCase))
        {
            return PlainJson;
        }

        var end = accept[0]!.IndexOf(',', StringComparison.Ordinal);
        return end < 0 ? accept[0]! : accept[0]![..end];
    }

    private Task RefuseMethodAsync(HttpContext http, ElasticsearchCall call, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return RefuseAsync(http, call, ElasticsearchAnswer.MethodNotAllowed(
            $"Incorrect HTTP method for uri [{http.Request.Path}] and method [{http.Request.Method}], allowed: [{allowed}]"));
    }

    private Task RefuseAsync(HttpContext http, ElasticsearchCall call, in ElasticsearchAnswer answer)
    {
        Count(call, answer);
        if (answer.Outcome == ElasticsearchOutcome.Aborted)
        {
            // Whatever cut it off, a connection that is still there must not be told that all is well.
            http.Abort();
            return Task.CompletedTask;
        }

        if (answer.Outcome is ElasticsearchOutcome.Busy or ElasticsearchOutcome.Unavailable)
        {
            RetryAfterHeader.Set(http.Response, answer.RetryAfter);
        }

        var body = new ArrayBufferWriter<byte>();
        body.Write("{\"error\":{\"root_cause\":["u8);
        WriteError(body, answer);
        body.Write("}],"u8);
        WriteError(body, answer, isFirst: false);
        body.Write("},\"status\":"u8);
        body.Write(Encoding.ASCII.GetBytes(answer.HttpStatus.ToString(CultureInfo.InvariantCulture)));
        body.Write("}"u8);
        return Begin(http, answer.HttpStatus, body.WrittenCount).Body.WriteAsync(body.WrittenMemory).AsTask();
    }

    private static void WriteError(ArrayBufferWriter<byte> body, in ElasticsearchAnswer answer, bool isFirst = true)
    {
        body.Write(isFirst ? "{\"type\":"u8 : "\"type\":"u8);
        BulkAnswer.WriteText(body, answer.Type);
        body.Write(",\"reason\":"u8);
        BulkAnswer.WriteText(body, answer.Message);
    }
}
