using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sluice.Telemetry.Otlp;

/// <summary>
/// The primitives under <see cref="ProtoReader"/> and <see cref="OtlpIndexer"/>. Positions are indices into <c>data</c>; nothing is read at
/// or beyond <c>end</c>. The common one-byte forms are inlined; the long forms take and return positions by value, so that the
/// caller's position stays in a register.
/// </summary>
public static class Wire
{
    /// <summary>What the long forms return instead of a position when the bytes are malformed.</summary>
    public const int Malformed = -1;

    /// <summary>Groups within groups that are skipped. They left the language in 2008; the bound keeps hostile input cheap.</summary>
    private const int MaxGroupDepth = 64;

    /// <summary>A field's tag.</summary>
    public static uint Tag(int field, WireType type) => ((uint)field << 3) | (uint)type;

    /// <summary>Reads a tag. Refuses field number zero, wire types that do not exist, and tags beyond 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadTag(ReadOnlySpan<byte> data, ref int position, int end, out uint tag)
    {
        tag = data[position];
        if (tag - 8 < 0x78 && (tag & 7) <= 5)
        {
            position++;
            return true;
        }

        var next = ReadLongTag(data, position, end, out var longTag);
        tag = longTag;
        position = next < 0 ? position : next;
        return next >= 0;
    }

    /// <summary>Reads a length, and refuses one that goes beyond <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadLength(ReadOnlySpan<byte> data, ref int position, int end, out int length)
    {
        if (position < end && data[position] < 0x80)
        {
            length = data[position++];
            return length <= end - position;
        }

        var next = ReadVarint(data, position, end, out var longLength);
        if (next < 0 || longLength > (ulong)(end - next))
        {
            length = 0;
            return false;
        }

        length = (int)longLength;
        position = next;
        return true;
    }

    /// <summary>Reads a varint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadVarint(ReadOnlySpan<byte> data, ref int position, int end, out ulong value)
    {
        if (position < end && data[position] < 0x80)
        {
            value = data[position++];
            return true;
        }

        var next = ReadVarint(data, position, end, out var longValue);
        value = longValue;
        position = next < 0 ? position : next;
        return next >= 0;
    }

    /// <summary>Reads eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadFixed64(ReadOnlySpan<byte> data, ref int position, int end, out ulong value)
    {
        if (end - position < sizeof(ulong))
        {
            value = 0;
            return false;
        }

        value = BinaryPrimitives.ReadUInt64LittleEndian(data.Slice(position, sizeof(ulong)));
        position += sizeof(ulong);
        return true;
    }

    /// <summary>Passes over the value of a field whose tag was read.</summary>
    /// <returns>The position behind it, or <see cref="Malformed"/>.</returns>
    public static int Skip(ReadOnlySpan<byte> data, int position, int end, uint tag)
    {
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint:
                return TryReadVarint(data, ref position, end, out _) ? position : Malformed;
            case WireType.Fixed64:
                return end - position < sizeof(ulong) ? Malformed : position + sizeof(ulong);
            case WireType.Fixed32:
                return end - position < sizeof(uint) ? Malformed : position + sizeof(uint);
            case WireType.LengthDelimited:
                return TryReadLength(data, ref position, end, out var length) ? position + length : Malformed;
            case WireType.StartGroup:
                return SkipGroup(data, position, end, tag);
            default:
                return Malformed;
        }
    }

    /// <summary>Reads a varint of any length up to ten bytes; bits beyond the 64th are dropped, as protobuf does.</summary>
    /// <returns>The position behind it, or <see cref="Malformed"/>.</returns>
    public static int ReadVarint(ReadOnlySpan<byte> data, int position, int end, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && position < end; shift += 7)
        {
            ulong next = data[position++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return position;
            }
        }

        return Malformed;
    }

    private static int ReadLongTag(ReadOnlySpan<byte> data, int position, int end, out uint tag)
    {
        var next = ReadVarint(data, position, end, out var value);
        tag = (uint)value;
        return value <= uint.MaxValue && tag >= 8 && (tag & 7) <= 5 ? next : Malformed;
    }

    private static int SkipGroup(ReadOnlySpan<byte> data, int position, int end, uint startTag)
    {
        Span<uint> open = stackalloc uint[MaxGroupDepth];
        var depth = 0;
        open[depth++] = startTag >> 3;
        while (depth > 0)
        {
            if (position >= end || !TryReadTag(data, ref position, end, out var tag))
            {
                return Malformed;
            }

            switch ((WireType)(tag & 7))
            {
                case WireType.StartGroup when depth < MaxGroupDepth:
                    open[depth++] = tag >> 3;
                    break;
                case WireType.EndGroup when open[depth - 1] == tag >> 3:
                    depth--;
                    break;
                case WireType.StartGroup or WireType.EndGroup:
                    return Malformed;
                default:
                    position = Skip(data, position, end, tag);
                    if (position < 0)
                    {
                        return Malformed;
                    }

                    break;
            }
        }

        return position;
    }
}
