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

    /// <summary>Segments that nobody needs, the newest not counted.</summary>
    public int CountUnneeded() => CountOld(static segment => !segment.IsNeeded);

    /// <summary>Segments that would be unneeded if the consumers that permit it dropped their backlog, the newest not counted.</summary>
    public int CountDroppable() => CountOld(static segment => segment.IsHeldByDroppingOnly);

    /// <summary>The oldest of those, or null.</summary>
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
    /// <param name="snapshotLsn">The last group in the newest durable snapshot.</param>
    /// <param name="receivedBefore">Only segments whose newest group was received before this time, in nanoseconds since 1970.</param>
    public DiskSegment? FindFree(ulong snapshotLsn, long receivedBefore)
    {
        for (var segment = Head; segment is not null && segment != Last; segment = NextOf(segment))
        {
            if (!segment.IsNeeded && segment.UnneededSince <= snapshotLsn && segment.NextLsn <= snapshotLsn + 1
                && segment.NewestUnixNano < receivedBefore && segment.IsRetired)
            {
                return segment;
            }
        }

        return null;
    }

    private int CountOld(Func<DiskSegment, bool> matches)
    {
        var count = 0;
        for (var segment = Head; segment is not null && segment != Last; segment = NextOf(segment))
        {
            count += matches(segment) ? 1 : 0;
        }

        return count;
    }
}
