using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes repeated numeric fields, packed or not (protobuf encoding specification: readers take both).</summary>
internal static class NumbersJson
{
    /// <summary>Writes the member <paramref name="name"/> (quoted, with the colon), an array, unless there is no element.</summary>
    public static void Write(ref JsonOutput json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> message, int field, NumberEncoding encoding)
    {
        var single = encoding == NumberEncoding.Varint ? WireType.Varint : WireType.Fixed64;
        var open = false;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field != field || (reader.WireType != single && reader.WireType != WireType.LengthDelimited))
            {
                reader.TrySkip();
                continue;
            }

            // Unpacked is read as a packed list of one, so that there is one way to read elements.
            var start = reader.Position;
            if (reader.WireType != WireType.LengthDelimited)
            {
                reader.TrySkip();
                WriteElements(ref json, ref open, name, message[start..reader.Position], encoding);
            }
            else if (reader.TryReadBytes(out var packed))
            {
                WriteElements(ref json, ref open, name, packed, encoding);
            }
        }

        if (open)
        {
            json.EndArray();
        }
    }

    private static void WriteElements(
        ref JsonOutput json, ref bool open, ReadOnlySpan<byte> name, ReadOnlySpan<byte> elements, NumberEncoding encoding)
    {
        var reader = new ProtoReader(elements);
        while (reader.Position < elements.Length)
        {
            var read = encoding == NumberEncoding.Varint ? reader.TryReadVarint(out var bits) : reader.TryReadFixed64(out bits);
            if (!read)
            {
                return;
            }

            if (!open)
            {
                json.Name(name);
                json.BeginArray();
                open = true;
            }

            if (encoding == NumberEncoding.Double)
            {
                json.Number(BitConverter.UInt64BitsToDouble(bits));
            }
            else
            {
                json.Number(bits);
            }
        }
    }
}
