using System.Text.Json;
using Sluice.Buffers;
using Sluice.Components.Exporters.Otlp;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>What a server answered to a request as a whole. Owns the body.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="RetryAfter">What it asks for.</param>
/// <param name="Body">The body.</param>
/// <param name="IsWhole">Whether that is all of it.</param>
/// <param name="Server">Who answered, for messages.</param>
internal sealed record ClusterAnswer(int Status, TimeSpan? RetryAfter, PooledBufferWriter Body, bool IsWhole, string Server) : IDisposable
{
    /// <summary>Whether it is a success.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>What went wrong, in one line.</summary>
    public string Reason(string request)
    {
        var said = ExportAnswer.Shorten(ReadError());
        return $"{Server} answered {Status} to {request}" + (said.Length == 0 ? "" : ": " + said);
    }

    /// <summary>What an answer other than a success means for a batch.</summary>
    public DeliveryOutcome Judge(string request) => Status switch
    {
        429 or 408 or >= 500 => DeliveryOutcome.Retry(Reason(request), RetryAfter),
        413 => DeliveryOutcome.TooLarge(Reason(request)),

        // About the configuration or the credentials, not about the records: nothing must go to the dead letters for it.
        (>= 300 and <= 399) or 401 or 403 or 404 or 405 or 406 or 407 or 415 => DeliveryOutcome.Fatal(Reason(request)),
        _ => DeliveryOutcome.RejectedWhole(Reason(request)),
    };

    public void Dispose() => Body.Dispose();

    private string ReadError()
    {
        try
        {
            using var document = JsonDocument.Parse(Body.WrittenMemory);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("error"u8, out var error))
            {
                return "";
            }

            if (error.ValueKind == JsonValueKind.String)
            {
                return error.GetString()!;
            }

            return error.ValueKind == JsonValueKind.Object && error.TryGetProperty("type"u8, out var type) && error.TryGetProperty("reason"u8, out var reason)
                ? $"{type}: {reason}"
                : "";
        }
        catch (JsonException)
        {
            // A page of a proxy: the status says enough.
            return "";
        }
    }
}
