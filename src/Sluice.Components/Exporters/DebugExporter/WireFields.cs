using System.Buffers.Binary;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>
/// Looks single fields up in an encoded message that was validated on arrival. Each call scans the message: plain rather than fast, since
/// what it feeds is read by people.
/// </summary>
internal static class WireFields
{
    /// <summary>The bytes of a text, bytes or message field; of several the last; empty when absent.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> message, int field) => TryFind(message, field, out var found, out _) ? found : [];

    /// <summary>The value of a varint or fixed field, floating-point ones as their bits; 0 when absent.</summary>
    public static ulong Number(ReadOnlySpan<byte> message, int field) => TryNumber(message, field, out var value) ? value : 0;

    /// <summary>As <see cref="Number"/>, saying whether it is there.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> message, int field, out ulong value) => TryFind(message, field, out _, out value);

    /// <summary>A double; null when absent.</summary>
    public static double? Double(ReadOnlySpan<byte> message, int field) =>
        TryNumber(message, field, out var bits) ? BitConverter.UInt64BitsToDouble(bits) : null;

    /// <summary>A zigzag-encoded number; 0 when absent.</summary>
    public static long Signed(ReadOnlySpan<byte> message, int field)
    {
        var value = Number(message, field);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>All values of a repeated varint or eight-byte field, packed or not.</summary>
    public static List<ulong> Numbers(ReadOnlySpan<byte> message, int field, WireType element)
    {
        var values = new List<ulong>();
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field == field && reader.WireType == WireType.LengthDelimited)
            {
                if (reader.TryReadBytes(out var packed))
                {
                    AddPacked(packed, element, values);
                }
            }
            else if (reader.Field == field && TryReadNumber(ref reader, out var value))
            {
                values.Add(value);
            }
            else if (reader.Malformed || (reader.Field != field && !reader.TrySkip()))
            {
                break;
            }
        }

        return values;
    }

    private static void AddPacked(ReadOnlySpan<byte> packed, WireType element, List<ulong> values)
    {
        if (element == WireType.Fixed64)
        {
            for (; packed.Length >= sizeof(ulong); packed = packed[sizeof(ulong)..])
            {
                values.Add(BinaryPrimitives.ReadUInt64LittleEndian(packed));
            }

            return;
        }

        var reader = new ProtoReader(packed);
        while (reader.Position < packed.Length && reader.TryReadVarint(out var value))
        {
            values.Add(value);
        }
    }

    private static bool TryFind(ReadOnlySpan<byte> message, int field, out ReadOnlySpan<byte> bytes, out ulong number)
    {
        bytes = default;
        number = 0;
        var found = false;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field != field)
            {
                if (!reader.TrySkip())
                {
                    break;
                }
            }
            else if (reader.WireType == WireType.LengthDelimited)
            {
                found = reader.TryReadBytes(out bytes);
            }
            else
            {
                found = TryReadNumber(ref reader, out number);
            }

            if (reader.Malformed)
            {
                break;
            }
        }

        return found;
    }

    private static bool TryReadNumber(ref ProtoReader reader, out ulong value)
    {
        switch (reader.WireType)
        {
            case WireType.Varint:
                return reader.TryReadVarint(out value);
            case WireType.Fixed64:
                return reader.TryReadFixed64(out value);
            case WireType.Fixed32 when reader.TryReadFixed32(out var word):
                value = word;
                return true;
            default:
                value = 0;
                return false;
        }
    }
}
