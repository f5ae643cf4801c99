using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// A segment in one pooled buffer; positions are offsets of entry headers. The chain holds one reference, each pin another; the last one
/// returns the buffer.
/// </summary>
internal sealed class MemorySegment(MemoryLog log, ulong epoch) : LogSegment(epoch)
{
    private PooledBuffer _buffer = null!;
    private int _references;

    public override int FirstPosition => MemoryFormat.GroupHeaderSize;

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
    /// <returns>The position of its first entry.</returns>
    public int Write(LogGroup group, ulong firstSequence)
    {
        var offset = End;
        var length = MemoryFormat.LengthOf(group);
        MemoryFormat.Write(group, firstSequence, _buffer.Array.AsSpan(offset, length));
        End = offset + length;
        foreach (var entry in group.Entries)
        {
            TopicBits |= BitOf(entry.Topic);
        }

        return offset + MemoryFormat.GroupHeaderSize;
    }

    /// <summary>Starts over: nobody needs what it holds.</summary>
    public void Clear()
    {
        End = 0;
        TopicBits = 0;
    }

    public override LogEntry EntryAt(int position) => MemoryFormat.ReadEntry(_buffer.Array.AsSpan(0, End), position, Epoch);

    public override void Pin() => Interlocked.Increment(ref _references);

    public override void Unpin()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _buffer.Dispose();
        }
    }

    public override bool Read(in LogEntry entry, Span<byte> context, Span<byte> data)
    {
        _buffer.Array.AsSpan(entry.ContextOffset, entry.ContextLength).CopyTo(context);
        _buffer.Array.AsSpan(entry.DataOffset, entry.DataLength).CopyTo(data);
        return true;
    }

    public override void OnUnneeded() => log.OnUnneeded(this);
}
