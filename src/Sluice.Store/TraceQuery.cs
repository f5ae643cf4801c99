namespace Sluice.Store;

/// <summary>Asks for traces: those with at least one span that meets all of the conditions given.</summary>
public sealed record TraceQuery
{
    /// <summary>Words in the span's name.</summary>
    public SearchText? Text { get; init; }

    /// <summary>The span's name, exactly.</summary>
    public string? Operation { get; init; }

    /// <summary>The span's service, exactly.</summary>
    public string? Service { get; init; }

    /// <summary>The span's start.</summary>
    public TimeRange Time { get; init; } = TimeRange.All;

    /// <summary>The span lasted at least so many nanoseconds.</summary>
    public long? MinDuration { get; init; }

    /// <summary>The span lasted at most so many nanoseconds.</summary>
    public long? MaxDuration { get; init; }

    /// <summary>Whether the span's status must be an error.</summary>
    public bool ErrorsOnly { get; init; }

    /// <summary>The order of arrival, of the first matching span in that order.</summary>
    public SearchOrder Order { get; init; }

    /// <summary>At most so many traces.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>Continues behind another page.</summary>
    public TraceCursor? After { get; init; }
}
