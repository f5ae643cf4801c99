using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>A number that may be absent, a double or an integer.</summary>
internal struct NumberValue
{
    private Kinds _kind;
    private ulong _bits;

    private enum Kinds : byte
    {
        Absent,
        Double,
        Integer,
    }

    public void ReadDouble(ref ProtoReader reader)
    {
        if (reader.TryReadFixed64(out _bits))
        {
            _kind = Kinds.Double;
        }
    }

    public void ReadInteger(ref ProtoReader reader)
    {
        if (reader.TryReadFixed64(out _bits))
        {
            _kind = Kinds.Integer;
        }
    }

    /// <summary>Writes the member <c>value</c>, unless absent.</summary>
    public readonly void Write(ref JsonOutput json) => Write(ref json, "\"value\":"u8);

    /// <summary>Writes the member <paramref name="name"/> (quoted, with the colon), unless absent.</summary>
    public readonly void Write(ref JsonOutput json, ReadOnlySpan<byte> name)
    {
        switch (_kind)
        {
            case Kinds.Double:
                json.Name(name);
                json.Number(BitConverter.UInt64BitsToDouble(_bits));
                break;
            case Kinds.Integer:
                json.Name(name);
                json.Number((long)_bits);
                break;
        }
    }
}
