namespace Sluice.Journal;

/// <summary>
/// A run of whole groups in commit order, linked to the segments before and after it. It counts the (consumer, entry) pairs that still
/// need it: at zero its bytes may go, wherever in the chain it is. Everything but <see cref="Read"/>, <see cref="Prepare"/> and
/// <see cref="Unpin"/> is called under the journal's gate.
/// </summary>
/// <remarks>What a position is only the segment knows; those of a segment ascend in commit order.</remarks>
internal abstract class LogSegment(ulong epoch)
{
    private int _neededByRejecting;
    private int _neededByDropping;
    private bool _wasNeeded;

    public LogSegment? Previous { get; set; }

    public LogSegment? Next { get; set; }

    /// <summary>The epoch that all its records belong to.</summary>
    public ulong Epoch { get; } = epoch;

    /// <summary>The position of its first entry.</summary>
    public abstract int FirstPosition { get; }

    /// <summary>The position behind its last entry: every entry's is below it.</summary>
    public int End { get; protected set; }

    /// <summary>One bit per topic ordinal modulo 64: a clear bit means that the segment holds nothing of it, so a scan may step over it.</summary>
    public ulong TopicBits { get; protected set; }

    /// <summary>The first record in it, or a position before it and behind the segment before; only with entries.</summary>
    public virtual RecordId FirstRecord => EntryAt(FirstPosition).FirstRecord;

    /// <summary>A position behind all its records, so that a scan that starts later may step over it.</summary>
    public virtual RecordId RecordsEnd => new(Epoch, ulong.MaxValue);

    /// <summary>Whether <see cref="EntryAt"/> answers from memory.</summary>
    public virtual bool IsPrepared => true;

    public bool IsNeeded => (_neededByRejecting | _neededByDropping) != 0;

    /// <summary>Whether dropping the backlogs of the consumers that permit it would set the segment free.</summary>
    public bool IsHeldByDroppingOnly => _neededByRejecting == 0 && _neededByDropping != 0;

    public static ulong BitOf(int topic) => 1UL << (topic & 63);

    public void AddNeed(OnFull need, int count = 1)
    {
        _wasNeeded = true;
        if (need == OnFull.DropOldest)
        {
            _neededByDropping += count;
        }
        else
        {
            _neededByRejecting += count;
        }
    }

    /// <summary>Takes one need away without freeing, for recounts: <see cref="FreeIfUnneeded"/> follows.</summary>
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
        FreeIfUnneeded();
    }

    /// <summary>Calls <see cref="OnUnneeded"/> if the last need went since the last call.</summary>
    public void FreeIfUnneeded()
    {
        if (_wasNeeded && !IsNeeded)
        {
            _wasNeeded = false;
            OnUnneeded();
        }
    }

    /// <summary>Decodes the entry at <paramref name="position"/>.</summary>
    public abstract LogEntry EntryAt(int position);

    /// <summary>Does what <see cref="EntryAt"/> would wait for, without the gate, while pinned.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Keeps the bytes in place until <see cref="Unpin"/>, even if nobody needs them any more.</summary>
    public abstract void Pin();

    /// <summary>Undoes one <see cref="Pin"/>; without the gate.</summary>
    public abstract void Unpin();

    /// <summary>Copies an entry out; without the gate, while pinned.</summary>
    /// <param name="entry">What <see cref="EntryAt"/> gave.</param>
    /// <param name="context">Receives the context: of its length.</param>
    /// <param name="data">Receives the entry's bytes: of their length.</param>
    /// <returns>False when the bytes are damaged or cannot be read; what was copied means nothing then.</returns>
    public abstract bool Read(in LogEntry entry, Span<byte> context, Span<byte> data);

    /// <summary>
    /// Nobody needs it any more: free it, unless it is still being written. Called while a group is applied, and between two groups when
    /// consumers let go of backlog, which the log says with a later group only: a replay from a snapshot that was taken before walks over the
    /// segment. <see cref="JournalState.Version"/> tells before from after.
    /// </summary>
    public abstract void OnUnneeded();
}
