namespace Sluice.Journal;

/// <summary>Small durable key → bytes state beside the log, held in memory. Read from any thread; changed only by committed groups.</summary>
public abstract class JournalTable
{
    /// <summary>The name it was opened with.</summary>
    public abstract string Name { get; }

    /// <summary>Entries held.</summary>
    public abstract int Count { get; }

    /// <summary>Entries removed because the table was full.</summary>
    public abstract long Evicted { get; }

    /// <summary>Reads a committed value. The memory stays valid and never changes.</summary>
    public abstract bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value);

    /// <summary>A copy of what it holds now, in no particular order.</summary>
    public abstract IReadOnlyList<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Snapshot();
}
