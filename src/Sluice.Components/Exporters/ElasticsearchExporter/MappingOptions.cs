using Sluice.Configuration;
using Sluice.Telemetry.Encoders.Elasticsearch;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>What documents look like: the Collector's <c>mapping</c>.</summary>
[IgnoredOption("dedup", "a document never has a name twice")]
[IgnoredOption("dedot", "names with dots become objects in the mode ecs, and nowhere else")]
[UnsupportedOption("fields", "rename attributes with a processor")]
[UnsupportedOption("file", "rename attributes with a processor")]
public sealed record MappingOptions : IValidatableOptions
{
    /// <summary>The shape.</summary>
    [Option("otel: the shape of the OpenTelemetry-native data streams; ecs: fields of the Elastic Common Schema; bodymap: the body of log records, which has to be a map; none and raw: names of OpenTelemetry, attributes below Attributes or at the top. A sender may ask for another by the header X-Elastic-Mapping-Mode, where its receiver keeps headers, and a scope by its attribute elastic.mapping.mode.")]
    public DocumentMapping Mode { get; init; } = DocumentMapping.Otel;

    /// <summary>The shapes that senders and scopes may ask for.</summary>
    [Option("The modes that senders and scopes may ask for; by default all.")]
    public IReadOnlyList<DocumentMapping> AllowedModes { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (AllowedModes.Count > 0 && !AllowedModes.Contains(Mode))
        {
            context.Error("mode", "is not among allowed_modes", "add it there, or choose one of those");
        }
    }
}

/// <summary>Indices with a date in their names: the Collector's <c>logstash_format</c>.</summary>
public sealed record LogstashFormatOptions
{
    /// <summary>Whether there is one.</summary>
    [Option("Whether the date of each record, in UTC, is put behind the name of its index. Such documents are in no data stream.")]
    public bool Enabled { get; init; }

    /// <summary>Stands between.</summary>
    [Option("Stands between the name and the date.")]
    public string PrefixSeparator { get; init; } = "-";

    /// <summary>The date.</summary>
    [Option("The date, in the letters of strftime: %Y %y %m %d %j %H %M %S, and text.")]
    public string DateFormat { get; init; } = "%Y.%m.%d";
}

/// <summary>The ingest pipeline that an attribute of each record names: the Collector's <c>logs_dynamic_pipeline</c>.</summary>
public sealed record DynamicPipelineOptions
{
    /// <summary>Whether it is read.</summary>
    [Option("Whether the attribute elasticsearch.ingest_pipeline is read.")]
    public bool Enabled { get; init; }
}
