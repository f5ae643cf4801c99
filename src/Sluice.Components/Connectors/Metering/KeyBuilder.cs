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
    private readonly ByteScratch _key = new();

    public ReadOnlySpan<byte> Key => _key.Span;

    public void Begin(uint number, byte kind)
    {
        _key.Clear();
        var begin = _key.Take(sizeof(uint) + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(begin, number);
        begin[sizeof(uint)] = kind;
    }

    public void Add(byte value) => _key.Append(value);

    public void Add(ReadOnlySpan<byte> text)
    {
        var added = _key.Take(sizeof(uint) + text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(added, (uint)text.Length);
        text.CopyTo(added[sizeof(uint)..]);
    }

    public void AddAbsent() => BinaryPrimitives.WriteUInt32LittleEndian(_key.Take(sizeof(uint)), Absent);

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
}
