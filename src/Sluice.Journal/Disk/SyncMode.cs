namespace Sluice.Journal;

/// <summary>When what was written is flushed to the disk. The crash of the process loses nothing in any mode.</summary>
public enum SyncMode
{
    /// <summary>Before anything is acknowledged: what is acknowledged survives a power cut.</summary>
    Always,

    /// <summary>Every <see cref="DiskJournalOptions.SyncInterval"/>: a power cut takes at most that much of what was acknowledged.</summary>
    Interval,

    /// <summary>When the system likes: a power cut takes what the system had not written.</summary>
    Never,
}
