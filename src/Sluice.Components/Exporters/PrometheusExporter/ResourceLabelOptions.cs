using Sluice.Configuration;

namespace Sluice.Components.Exporters.PrometheusExporter;

/// <summary><c>resource_constant_labels</c>.</summary>
public sealed record ResourceLabelOptions
{
    /// <summary>Patterns of the attributes that become labels.</summary>
    [Option("Keys of the attributes that become labels, * and ? stand for any characters. Empty with excluded: all that are not excluded.")]
    public IReadOnlyList<string> Included { get; init; } = [];

    /// <summary>Patterns of those that do not.</summary>
    [Option("Keys of the attributes that do not, whatever included says.")]
    public IReadOnlyList<string> Excluded { get; init; } = [];
}
