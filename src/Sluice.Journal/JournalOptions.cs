namespace Sluice.Journal;

/// <summary>Limits that every kind of journal keeps.</summary>
public sealed record JournalOptions
{
    /// <summary>Bytes the log may hold, entries and headers. 128 MiB.</summary>
    public long MaxSize { get; init; } = 128L << 20;

    /// <summary>The largest group, in bytes. 32 MiB.</summary>
    public int MaxGroupSize { get; init; } = 32 << 20;

    /// <summary>The most that <see cref="MaxWait"/> may be. No sender waits longer, and timers cannot run for more than some weeks.</summary>
    public static TimeSpan LongestMaxWait { get; } = TimeSpan.FromDays(1);

    /// <summary>How long an intake commit waits for space before it is refused; at most <see cref="LongestMaxWait"/>. 5 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many intake commits may wait for space at once; more are refused at once. 1024.</summary>
    public int MaxWaitingGroups { get; init; } = 1024;

    /// <summary>How long the log is kept for a consumer that is not open. Then its backlog is dropped and counted. 24 h.</summary>
    public TimeSpan OrphanRetention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Checks each value for itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxGroupSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxWait, LongestMaxWait);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxWaitingGroups);
        ArgumentOutOfRangeException.ThrowIfLessThan(OrphanRetention, TimeSpan.Zero);
    }
}
