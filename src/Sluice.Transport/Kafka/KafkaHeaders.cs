using Sluice.Buffers;

namespace Sluice.Transport.Kafka;

/// <summary>The headers of one message after the other, in memory that is used again. Names hold no zero byte.</summary>
public sealed class KafkaHeaders(BufferPool buffers) : IDisposable
{
    /// <summary>More than any message has a use for.</summary>
    public const int MaxCount = 64;

    private readonly PooledBufferWriter _text = new(buffers, "Kafka headers");
    private readonly (int Name, int Value, int End)[] _places = new (int, int, int)[MaxCount];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of names and values.</summary>
    public int Length => _text.Length;

    /// <summary>All names, each with a zero byte behind it, and values.</summary>
    internal ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>Where one is in <see cref="Text"/>.</summary>
    internal (int Name, int Value, int End) this[int index] => _places[index];

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        _text.Clear();
        Count = 0;
    }

    /// <summary>Forgets those behind the first.</summary>
    public void Truncate(int count)
    {
        if (count < Count)
        {
            _text.Truncate(count == 0 ? 0 : _places[count - 1].End);
            Count = count;
        }
    }

    /// <summary>Adds one; beyond <see cref="MaxCount"/> nothing happens.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count == MaxCount)
        {
            return;
        }

        var start = _text.Length;
        _text.Write(name);
        _text.WriteByte(0);
        var middle = _text.Length;
        _text.Write(value);
        _places[Count++] = (start, middle, _text.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();
}
