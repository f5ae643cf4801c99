using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Reads repeated numbers, packed or not, into a list that is used again.</summary>
internal static class BucketNumbers
{
    /// <summary>Fixed numbers of eight bytes, as bits.</summary>
    public static void ReadFixed(ReadOnlySpan<byte> message, int field, List<ulong> numbers) => Read(message, field, numbers, WireType.Fixed64);

    /// <summary>Varints.</summary>
    public static void ReadVarints(ReadOnlySpan<byte> message, int field, List<ulong> numbers) => Read(message, field, numbers, WireType.Varint);

    private static void Read(ReadOnlySpan<byte> message, int field, List<ulong> numbers, WireType type)
    {
        numbers.Clear();
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field == field && reader.WireType == type)
            {
                Add(ref reader, numbers, type);
            }
            else if (reader.Field == field && reader.WireType == WireType.LengthDelimited && reader.TryReadBytes(out var packed))
            {
                var elements = new ProtoReader(packed);
                while (elements.Position < packed.Length && Add(ref elements, numbers, type))
                {
                    // Each turn adds one.
                }
            }
            else
            {
                reader.TrySkip();
            }
        }
    }

    private static bool Add(ref ProtoReader reader, List<ulong> numbers, WireType type)
    {
        ulong bits;
        if (type == WireType.Varint ? reader.TryReadVarint(out bits) : reader.TryReadFixed64(out bits))
        {
            numbers.Add(bits);
            return true;
        }

        return false;
    }
}
