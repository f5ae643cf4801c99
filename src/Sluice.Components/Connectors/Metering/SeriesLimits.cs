namespace Sluice.Components.Connectors.Metering;

/// <summary>How many series and resources are kept, and how long.</summary>
internal sealed record SeriesLimits
{
    /// <summary>Series of a resource and metric; 0 for no limit of its own.</summary>
    public int CardinalityLimit { get; init; }

    /// <summary>Resources kept.</summary>
    public required int ResourceCacheSize { get; init; }

    /// <summary>How long a resource is kept of which nothing comes; zero for ever.</summary>
    public TimeSpan MetricsExpiration { get; init; }

    /// <summary>How long a series is kept for which nothing comes; zero for ever.</summary>
    public TimeSpan SeriesExpiration { get; init; }
}
