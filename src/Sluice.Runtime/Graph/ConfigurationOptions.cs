using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary>The whole configuration file, as the OpenTelemetry Collector lays it out.</summary>
public sealed record ConfigurationOptions
{
    /// <summary>Receivers by id.</summary>
    [Option("Receivers by id: they take data in.")]
    public IReadOnlyDictionary<string, ConfigNode> Receivers { get; init; } = new Dictionary<string, ConfigNode>();

    /// <summary>Processors by id.</summary>
    [Option("Processors by id: they change or drop data within a pipeline.")]
    public IReadOnlyDictionary<string, ConfigNode> Processors { get; init; } = new Dictionary<string, ConfigNode>();

    /// <summary>Connectors by id.</summary>
    [Option("Connectors by id: they end one pipeline and begin another.")]
    public IReadOnlyDictionary<string, ConfigNode> Connectors { get; init; } = new Dictionary<string, ConfigNode>();

    /// <summary>Exporters by id.</summary>
    [Option("Exporters by id: they deliver data.")]
    public IReadOnlyDictionary<string, ConfigNode> Exporters { get; init; } = new Dictionary<string, ConfigNode>();

    /// <summary>Extensions by id.</summary>
    [Option("Extensions by id: they stand beside the pipelines.")]
    public IReadOnlyDictionary<string, ConfigNode> Extensions { get; init; } = new Dictionary<string, ConfigNode>();

    /// <summary>What runs.</summary>
    [Option("What runs: the pipelines, and the instance's own journal, telemetry and API.")]
    public ServiceOptions Service { get; init; } = new();
}
