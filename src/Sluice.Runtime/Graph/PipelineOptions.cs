using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary>One pipeline: lists of component ids.</summary>
public sealed record PipelineOptions
{
    /// <summary>Where its data comes from.</summary>
    [Option("Ids of the receivers and connectors that feed it.")]
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>What happens to it, in order.</summary>
    [Option("Ids of its processors, in order.")]
    public IReadOnlyList<string> Processors { get; init; } = [];

    /// <summary>Where it goes.</summary>
    [Option("Ids of the exporters and connectors that take it.")]
    public IReadOnlyList<string> Exporters { get; init; } = [];
}
