using System.Buffers.Binary;

namespace Sluice.Telemetry.Otlp;

/// <content>A key and its value in one call.</content>
public sealed partial class OtlpRequestBuilder
{
    /// <summary>Bytes of key and text up to which a length of one byte holds them with the headers of both and of the value.</summary>
    private const int LongestShortMember = 0x7F - 6;

    /// <summary>A text attribute; key and value are UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (key.Length + text.Length <= LongestShortMember)
        {
            ShortAttribute(key, text);
            return;
        }

        var member = BeginMember(key, ProtoWriter.BytesFieldSize(OtlpFields.AnyValue.String, text.Length));
        member.WriteHeader(OtlpFields.AnyValue.String, text.Length);
        member.Write(text);
        EndMember(member);
    }

    /// <summary>A text attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<char> text)
    {
        Key(key);
        String(text);
    }

    /// <summary>An integer attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, long value)
    {
        var member = BeginMember(key, 1 + ProtoWriter.VarintSize((ulong)value));
        member.WriteTag(OtlpFields.AnyValue.Int, WireType.Varint);
        member.WriteVarint((ulong)value);
        EndMember(member);
    }

    /// <summary>A double attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, double value)
    {
        var member = BeginMember(key, 1 + sizeof(double));
        member.WriteTag(OtlpFields.AnyValue.Double, WireType.Fixed64);
        member.WriteFixed64(BitConverter.DoubleToUInt64Bits(value));
        EndMember(member);
    }

    /// <summary>A bool attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, bool value)
    {
        var member = BeginMember(key, 2);
        member.WriteTag(OtlpFields.AnyValue.Bool, WireType.Varint);
        member.WriteVarint(value ? 1UL : 0);
        EndMember(member);
    }

    /// <summary>An attribute whose value has no kind: what JSON calls null. The key is UTF-8.</summary>
    public void EmptyAttribute(ReadOnlySpan<byte> key) => EndMember(BeginMember(key, 0));

    /// <summary>A text attribute of which every length takes one byte, as most do.</summary>
    private void ShortAttribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        const byte KeyTag = (OtlpFields.KeyValue.Key << 3) | (byte)WireType.LengthDelimited;
        const byte ValueTag = (OtlpFields.KeyValue.Value << 3) | (byte)WireType.LengthDelimited;
        const byte TextTag = (OtlpFields.AnyValue.String << 3) | (byte)WireType.LengthDelimited;
        const int HeaderLength = 2;
        var field = RequireKey();
        var length = key.Length + text.Length + (3 * HeaderLength);
        var space = _output.GetSpan(HeaderLength + length)[..(HeaderLength + length)];
        space[0] = (byte)((field << 3) | (int)WireType.LengthDelimited);
        space[1] = (byte)length;
        space[2] = KeyTag;
        space[3] = (byte)key.Length;
        key.CopyTo(space[4..]);
        var value = space[(4 + key.Length)..];
        value[0] = ValueTag;
        value[1] = (byte)(HeaderLength + text.Length);
        value[2] = TextTag;
        value[3] = (byte)text.Length;
        text.CopyTo(value[4..]);
        _output.Advance(space.Length);
    }

    /// <summary>Writes a <c>KeyValue</c> up to its value, the length of which is known: so nothing has to be patched or moved.</summary>
    private Member BeginMember(ReadOnlySpan<byte> key, int valueLength)
    {
        var field = RequireKey();
        var length = ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Key, key.Length) + ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Value, valueLength);
        var member = new Member(_output.GetSpan(ProtoWriter.BytesFieldSize(field, length)));
        member.WriteHeader(field, length);
        member.WriteHeader(OtlpFields.KeyValue.Key, key.Length);
        member.Write(key);
        member.WriteHeader(OtlpFields.KeyValue.Value, valueLength);
        return member;
    }

    private void EndMember(in Member member) => _output.Advance(member.Length);

    /// <summary>A <c>KeyValue</c> that is written into room for all of it.</summary>
    private ref struct Member(Span<byte> space)
    {
        private readonly Span<byte> _space = space;

        /// <summary>Bytes written.</summary>
        public int Length { get; private set; }

        public void WriteTag(int field, WireType type) => WriteVarint(((ulong)field << 3) | (uint)type);

        public void WriteHeader(int field, int length)
        {
            WriteTag(field, WireType.LengthDelimited);
            WriteVarint((ulong)length);
        }

        public void WriteVarint(ulong value) => Length += ProtoWriter.WriteVarint(_space[Length..], value);

        public void WriteFixed64(ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_space[Length..], value);
            Length += sizeof(ulong);
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_space[Length..]);
            Length += bytes.Length;
        }
    }
}
