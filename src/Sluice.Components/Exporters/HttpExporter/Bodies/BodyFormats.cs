using System.Net.Http.Headers;
using Sluice.Buffers;
using Sluice.Telemetry.Encoders.CloudEvents;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>What each format is by itself.</summary>
internal static class BodyFormats
{
    /// <summary>Whether a request holds one record.</summary>
    public static bool IsSingle(HttpFormat format) =>
        format is HttpFormat.Json or HttpFormat.Webhook or HttpFormat.CloudEvents or HttpFormat.CloudEventsBinary;

    /// <summary>The content type of requests; of those that have their own each, what it is mostly.</summary>
    public static MediaTypeHeaderValue TypeOf(HttpFormat format) => MediaTypeHeaderValue.Parse(format switch
    {
        HttpFormat.JsonLines => "application/x-ndjson",
        HttpFormat.CloudEvents => CloudEventsEncoder.StructuredMediaType,
        HttpFormat.CloudEventsBatch => CloudEventsEncoder.BatchMediaType,
        _ => "application/json",
    });

    /// <summary>What writes one request.</summary>
    public static IBodyWriter CreateWriter(HttpFormat format, BufferPool buffers) => format switch
    {
        HttpFormat.JsonLines => new EnvelopeBodyWriter(Framing.Lines, buffers),
        HttpFormat.JsonArray => new EnvelopeBodyWriter(Framing.Array, buffers),
        HttpFormat.Json => new EnvelopeBodyWriter(Framing.None, buffers),
        HttpFormat.Webhook => new WebhookBodyWriter(buffers),
        HttpFormat.OtlpJson => new OtlpJsonBodyWriter(),
        HttpFormat.CloudEvents => new CloudEventsBodyWriter(Framing.None, buffers),
        HttpFormat.CloudEventsBinary => new BinaryCloudEventBodyWriter(buffers),
        HttpFormat.CloudEventsBatch => new CloudEventsBodyWriter(Framing.Array, buffers),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };
}
