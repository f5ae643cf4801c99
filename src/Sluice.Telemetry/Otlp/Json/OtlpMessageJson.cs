using Sluice.Telemetry.Encoders;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>
/// Writes an encoded OTLP message as JSON, along its description. Wire bytes may hold fields in any order, repeated fields in pieces and single
/// fields more than once (the last counts): a first pass notes where each field occurs last, the second writes. Recursion is bounded by
/// the depth that the indexer let through.
/// </summary>
internal static class OtlpMessageJson
{
    /// <summary>Writes the message as an object.</summary>
    public static void Write(ref JsonOutput json, OtlpMessage message, ReadOnlySpan<byte> bytes)
    {
        json.BeginObject();
        WriteFields(ref json, message, bytes, except: 0);
        json.EndObject();
    }

    /// <summary>Writes the message's fields as members of the object at hand, all but the field <paramref name="except"/>.</summary>
    public static void WriteFields(ref JsonOutput json, OtlpMessage message, ReadOnlySpan<byte> bytes, int except)
    {
        Span<int> last = stackalloc int[OtlpMessage.MaximumFields];
        FindLast(message, bytes, last);
        var begun = 0u;
        var reader = new ProtoReader(bytes);
        while (reader.TryReadTag())
        {
            var field = message.Find(reader.Field);
            if (field is not null && field.Number != except && field.Accepts(reader.WireType))
            {
                var bit = 1u << field.Slot;
                if (!field.Repeated && reader.TagStart == last[field.Slot])
                {
                    WriteSingle(ref json, field, ref reader);
                    continue;
                }

                if (field.Repeated && (begun & bit) == 0)
                {
                    begun |= bit;
                    WriteRepeated(ref json, field, bytes[reader.TagStart..], last[field.Slot] - reader.TagStart);
                }
            }

            reader.TrySkip();
        }
    }

    private static void FindLast(OtlpMessage message, ReadOnlySpan<byte> bytes, Span<int> last)
    {
        var reader = new ProtoReader(bytes);
        while (reader.TryReadTag())
        {
            var field = message.Find(reader.Field);
            if (field is not null && field.Accepts(reader.WireType))
            {
                last[field.Slot] = reader.TagStart;
            }

            reader.TrySkip();
        }
    }

    private static void WriteSingle(ref JsonOutput json, OtlpField field, ref ProtoReader reader)
    {
        if (field.WireType == WireType.LengthDelimited)
        {
            reader.TryReadBytes(out var bytes);
            if (!bytes.IsEmpty || field.HasPresence)
            {
                json.Name(field.QuotedName);
                WriteBytes(ref json, field, bytes);
            }

            return;
        }

        var bits = ReadBits(ref reader, field.WireType);
        if (bits != 0 || field.HasPresence)
        {
            json.Name(field.QuotedName);
            WriteBits(ref json, field.Kind, bits);
        }
    }

    /// <summary>Writes the occurrences of a field from the start of <paramref name="bytes"/> to the one at <paramref name="last"/>.</summary>
    private static void WriteRepeated(ref JsonOutput json, OtlpField field, ReadOnlySpan<byte> bytes, int last)
    {
        json.Name(field.QuotedName);
        json.BeginArray();
        var reader = new ProtoReader(bytes);
        while (reader.Position <= last && reader.TryReadTag())
        {
            if (reader.Field != field.Number || !field.Accepts(reader.WireType))
            {
                reader.TrySkip();
            }
            else if (reader.WireType != WireType.LengthDelimited)
            {
                WriteBits(ref json, field.Kind, ReadBits(ref reader, field.WireType));
            }
            else if (reader.TryReadBytes(out var value))
            {
                if (field.Packed)
                {
                    WritePacked(ref json, field, value);
                }
                else
                {
                    WriteBytes(ref json, field, value);
                }
            }
        }

        json.EndArray();
    }

    private static void WritePacked(ref JsonOutput json, OtlpField field, ReadOnlySpan<byte> elements)
    {
        var reader = new ProtoReader(elements);
        while (reader.Position < elements.Length && !reader.Malformed)
        {
            var bits = ReadBits(ref reader, field.WireType);
            if (!reader.Malformed)
            {
                WriteBits(ref json, field.Kind, bits);
            }
        }
    }

    private static ulong ReadBits(ref ProtoReader reader, WireType type)
    {
        switch (type)
        {
            case WireType.Varint:
                reader.TryReadVarint(out var varint);
                return varint;
            case WireType.Fixed64:
                reader.TryReadFixed64(out var fixed64);
                return fixed64;
            default:
                reader.TryReadFixed32(out var fixed32);
                return fixed32;
        }
    }

    private static void WriteBytes(ref JsonOutput json, OtlpField field, ReadOnlySpan<byte> bytes)
    {
        switch (field.Kind)
        {
            case OtlpFieldKind.Message:
                Write(ref json, field.Message!, bytes);
                break;
            case OtlpFieldKind.String:
                json.String(bytes);
                break;
            case OtlpFieldKind.Bytes:
                json.Base64Text(bytes);
                break;
            default:
                json.Hex(bytes);
                break;
        }
    }

    private static void WriteBits(ref JsonOutput json, OtlpFieldKind kind, ulong bits)
    {
        switch (kind)
        {
            case OtlpFieldKind.Bool:
                json.Boolean(bits != 0);
                break;
            case OtlpFieldKind.Double:
                json.Number(BitConverter.UInt64BitsToDouble(bits));
                break;
            case OtlpFieldKind.UInt64:
            case OtlpFieldKind.Fixed64:
                json.QuotedNumber(bits);
                break;
            case OtlpFieldKind.Int64:
            case OtlpFieldKind.SFixed64:
                json.QuotedNumber((long)bits);
                break;
            case OtlpFieldKind.SInt32:
                json.Number((long)ZigZag.Decode32(bits));
                break;
            case OtlpFieldKind.Enum:
                json.Number((long)(int)bits);
                break;
            default:
                json.Number((ulong)(uint)bits);
                break;
        }
    }
}
