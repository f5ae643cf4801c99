using System.Buffers.Binary;
using System.Text;

namespace Sluice.Load.Content;

/// <summary>Writes protobuf messages, once for every template: written to be read, not to be fast.</summary>
internal sealed class ProtoWriter
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public ProtoWriter Varint(int field, long value)
    {
        Number(((ulong)field << 3) | 0);
        Number((ulong)value);
        return this;
    }

    public ProtoWriter Fixed32(int field, uint value)
    {
        Number(((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public ProtoWriter Fixed64(int field, ulong value)
    {
        Number(((ulong)field << 3) | 1);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public ProtoWriter Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Number(((ulong)field << 3) | 2);
        Number((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.ToArray());

    /// <summary>Adds all fields of another.</summary>
    public ProtoWriter Join(ProtoWriter other)
    {
        _bytes.Write(other.ToArray());
        return this;
    }

    /// <summary>A <c>KeyValue</c> with a string.</summary>
    public ProtoWriter Attribute(int field, string key, string value) =>
        Message(field, new ProtoWriter().Text(1, key).Message(2, new ProtoWriter().Text(1, value)));

    /// <summary>A <c>KeyValue</c> with an integer.</summary>
    public ProtoWriter Attribute(int field, string key, long value) =>
        Message(field, new ProtoWriter().Text(1, key).Message(2, new ProtoWriter().Varint(3, value)));

    private void Number(ulong value)
    {
        for (; value > 0x7f; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
    }
}
