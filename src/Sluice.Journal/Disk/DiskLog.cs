namespace Sluice.Journal;

/// <summary>The chain of segments, oldest first. Called under the journal's gate.</summary>
internal sealed class DiskLog(JournalState state)
{
    public DiskSegment? Head { get; private set; }

    /// <summary>The newest segment, which is written to unless the disk just failed.</summary>
    public DiskSegment? Last { get; private set; }

    public int Count { get; private set; }

    /// <summary>Bytes of the segments that a consumer needs, and of what is in the newest.</summary>
    public long NeededBytes
    {
        get
        {
            long bytes = 0;
            for (var segment = Head; segment is not null; segment = NextOf(segment))
            {
                bytes += segment == Last ? segment.DataEnd : segment.IsNeeded ? segment.Header.SegmentSize : 0;
            }

            return bytes;
        }
    }

    public static DiskSegment? NextOf(DiskSegment segment) => (DiskSegment?)segment.Next;

    public void Add(DiskSegment segment)
    {
        segment.Previous = Last;
        if (Last is null)
        {
            Head = segment;
            state.Head = segment;
        }
        else
        {
            Last.Next = segment;
        }

        Last = segment;
        Count++;
    }

    public void Remove(DiskSegment segment)
    {
        if (segment.Previous is null)
        {
            Head = NextOf(segment);
            state.Head = Head;
        }
        else
        {
            segment.Previous.Next = segment.Next;
        }

        if (segment.Next is null)
        {
            Last = (DiskSegment?)segment.Previous;
        }
        else
        {
            segment.Next.Previous = segment.Previous;
        }

        segment.Previous = null;
        segment.Next = null;
        Count--;
    }

    /// <summary>Bytes of the segments that nobody needs, the newest not counted.</summary>
    public long UnneededBytes => BytesOfOld(static segment => !segment.IsNeeded);

    /// <summary>Bytes of the segments that would be unneeded if the consumers that permit it dropped their backlog, the newest not counted.</summary>
    public long DroppableBytes => BytesOfOld(static segment => segment.IsHeldByDroppingOnly);

    /// <summary>The oldest segment that only such consumers need, or null.</summary>
    public DiskSegment? FindDroppable()
    {
        var segment = Head;
        while (segment is not null && (!segment.IsHeldByDroppingOnly || segment == Last))
        {
            segment = NextOf(segment);
        }

        return segment;
    }

    /// <summary>
    /// The oldest segment that may be taken away: nobody needs it, and the snapshot holds all that its groups changed and all that was needed
    /// of it, so that no recovery has to walk over it. Null when there is none.
    /// </summary>
    /// <remarks>One that is not sealed ends where the next one begins, and nothing else tells: that one stays as long.</remarks>
    /// <param name="snapshotLsn">The last group in the newest durable snapshot.</param>
    /// <param name="snapshotVersion">The version of the state in it, which tells also what was let go between two groups.</param>
    /// <param name="receivedBefore">Only segments whose newest group was received before this time, in nanoseconds since 1970.</param>
    public DiskSegment? FindFree(ulong snapshotLsn, ulong snapshotVersion, long receivedBefore)
    {
        for (var segment = Head; segment is not null && segment != Last; segment = NextOf(segment))
        {
            if (!segment.IsNeeded && segment.UnneededSince <= snapshotVersion && segment.NextLsn <= snapshotLsn + 1
                && segment.NewestUnixNano < receivedBefore && segment.IsRetired
                && segment.Previous is not DiskSegment { IsSealed: false })
            {
                return segment;
            }
        }

        return null;
    }

    private long BytesOfOld(Func<DiskSegment, bool> matches)
    {
        long bytes = 0;
        for (var segment = Head; segment is not null && segment != Last; segment = NextOf(segment))
        {
            bytes += matches(segment) ? segment.Header.SegmentSize : 0;
        }

        return bytes;
    }
}
