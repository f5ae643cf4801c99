using System.Numerics;

namespace Sluice.Journal;

/// <summary>Limits and habits of a journal on disk.</summary>
public sealed record DiskJournalOptions
{
    /// <summary>The largest group that a journal on disk can be set to take: a segment is at most 1 GiB.</summary>
    public const int LargestGroupSize = (1 << 30) - GroupMargin;

    /// <summary>What a segment holds beside the largest group: its header, the group's frame and index, and the trailer.</summary>
    private const int GroupMargin = 64 << 10;

    private const int SmallestSegment = 1 << 20;
    private const int UsualSegment = 64 << 20;

    /// <summary>One that is written, one that is prepared, one for the reserve, and one that is read.</summary>
    private const int FewestSegments = 4;

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

    /// <summary>Bytes of one segment file under these limits.</summary>
    public int SegmentSize => SegmentSizeFor(Limits.MaxSize, Limits.MaxGroupSize);

    /// <summary>
    /// Bytes of one segment file: a power of two from 1 MiB to 64 MiB that is at most an eighth of the journal, but large enough for a
    /// group, and larger than 64 MiB only for that.
    /// </summary>
    /// <param name="maxSize">Bytes that all segments may take together; at least <see cref="SmallestMaxSizeFor"/>.</param>
    /// <param name="maxGroupSize">Bytes of the largest group; at most <see cref="LargestGroupSize"/>.</param>
    public static int SegmentSizeFor(long maxSize, int maxGroupSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, SmallestMaxSizeFor(maxGroupSize));
        var share = Math.Clamp(maxSize / 8, SmallestSegment, UsualSegment);
        return Math.Max(1 << BitOperations.Log2((ulong)share), SegmentForGroup(maxGroupSize));
    }

    /// <summary>The least that a journal may be limited to: four segments that each can hold a group.</summary>
    /// <param name="maxGroupSize">Bytes of the largest group; at most <see cref="LargestGroupSize"/>.</param>
    public static long SmallestMaxSizeFor(int maxGroupSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxGroupSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxGroupSize, LargestGroupSize);
        return (long)FewestSegments * Math.Max(SmallestSegment, SegmentForGroup(maxGroupSize));
    }

    /// <summary>Checks each value for itself, and that the journal can hold its groups.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        Limits.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(Limits.MaxSize, SmallestMaxSizeFor(Limits.MaxGroupSize));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SyncInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Retention, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SlowFlush, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TailSize);
    }

    private static int SegmentForGroup(int maxGroupSize) => (int)BitOperations.RoundUpToPowerOf2((uint)(maxGroupSize + GroupMargin));
}
