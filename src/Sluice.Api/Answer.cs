using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sluice.Telemetry;

namespace Sluice.Api;

/// <summary>
/// Writes a JSON answer piece by piece: what is written is gathered and sent on whenever enough has come together, so that a long answer
/// needs little memory, and a search that fails early can still be answered with an error.
/// </summary>
internal sealed class Answer : IAsyncDisposable
{
    private const int SendAt = 64 << 10;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpResponse _response;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    public Answer(HttpResponse response)
    {
        _response = response;
        response.ContentType = "application/json; charset=utf-8";
        Json = new Utf8JsonWriter(_buffer, Options);
    }

    /// <summary>Where the answer is written.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Sets another status than 200; before anything is sent.</summary>
    public void Status(int status) => _response.StatusCode = status;

    /// <summary>Sends what is written if that is much.</summary>
    public ValueTask SendIfFullAsync(CancellationToken cancellationToken) =>
        _buffer.WrittenCount + Json.BytesPending >= SendAt ? SendAsync(cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Sends what is written.</summary>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        Json.Flush();
        await _response.Body.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }

    /// <summary>Writes a time as RFC 3339 with nanoseconds.</summary>
    public void Time(string name, long unixNano)
    {
        var (seconds, nanoseconds) = Math.DivRem(unixNano, 1_000_000_000);
        if (nanoseconds < 0)
        {
            (seconds, nanoseconds) = (seconds - 1, nanoseconds + 1_000_000_000);
        }

        Json.WriteString(name, $"{DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-dd'T'HH:mm:ss}.{nanoseconds:D9}Z");
    }

    /// <summary>Writes a time as RFC 3339 with nanoseconds.</summary>
    public void Time(string name, DateTimeOffset time) => Time(name, UnixTime.ToNano(time));

    /// <summary>Writes a list of texts.</summary>
    public void List(string name, IEnumerable<string> texts)
    {
        Json.WriteStartArray(name);
        foreach (var text in texts)
        {
            Json.WriteStringValue(text);
        }

        Json.WriteEndArray();
    }

    /// <summary>Writes files that could not be read, if there are any.</summary>
    public void Warnings(IReadOnlyCollection<string> warnings)
    {
        if (warnings.Count > 0)
        {
            List("warnings", warnings);
        }
    }

    /// <summary>Answers with an error.</summary>
    public static async Task ErrorAsync(HttpResponse response, ApiException error)
    {
        response.StatusCode = error.Status;
        await using var answer = new Answer(response);
        answer.Json.WriteStartObject();
        answer.Json.WriteStartObject("error");
        answer.Json.WriteString("message", error.Message);
        if (error.Parameter is not null)
        {
            answer.Json.WriteString("parameter", error.Parameter);
        }

        if (error.Expected is not null)
        {
            answer.Json.WriteString("expected", error.Expected);
        }

        answer.Json.WriteEndObject();
        answer.Json.WriteEndObject();
        await answer.SendAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Json.DisposeAsync();
}
