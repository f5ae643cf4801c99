namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>What a document is of, which names its index.</summary>
internal enum DocumentKind
{
    /// <summary>A log record.</summary>
    Log,

    /// <summary>A span.</summary>
    Span,

    /// <summary>An event of a span, which goes where logs go.</summary>
    SpanEvent,

    /// <summary>Data points of metrics.</summary>
    Metric,
}
