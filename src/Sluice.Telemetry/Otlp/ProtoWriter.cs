using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Sluice.Buffers;

namespace Sluice.Telemetry.Otlp;

/// <summary>
/// Writes protobuf fields into a <see cref="PooledBufferWriter"/>, in canonical form: shortest varints, and a message's length right
/// before it. Zero values are written when asked for; leaving defaults out is the caller's choice. Borrows the writer; owns nothing.
/// </summary>
public readonly ref struct ProtoWriter(PooledBufferWriter output)
{
    private readonly PooledBufferWriter _output = output;

    /// <summary>Bytes that <paramref name="value"/> takes as a varint.</summary>
    public static int VarintSize(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Bytes that a length-delimited field takes, tag and length included.</summary>
    public static int BytesFieldSize(int field, int length) => VarintSize((ulong)field << 3) + VarintSize((ulong)length) + length;

    /// <summary>Writes a varint field.</summary>
    public void Varint(int field, ulong value)
    {
        Tag(field, WireType.Varint);
        RawVarint(value);
    }

    /// <summary>Writes an eight-byte field.</summary>
    public void Fixed64(int field, ulong value)
    {
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(_output.GetSpan(8), value);
        _output.Advance(8);
    }

    /// <summary>Writes a four-byte field.</summary>
    public void Fixed32(int field, uint value)
    {
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(_output.GetSpan(4), value);
        _output.Advance(4);
    }

    /// <summary>Writes a string, bytes or ready-made message field.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.LengthDelimited);
        RawVarint((ulong)value.Length);
        _output.Write(value);
    }

    /// <summary>Writes the tag and length of a field whose bytes the caller writes next.</summary>
    public void BytesHeader(int field, int length)
    {
        Tag(field, WireType.LengthDelimited);
        RawVarint((ulong)length);
    }

    /// <summary>Starts a message field of unknown length; end it with the returned mark.</summary>
    public int BeginMessage(int field)
    {
        Tag(field, WireType.LengthDelimited);
        _output.WriteByte(0);
        return _output.Length;
    }

    /// <summary>Ends a message: one byte was kept for its length, and longer lengths move the message up.</summary>
    public void EndMessage(int mark)
    {
        var length = _output.Length - mark;
        var size = VarintSize((ulong)length);
        if (size > 1)
        {
            var extra = size - 1;
            _output.GetSpan(extra);
            _output.Advance(extra);
            var all = _output.WrittenForUpdate;
            all.Slice(mark, length).CopyTo(all[(mark + extra)..]);
        }

        WriteVarint(_output.WrittenForUpdate[(mark - 1)..], (ulong)length);
    }

    /// <summary>
    /// Starts a message field of about <paramref name="expectedLength"/> bytes; end it with the returned mark and the same expectation.
    /// A good guess saves moving a large message when its length turns out to need another number of bytes.
    /// </summary>
    public int BeginMessage(int field, long expectedLength)
    {
        Tag(field, WireType.LengthDelimited);
        var size = VarintSize((ulong)expectedLength);
        _output.GetSpan(size);
        _output.Advance(size);
        return _output.Length;
    }

    /// <summary>Ends a message that was started with an expectation. The length takes as few bytes as it can, however wrong the guess.</summary>
    public void EndMessage(int mark, long expectedLength)
    {
        var length = _output.Length - mark;
        var kept = VarintSize((ulong)expectedLength);
        var size = VarintSize((ulong)length);
        if (size > kept)
        {
            _output.GetSpan(size - kept);
            _output.Advance(size - kept);
        }

        var all = _output.WrittenForUpdate;
        if (size != kept)
        {
            all.Slice(mark, length).CopyTo(all[(mark + size - kept)..]);
        }

        WriteVarint(all[(mark - kept)..], (ulong)length);
        if (size < kept)
        {
            _output.Truncate(mark + length + size - kept);
        }
    }

    /// <summary>Writes ready-made fields.</summary>
    public void Raw(ReadOnlySpan<byte> fields) => _output.Write(fields);

    /// <summary>Writes a field's tag.</summary>
    public void Tag(int field, WireType type) => RawVarint(((ulong)field << 3) | (uint)type);

    /// <summary>Writes a bare varint.</summary>
    public void RawVarint(ulong value)
    {
        var span = _output.GetSpan(10);
        _output.Advance(WriteVarint(span, value));
    }

    /// <summary>Writes a varint to where there is room for it, ten bytes at most.</summary>
    /// <returns>Bytes written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteVarint(Span<byte> destination, ulong value)
    {
        if (value < 0x80)
        {
            destination[0] = (byte)value;
            return 1;
        }

        return WriteLongVarint(destination, value);
    }

    private static int WriteLongVarint(Span<byte> destination, ulong value)
    {
        var i = 0;
        while (value >= 0x80)
        {
            destination[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[i++] = (byte)value;
        return i;
    }
}
