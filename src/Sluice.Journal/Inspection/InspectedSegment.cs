namespace Sluice.Journal;

/// <summary>One segment file.</summary>
public sealed record InspectedSegment
{
    /// <summary>Its name in the directory.</summary>
    public required string File { get; init; }

    /// <summary>What it is there for.</summary>
    public required SegmentState State { get; init; }

    /// <summary>Its place in the order of all segments of the journal; null for a file without groups.</summary>
    public ulong? Number { get; init; }

    /// <summary>The number of its first group.</summary>
    public ulong? FirstLsn { get; init; }

    /// <summary>The number behind that of its last group.</summary>
    public ulong? NextLsn { get; init; }

    /// <summary>Entries in it.</summary>
    public long Entries { get; init; }

    /// <summary>Records in them.</summary>
    public long Records { get; init; }

    /// <summary>Bytes from its beginning to the end of its last group.</summary>
    public long UsedBytes { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>When the oldest entry was received.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>When the newest group was received.</summary>
    public DateTimeOffset? Newest { get; init; }
}
