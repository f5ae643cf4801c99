namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Where the id of a document is taken from, when it is not that of its record.</summary>
public enum NaturalIdSource
{
    /// <summary>An attribute of the record.</summary>
    Attribute,

    /// <summary>The trace id and the span id of a span.</summary>
    Span,
}
