using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>Writes answers.</summary>
internal static class EventResponse
{
    /// <summary>People read answers where they come out of curl, so that quotes and plus signs stay what they are; no browser takes JSON for HTML.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one.</summary>
    /// <param name="http">The request.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="allow">The methods that are taken, where the answer has to name them.</param>
    public static Task WriteAsync(HttpContext http, in EventAnswer answer, string allow = "POST")
    {
        if (answer.Outcome == EventOutcome.Aborted)
        {
            // Whatever cut it off, a connection that is still there must not be told that all is well.
            http.Abort();
            return Task.CompletedTask;
        }

        var response = http.Response;
        response.StatusCode = answer.HttpStatus;
        if (answer.Outcome == EventOutcome.MethodNotAllowed)
        {
            response.Headers.Allow = allow;
        }

        if (answer.Outcome is EventOutcome.Busy or EventOutcome.Unavailable)
        {
            RetryAfterHeader.Set(response, answer.RetryAfter);
        }

        if (answer.Message.Length == 0)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }

        var body = BodyOf(answer);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    private static ReadOnlyMemory<byte> BodyOf(in EventAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, Readable);
        writer.WriteStartObject();
        writer.WriteString(answer.Outcome == EventOutcome.Handshake ? "challenge"u8 : "error"u8, answer.Message);
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }
}
