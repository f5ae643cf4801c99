using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>A segment in one pooled buffer. The chain holds one reference, each pin another; the last one returns the buffer.</summary>
internal sealed class MemorySegment(MemoryLog log, ulong epoch) : LogSegment(epoch)
{
    private PooledBuffer _buffer = null!;
    private int _references;

    public int Capacity => _buffer.Capacity;

    public int Free => _buffer.Capacity - End;

    /// <summary>Whether no reader copies from it; none can begin to under the gate.</summary>
    public bool IsUnpinned => Volatile.Read(ref _references) == 1;

    /// <summary>Begins, empty, over a buffer that it owns until the last reference has gone.</summary>
    public void Start(PooledBuffer buffer)
    {
        _buffer = buffer;
        _references = 1;
        Clear();
    }

    /// <summary>Copies a group behind what is there.</summary>
    /// <returns>Its offset.</returns>
    public int Write(LogGroup group, ulong firstSequence)
    {
        var offset = End;
        group.CopyTo(_buffer.Array.AsSpan(offset, group.LogLength), firstSequence);
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

    public override LogEntry EntryAt(int offset) => LogFormat.ReadEntry(_buffer.Array.AsSpan(0, End), offset, Epoch);

    public override void Pin() => Interlocked.Increment(ref _references);

    public override void Unpin()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _buffer.Dispose();
        }
    }

    public override void Read(int offset, Span<byte> destination) => _buffer.Array.AsSpan(offset, destination.Length).CopyTo(destination);

    public override void OnUnneeded() => log.OnUnneeded(this);
}
