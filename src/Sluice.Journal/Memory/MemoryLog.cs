using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>The chain of segments in memory. It charges what it rents, not what it fills. Called under the journal's gate.</summary>
internal sealed class MemoryLog(BufferPool pool, int segmentSize, JournalState state)
{
    private const int MaxSpare = 64;

    private readonly Stack<MemorySegment> _spare = new(MaxSpare);
    private MemorySegment? _tail;

    /// <summary>The oldest segment that is needed or written to.</summary>
    private LogSegment? Head
    {
        get => state.Head;
        set => state.Head = value;
    }

    /// <summary>Bytes rented.</summary>
    public long Bytes { get; private set; }

    /// <summary>Finds room for a group in the last segment or a new one.</summary>
    /// <param name="length">The group's length.</param>
    /// <param name="limit">Bytes that may be rented in all.</param>
    /// <returns>Null when that is not enough.</returns>
    public MemorySegment? TryReserve(int length, long limit)
    {
        if (_tail is { IsNeeded: false, IsUnpinned: true })
        {
            _tail.Clear();
        }

        if (_tail is { IsNeeded: false } old && old.Free < length)
        {
            // The one before it is needed, else it would have gone: it is written on.
            _tail = (MemorySegment?)old.Previous;
            Remove(old);
        }

        if (_tail is not null && _tail.Free >= length)
        {
            return _tail;
        }

        if (Bytes + CapacityFor(length) > limit)
        {
            return null;
        }

        var buffer = pool.Rent(CapacityFor(length), "memory journal");
        var segment = _spare.TryPop(out var spare) ? spare : new MemorySegment(this, state.Epoch);
        segment.Start(buffer);
        segment.Previous = _tail;
        if (_tail is null)
        {
            Head = segment;
        }
        else
        {
            _tail.Next = segment;
        }

        Bytes += segment.Capacity;
        _tail = segment;
        return segment;
    }

    /// <summary>Whether a group would fit if everything that may be dropped were.</summary>
    public bool WouldFitAfterDropping(int length, long limit)
    {
        var bytes = Bytes + CapacityFor(length);
        for (var segment = Head; segment is not null && bytes > limit; segment = segment.Next)
        {
            bytes -= segment.IsHeldByDroppingOnly ? ((MemorySegment)segment).Capacity : 0;
        }

        return bytes <= limit;
    }

    /// <summary>The oldest segment that dropping would free, or null.</summary>
    public LogSegment? FindDroppable()
    {
        var segment = Head;
        while (segment is { IsHeldByDroppingOnly: false })
        {
            segment = segment.Next;
        }

        return segment;
    }

    /// <summary>Bytes that a group of this length is charged in a log that holds nothing else.</summary>
    public int CapacityFor(int length) => BufferPool.CapacityFor(Math.Max(length, segmentSize));

    public void OnUnneeded(MemorySegment segment)
    {
        // The last one is written over instead: its memory is warm.
        if (segment != _tail)
        {
            Remove(segment);
        }
    }

    /// <summary>Returns all memory, needed or not.</summary>
    public void Free()
    {
        _tail = null;
        while (Head is MemorySegment segment)
        {
            Remove(segment);
        }
    }

    private void Remove(MemorySegment segment)
    {
        if (segment.Previous is null)
        {
            Head = segment.Next;
        }
        else
        {
            segment.Previous.Next = segment.Next;
        }

        if (segment.Next is not null)
        {
            segment.Next.Previous = segment.Previous;
        }

        Bytes -= segment.Capacity;
        segment.Previous = null;
        segment.Next = null;
        var isReusable = !segment.IsNeeded && segment.IsUnpinned && _spare.Count < MaxSpare;
        segment.Unpin();
        if (isReusable)
        {
            _spare.Push(segment);
        }
    }
}
