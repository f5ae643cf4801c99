using System.Net.Http.Headers;
using Sluice.Buffers;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>What the formats have in common, and what each is by itself.</summary>
internal static class BodyFormats
{
    /// <summary>Whether a request holds one record.</summary>
    public static bool IsSingle(HttpFormat format) => format is HttpFormat.Json or HttpFormat.Webhook;

    /// <summary>The content type of requests.</summary>
    public static MediaTypeHeaderValue TypeOf(HttpFormat format) =>
        new(format == HttpFormat.JsonLines ? "application/x-ndjson" : "application/json");

    /// <summary>What writes the body of one request.</summary>
    public static IBodyWriter CreateWriter(HttpFormat format, BufferPool buffers) => format switch
    {
        HttpFormat.OtlpJson => new OtlpJsonBodyWriter(),
        HttpFormat.Webhook => new WebhookBodyWriter(buffers),
        _ => new EnvelopeBodyWriter(format, buffers),
    };
}
