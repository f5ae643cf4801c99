using System.Runtime.CompilerServices;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry;

/// <summary>One <c>KeyValue</c>, read in place.</summary>
public readonly ref struct Attribute
{
    /// <summary>Tag and length of a field as <see cref="TryFindPlainValue"/> recognizes it.</summary>
    internal const int PlainHeader = 2;

    private const uint KeyTag = (OtlpFields.KeyValue.Key << 3) | (uint)WireType.LengthDelimited;
    private const uint ValueTag = (OtlpFields.KeyValue.Value << 3) | (uint)WireType.LengthDelimited;

    /// <summary>Reads an encoded <c>KeyValue</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Attribute(ReadOnlySpan<byte> keyValue)
    {
        Encoded = keyValue;
        if (TryFindPlainValue(keyValue, out var valueAt))
        {
            Key = keyValue[PlainHeader..(valueAt - PlainHeader)];
            EncodedValue = keyValue[valueAt..];
        }
        else
        {
            Key = ReadLast(keyValue, KeyTag);
            EncodedValue = ReadLast(keyValue, ValueTag);
        }
    }

    /// <summary>The whole <c>KeyValue</c> message.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>The key, UTF-8.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The encoded <c>AnyValue</c>; empty when absent.</summary>
    public ReadOnlySpan<byte> EncodedValue { get; }

    /// <summary>The value.</summary>
    public AnyValue Value => AnyValue.Read(EncodedValue);

    /// <summary>
    /// Recognizes a <c>KeyValue</c> as exporters write it: the key, then the value, each shorter than 128 bytes, and nothing else.
    /// </summary>
    /// <param name="keyValue">The encoded message.</param>
    /// <param name="valueAt">Where the <c>AnyValue</c> starts; the key lies between two headers of two bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryFindPlainValue(ReadOnlySpan<byte> keyValue, out int valueAt)
    {
        valueAt = 0;
        if (keyValue.Length < 2 * PlainHeader || keyValue[0] != KeyTag || keyValue[1] >= 0x80)
        {
            return false;
        }

        valueAt = keyValue[1] + (2 * PlainHeader);
        var valueLength = keyValue.Length - valueAt;
        return (uint)valueLength < 0x80 && keyValue[valueAt - 2] == ValueTag && keyValue[valueAt - 1] == valueLength;
    }

    private static ReadOnlySpan<byte> ReadLast(ReadOnlySpan<byte> keyValue, uint tag)
    {
        ReadOnlySpan<byte> last = default;
        var reader = new ProtoReader(keyValue);
        while (reader.TryReadTag())
        {
            if (Wire.Tag(reader.Field, reader.WireType) != tag)
            {
                reader.TrySkip();
            }
            else if (reader.TryReadBytes(out var bytes))
            {
                last = bytes;
            }

            if (reader.Malformed)
            {
                break;
            }
        }

        return last;
    }
}
