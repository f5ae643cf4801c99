namespace Sluice.Journal;

/// <summary>Limits and habits of a journal on disk.</summary>
public sealed record DiskJournalOptions
{
    /// <summary>The limits that every kind of journal keeps. <see cref="JournalOptions.MaxSize"/> counts the segment files.</summary>
    public required JournalOptions Limits { get; init; }

    /// <summary>When writes are flushed.</summary>
    public SyncMode Sync { get; init; } = SyncMode.Always;

    /// <summary>The longest that a write stays unflushed with <see cref="SyncMode.Interval"/>. 1 s.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long entries are kept after every consumer has settled them, so that they can be replayed. Space that is needed for new entries
    /// is taken from them at any time, oldest first. 1 h.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A flush that takes longer than this makes the journal report a slow disk. 1 s.</summary>
    public TimeSpan SlowFlush { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Memory for the newest entries, from which consumers that keep up read. 8 MiB.</summary>
    public int TailSize { get; init; } = 8 << 20;
}
