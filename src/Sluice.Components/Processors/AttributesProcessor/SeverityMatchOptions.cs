using Sluice.Configuration;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>A range of severities.</summary>
public sealed record SeverityMatchOptions
{
    /// <summary>The lowest severity number that matches.</summary>
    [Option("The lowest severity number that matches; 9 is INFO, 13 WARN, 17 ERROR.", Min = 0, Max = 24)]
    public int Min { get; init; }

    /// <summary>Whether records without a severity number match.</summary>
    [Option("Whether records without a severity number match.")]
    public bool MatchUndefined { get; init; }
}
