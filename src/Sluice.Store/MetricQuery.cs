namespace Sluice.Store;

/// <summary>Asks for metric records that meet all of the conditions given.</summary>
public sealed record MetricQuery
{
    /// <summary>Words in the metric's name.</summary>
    public SearchText? Text { get; init; }

    /// <summary>The metric's name, exactly.</summary>
    public string? Name { get; init; }

    /// <summary>The latest time of its data points.</summary>
    public TimeRange Time { get; init; } = TimeRange.All;

    /// <summary>The service, exactly.</summary>
    public string? Service { get; init; }

    /// <summary>The order of arrival.</summary>
    public SearchOrder Order { get; init; }

    /// <summary>At most so many records.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>Continues behind this record.</summary>
    public StorePosition? After { get; init; }
}
