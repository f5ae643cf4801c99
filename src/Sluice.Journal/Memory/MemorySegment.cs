using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>A segment in one pooled buffer. The chain holds one reference, each pin another; the last one returns the buffer.</summary>
internal sealed class MemorySegment(MemoryLog log, PooledBuffer buffer, ulong epoch) : LogSegment(epoch)
{
    private int _references = 1;

    public int Capacity => buffer.Capacity;

    public int Free => buffer.Capacity - End;

    /// <summary>Whether no reader copies from it; none can begin to under the gate.</summary>
    public bool IsUnpinned => Volatile.Read(ref _references) == 1;

    /// <summary>Copies a group behind what is there.</summary>
    /// <returns>Its offset.</returns>
    public int Write(LogGroup group, ulong firstSequence)
    {
        var offset = End;
        group.CopyTo(buffer.Array.AsSpan(offset, group.LogLength), firstSequence);
        End = offset + group.LogLength;
        foreach (var entry in group.Entries)
        {
            TopicBits |= BitOf(entry.Topic);
        }

        return offset;
    }

    /// <summary>Starts over: nobody needs what it holds.</summary>
    public void Clear()
    {
        End = 0;
        TopicBits = 0;
    }

    public override LogEntry EntryAt(int offset) => LogFormat.ReadEntry(buffer.Array.AsSpan(0, End), offset, Epoch);

    public override void Pin() => Interlocked.Increment(ref _references);

    public override void Unpin()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            buffer.Dispose();
        }
    }

    public override void Read(int offset, Span<byte> destination) => buffer.Array.AsSpan(offset, destination.Length).CopyTo(destination);

    public override void OnUnneeded() => log.OnUnneeded(this);
}
