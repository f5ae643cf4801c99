namespace Sluice.Store;

/// <summary>Asks how many records there are per step of event time.</summary>
public sealed record HistogramQuery
{
    /// <summary>What is counted.</summary>
    public required IReadOnlyList<RecordKind> Kinds { get; init; }

    /// <summary>Event time; steps begin at multiples of <see cref="Step"/> and are counted whole, so the range is rounded outwards to minutes.</summary>
    public TimeRange Time { get; init; } = TimeRange.All;

    /// <summary>Length of a step: whole minutes.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The service, exactly.</summary>
    public string? Service { get; init; }

    /// <summary>The least severity number; meaningful for logs and events.</summary>
    public int MinSeverity { get; init; }
}
