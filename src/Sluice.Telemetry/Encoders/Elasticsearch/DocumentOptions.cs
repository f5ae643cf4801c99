namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>What documents look like, and where they go.</summary>
public sealed record DocumentOptions
{
    /// <summary>The shape, unless a scope asks for another by its attribute <c>elastic.mapping.mode</c>.</summary>
    public DocumentMapping Mapping { get; init; } = DocumentMapping.Otel;

    /// <summary>The shapes that scopes may ask for.</summary>
    public IReadOnlyCollection<DocumentMapping> AllowedMappings { get; init; } = Enum.GetValues<DocumentMapping>();

    /// <summary>The index of all logs and events of spans; empty to route each by its attributes.</summary>
    public string LogsIndex { get; init; } = "";

    /// <summary>The index of all spans; empty to route each by its attributes.</summary>
    public string TracesIndex { get; init; } = "";

    /// <summary>The index of all metrics; empty to route each data point by its attributes.</summary>
    public string MetricsIndex { get; init; } = "";

    /// <summary>Adds the day of each record to the name of its index; null for none.</summary>
    public DatePattern? Date { get; init; }

    /// <summary>Stands between the name and the date.</summary>
    public string DateSeparator { get; init; } = "-";

    /// <summary>Ids that log records bring with them; null for those of the records.</summary>
    public NaturalIdOptions? LogIds { get; init; }

    /// <summary>Ids that spans bring with them; null for those of the records.</summary>
    public NaturalIdOptions? SpanIds { get; init; }

    /// <summary>Whether the attribute <c>elasticsearch.ingest_pipeline</c> of a log record names its ingest pipeline.</summary>
    public bool LogPipelines { get; init; }
}
