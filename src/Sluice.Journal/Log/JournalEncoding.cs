using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sluice.Journal;

/// <summary>
/// How what is not entries is written: numbers as variable-length integers of seven bits per byte, lowest first (signed ones folded so that
/// small ones of either sign are short), texts and bytes behind their length. <see cref="SpanDecoder"/> reads it.
/// </summary>
internal static class JournalEncoding
{
    /// <summary>Bytes that a variable-length integer may take.</summary>
    public const int MaxVarint = 10;

    public static void WriteUnsigned(this IBufferWriter<byte> output, ulong value)
    {
        var span = output.GetSpan(MaxVarint);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    public static void WriteSigned(this IBufferWriter<byte> output, long value) => output.WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes a number that is not negative.</summary>
    public static void WriteCount(this IBufferWriter<byte> output, long value) => output.WriteUnsigned((ulong)value);

    /// <summary>Writes a number that may be missing: one more than it is, or 0.</summary>
    public static void WriteOptional(this IBufferWriter<byte> output, long? value) => output.WriteUnsigned(value is { } number ? (ulong)number + 1 : 0);

    public static void WriteFixed(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    /// <summary>Writes an id; the epoch as it differs from that of the last id, which mostly is the same.</summary>
    public static void WriteId(this IBufferWriter<byte> output, RecordId id, ref ulong lastEpoch)
    {
        output.WriteSigned((long)(id.Epoch - lastEpoch));
        output.WriteUnsigned(id.Sequence);
        lastEpoch = id.Epoch;
    }

    public static void WriteBytes(this IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        output.WriteCount(bytes.Length);
        output.Write(bytes);
    }

    public static void WriteText(this IBufferWriter<byte> output, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        output.WriteCount(length);
        Encoding.UTF8.GetBytes(text, output.GetSpan(Math.Max(length, 1)));
        output.Advance(length);
    }
}
