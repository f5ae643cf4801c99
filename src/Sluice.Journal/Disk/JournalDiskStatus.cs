namespace Sluice.Journal;

/// <summary>A snapshot of what only a journal on disk has. Counts are since the opening.</summary>
public sealed record JournalDiskStatus
{
    /// <summary>Where it is.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of one segment file.</summary>
    public required long SegmentSize { get; init; }

    /// <summary>Segment files with entries that a consumer needs, the one being written included.</summary>
    public required int NeededSegments { get; init; }

    /// <summary>Segment files that nobody needs and that are kept for replays, or until a snapshot covers them.</summary>
    public required int RetainedSegments { get; init; }

    /// <summary>Segment files prepared for new entries.</summary>
    public required int SpareSegments { get; init; }

    /// <summary>Bytes written to segments, headers and padding included.</summary>
    public required long WrittenBytes { get; init; }

    /// <summary>Bytes of entries that consumers have read.</summary>
    public required long ReadBytes { get; init; }

    /// <summary>Records in the entries that consumers have read.</summary>
    public required long ReadRecords { get; init; }

    /// <summary>Writes with their flush.</summary>
    public required long Flushes { get; init; }

    /// <summary>Writes or flushes that failed, each of which ended the use of a segment.</summary>
    public required long FailedFlushes { get; init; }

    /// <summary>Damaged groups found, at the opening and by reading; the torn tail of a crash is none.</summary>
    public required long CorruptGroups { get; init; }

    /// <summary>Bytes cut off at the opening because a crash had left them unfinished.</summary>
    public required long TornBytes { get; init; }

    /// <summary>Bytes of the newest snapshot of tables, counters and consumers.</summary>
    public required long SnapshotBytes { get; init; }
}
