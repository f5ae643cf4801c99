namespace Sluice.Journal;

/// <summary>
/// A run of whole groups in commit order, linked to the segments before and after it. It counts the (consumer, entry) pairs that still
/// need it: at zero its bytes may go, wherever in the chain it is. Everything but <see cref="Read"/> and <see cref="Unpin"/> is called
/// under the journal's gate.
/// </summary>
internal abstract class LogSegment(ulong epoch)
{
    private int _neededByRejecting;
    private int _neededByDropping;

    public LogSegment? Previous { get; set; }

    public LogSegment? Next { get; set; }

    /// <summary>The epoch that all its records belong to.</summary>
    public ulong Epoch { get; } = epoch;

    /// <summary>Bytes written.</summary>
    public int End { get; protected set; }

    /// <summary>One bit per topic ordinal modulo 64: a clear bit means that the segment holds nothing of it, so a scan may step over it.</summary>
    public ulong TopicBits { get; protected set; }

    public bool IsNeeded => (_neededByRejecting | _neededByDropping) != 0;

    /// <summary>Whether dropping the backlogs of the consumers that permit it would set the segment free.</summary>
    public bool IsHeldByDroppingOnly => _neededByRejecting == 0 && _neededByDropping != 0;

    public static ulong BitOf(int topic) => 1UL << (topic & 63);

    public void AddNeed(OnFull need)
    {
        if (need == OnFull.DropOldest)
        {
            _neededByDropping++;
        }
        else
        {
            _neededByRejecting++;
        }
    }

    /// <summary>Takes one need away without freeing, for recounts.</summary>
    public void RemoveNeed(OnFull need)
    {
        if (need == OnFull.DropOldest)
        {
            _neededByDropping--;
        }
        else
        {
            _neededByRejecting--;
        }
    }

    /// <summary>Takes one need away and frees the segment if it was the last.</summary>
    public void ReleaseNeed(OnFull need)
    {
        RemoveNeed(need);
        if (!IsNeeded)
        {
            OnUnneeded();
        }
    }

    /// <summary>Decodes the entry whose header is at <paramref name="offset"/>.</summary>
    public abstract LogEntry EntryAt(int offset);

    /// <summary>Keeps the bytes in place until <see cref="Unpin"/>, even if nobody needs them any more.</summary>
    public abstract void Pin();

    /// <summary>Undoes one <see cref="Pin"/>; without the gate.</summary>
    public abstract void Unpin();

    /// <summary>Copies bytes out; without the gate, while pinned.</summary>
    public abstract void Read(int offset, Span<byte> destination);

    /// <summary>Nobody needs it: free it, unless it is still being written.</summary>
    public abstract void OnUnneeded();
}
