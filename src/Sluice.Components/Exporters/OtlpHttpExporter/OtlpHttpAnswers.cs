using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.OtlpHttpExporter;

/// <summary>What an error of HTTP means for a batch; the OTLP specification, "OTLP/HTTP Response".</summary>
internal static class OtlpHttpAnswers
{
    /// <summary>Judges a status other than 2xx.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="retryAfter">What the server asks for.</param>
    /// <param name="reason">What is said about it.</param>
    public static DeliveryOutcome Judge(int status, TimeSpan? retryAfter, string reason) => status switch
    {
        429 or 502 or 503 or 504 => DeliveryOutcome.Retry(reason, retryAfter),
        413 => DeliveryOutcome.TooLarge(reason),

        // About the configuration or the credentials, not about the records: nothing must go to the dead letters for it.
        (>= 300 and <= 399) or 401 or 403 or 404 or 405 or 407 or 415 => DeliveryOutcome.Fatal(reason),
        _ => DeliveryOutcome.RejectedWhole(reason),
    };
}
