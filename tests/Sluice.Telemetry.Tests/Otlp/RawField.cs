using Google.Protobuf;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>A field as it stands on the wire. Read by the slow, plain reader that the tests hold the fast one against.</summary>
/// <param name="Number">Its field number.</param>
/// <param name="Type">Its wire type.</param>
/// <param name="Payload">The content of a length-delimited field, the bytes of another one, all between the tags of a group.</param>
internal sealed record RawField(int Number, WireFormat.WireType Type, byte[] Payload)
{
    private const int DeepestGroup = 64;

    /// <summary>Splits a message into its fields.</summary>
    /// <exception cref="BadWireException">The message is malformed.</exception>
    public static List<RawField> Split(byte[] message)
    {
        var fields = new List<RawField>();
        var at = 0;
        while (at < message.Length)
        {
            fields.Add(Read(message, ref at, 0));
        }

        return fields;
    }

    /// <summary>Puts fields together again, in canonical form.</summary>
    public static byte[] Join(IEnumerable<RawField> fields)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            foreach (var field in fields)
            {
                output.WriteTag(field.Number, field.Type);
                if (field.Type == WireFormat.WireType.LengthDelimited)
                {
                    output.WriteLength(field.Payload.Length);
                }

                output.Flush();
                bytes.Write(field.Payload);
                if (field.Type == WireFormat.WireType.StartGroup)
                {
                    output.WriteTag(field.Number, WireFormat.WireType.EndGroup);
                }
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Counts the varints of a packed field.</summary>
    /// <exception cref="BadWireException">The last one is cut off.</exception>
    public static int CountVarints(byte[] packed)
    {
        var count = 0;
        for (var at = 0; at < packed.Length; count++)
        {
            Varint(packed, ref at);
        }

        return count;
    }

    private static RawField Read(byte[] message, ref int at, int groups)
    {
        var tag = Varint(message, ref at);
        if (tag > uint.MaxValue)
        {
            throw new BadWireException("a tag beyond 32 bits", isStricterThanProtobuf: true);
        }

        var number = (int)(tag >> 3);
        if (number == 0)
        {
            throw new BadWireException("field number zero");
        }

        var type = (WireFormat.WireType)(tag & 7);
        var start = at;
        switch (type)
        {
            case WireFormat.WireType.Varint:
                Varint(message, ref at);
                return new RawField(number, type, message[start..at]);
            case WireFormat.WireType.Fixed64:
                return new RawField(number, type, Take(message, ref at, 8));
            case WireFormat.WireType.Fixed32:
                return new RawField(number, type, Take(message, ref at, 4));
            case WireFormat.WireType.LengthDelimited:
                var length = Varint(message, ref at);
                if (length > uint.MaxValue)
                {
                    throw new BadWireException("a length beyond 32 bits", isStricterThanProtobuf: true);
                }

                return new RawField(number, type, Take(message, ref at, (long)length));
            case WireFormat.WireType.StartGroup:
                return new RawField(number, type, Group(message, ref at, number, groups + 1));
            default:
                throw new BadWireException("a wire type that does not exist, or the end of no group");
        }
    }

    private static byte[] Group(byte[] message, ref int at, int number, int depth)
    {
        if (depth > DeepestGroup)
        {
            throw new BadWireException("groups nested too deep", isStricterThanProtobuf: true);
        }

        var start = at;
        while (at < message.Length)
        {
            var end = at;
            var tag = Varint(message, ref at);
            if (tag <= uint.MaxValue && (tag & 7) == (ulong)WireFormat.WireType.EndGroup)
            {
                return (int)(tag >> 3) == number ? message[start..end] : throw new BadWireException("the end of another group");
            }

            at = end;
            Read(message, ref at, depth);
        }

        throw new BadWireException("a group without an end");
    }

    private static byte[] Take(byte[] message, ref int at, long count)
    {
        if (count > message.Length - at)
        {
            throw new BadWireException("a value beyond the end");
        }

        at += (int)count;
        return message[(at - (int)count)..at];
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        Int128 value = 0;
        for (var i = 0; i < 10; i++)
        {
            var next = at < message.Length ? message[at++] : throw new BadWireException("a varint beyond the end");
            value |= (Int128)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return (ulong)value;
            }
        }

        throw new BadWireException("a varint of more than ten bytes");
    }
}
