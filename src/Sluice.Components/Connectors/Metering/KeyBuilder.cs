using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Connectors.Metering;

/// <summary>Puts the values that make a series together to a key, so that different values never make the same. Allocates nothing in the long run.</summary>
internal sealed class KeyBuilder(BufferPool pool) : IDisposable
{
    private const uint Absent = uint.MaxValue;

    private readonly PooledBufferWriter _text = new(pool, "values in keys of series");
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Key => _bytes.AsSpan(0, _length);

    public void Begin(uint number, byte kind)
    {
        _length = 0;
        var begin = Take(sizeof(uint) + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(begin, number);
        begin[sizeof(uint)] = kind;
    }

    public void Add(byte value) => Take(1)[0] = value;

    public void Add(ReadOnlySpan<byte> text)
    {
        var added = Take(sizeof(uint) + text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(added, (uint)text.Length);
        text.CopyTo(added[sizeof(uint)..]);
    }

    public void AddAbsent() => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), Absent);

    /// <summary>Adds a value as text: a number and the text of its digits make the same series.</summary>
    /// <param name="anyValue">The encoded <c>AnyValue</c>.</param>
    public void AddValue(ReadOnlySpan<byte> anyValue)
    {
        var value = AnyValue.Read(anyValue);
        if (value.Kind == AnyValueKind.String)
        {
            Add(value.Bytes);
            return;
        }

        _text.Clear();
        AnyValueText.Write(value, _text);
        Add(_text.WrittenSpan);
    }

    public void Dispose() => _text.Dispose();

    private Span<byte> Take(int count)
    {
        if (count > _bytes.Length - _length)
        {
            Grow(count);
        }

        var taken = _bytes.AsSpan(_length, count);
        _length += count;
        return taken;
    }

    private void Grow(int count) => Array.Resize(ref _bytes, Math.Max(checked(_length + count), 2 * _bytes.Length));
}
