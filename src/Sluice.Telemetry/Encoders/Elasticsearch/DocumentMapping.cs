namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>The shapes of documents: the mapping modes of the Collector's <c>elasticsearch</c> exporter.</summary>
public enum DocumentMapping
{
    /// <summary>The shape of the OpenTelemetry-native data streams; events of spans are documents of their own.</summary>
    Otel,

    /// <summary>Fields of the Elastic Common Schema where there are such, other attributes beside them.</summary>
    Ecs,

    /// <summary>The body of a log record, which has to be a map, and nothing else.</summary>
    Bodymap,

    /// <summary>Names of OpenTelemetry, attributes below <c>Attributes</c>.</summary>
    None,

    /// <summary>Like <see cref="None"/>, with attributes and events at the top.</summary>
    Raw,
}
