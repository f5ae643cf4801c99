namespace Sluice.Journal;

/// <summary>Limits that every kind of journal keeps.</summary>
public sealed record JournalOptions
{
    /// <summary>Bytes the log may hold, entries and headers. 256 MiB.</summary>
    public long MaxSize { get; init; } = 256L << 20;

    /// <summary>The largest group, in bytes. 32 MiB.</summary>
    public int MaxGroupSize { get; init; } = 32 << 20;

    /// <summary>How long an intake commit waits for space before it is refused. 5 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(5);
}
