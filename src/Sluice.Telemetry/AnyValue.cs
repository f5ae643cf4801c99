using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry;

/// <summary>A value of an attribute or a body, read in place. Valid as long as the bytes it was read from.</summary>
public readonly ref struct AnyValue
{
    private const uint StringTag = (OtlpFields.AnyValue.String << 3) | (uint)WireType.LengthDelimited;
    private const uint IntTag = (OtlpFields.AnyValue.Int << 3) | (uint)WireType.Varint;

    private readonly ulong _scalar;

    private AnyValue(AnyValueKind kind, ReadOnlySpan<byte> bytes, ulong scalar)
    {
        Kind = kind;
        Bytes = bytes;
        _scalar = scalar;
    }

    /// <summary>Which member is set.</summary>
    public AnyValueKind Kind { get; }

    /// <summary>The UTF-8 text, the bytes, or the encoded <c>ArrayValue</c> or <c>KeyValueList</c>; empty for the other kinds.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The value of <see cref="AnyValueKind.Bool"/>.</summary>
    public bool Bool => _scalar != 0;

    /// <summary>The value of <see cref="AnyValueKind.Int"/>.</summary>
    public long Int => (long)_scalar;

    /// <summary>The value of <see cref="AnyValueKind.Double"/>.</summary>
    public double Double => BitConverter.UInt64BitsToDouble(_scalar);

    /// <summary>Reads an encoded <c>AnyValue</c>. Members that this version does not know leave it empty; of several the last counts.</summary>
    public static AnyValue Read(ReadOnlySpan<byte> message)
    {
        // A short text alone, by far the commonest, without the loop.
        if (message.Length > 1 && message[0] == StringTag && message[1] < 0x80 && message[1] == message.Length - 2)
        {
            return new AnyValue(AnyValueKind.String, message[2..], 0);
        }

        // Then a number alone.
        if (message.Length > 1 && message[0] == IntTag && Wire.ReadVarint(message, 1, message.Length, out var number) == message.Length)
        {
            return new AnyValue(AnyValueKind.Int, default, number);
        }

        return ReadMembers(message);
    }

    private static AnyValue ReadMembers(ReadOnlySpan<byte> message)
    {
        var value = default(AnyValue);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.AnyValue.String, WireType.LengthDelimited) when reader.TryReadBytes(out var text):
                    value = new AnyValue(AnyValueKind.String, text, 0);
                    break;
                case (OtlpFields.AnyValue.Bool, WireType.Varint) when reader.TryReadVarint(out var boolean):
                    value = new AnyValue(AnyValueKind.Bool, default, boolean);
                    break;
                case (OtlpFields.AnyValue.Int, WireType.Varint) when reader.TryReadVarint(out var integer):
                    value = new AnyValue(AnyValueKind.Int, default, integer);
                    break;
                case (OtlpFields.AnyValue.Double, WireType.Fixed64) when reader.TryReadFixed64(out var bits):
                    value = new AnyValue(AnyValueKind.Double, default, bits);
                    break;
                case (OtlpFields.AnyValue.Array, WireType.LengthDelimited) when reader.TryReadBytes(out var array):
                    value = new AnyValue(AnyValueKind.Array, array, 0);
                    break;
                case (OtlpFields.AnyValue.KeyValueList, WireType.LengthDelimited) when reader.TryReadBytes(out var list):
                    value = new AnyValue(AnyValueKind.KeyValueList, list, 0);
                    break;
                case (OtlpFields.AnyValue.Bytes, WireType.LengthDelimited) when reader.TryReadBytes(out var bytes):
                    value = new AnyValue(AnyValueKind.Bytes, bytes, 0);
                    break;
                default:
                    if (reader.Malformed || !reader.TrySkip())
                    {
                        return value;
                    }

                    break;
            }
        }

        return value;
    }
}
