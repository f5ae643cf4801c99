using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>Damages valid requests: blindly, byte by byte, and knowingly, field by field with all lengths right.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly byte[] Telling = [0, 1, 8, 0x0A, 0x12, 0x7F, 0x80, 0x81, 0xC0, 0xFF];

    /// <summary>One to four changes.</summary>
    public byte[] Mutate(Signal signal, byte[] request, byte[] other)
    {
        for (var left = random.Next(1, 5); left > 0; left--)
        {
            try
            {
                request = random.Next(2) == 0
                    ? MutateBytes(request, other)
                    : MutateFields(request, SlowIndexer.RequestType(signal), random.Next(12));
            }
            catch (BadWireException)
            {
                // An earlier change has left no fields to change.
                request = MutateBytes(request, other);
            }
        }

        return request;
    }

    private byte[] MutateBytes(byte[] bytes, byte[] other)
    {
        var at = random.Next(bytes.Length + 1);
        var count = random.Next(Math.Min(bytes.Length - at, 16) + 1);
        switch (random.Next(8))
        {
            case 0 when at < bytes.Length:
                var flipped = (byte[])bytes.Clone();
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1 when at < bytes.Length:
                var replaced = (byte[])bytes.Clone();
                replaced[at] = Pick(Telling);
                return replaced;
            case 2 when at < bytes.Length:
                var shifted = (byte[])bytes.Clone();
                shifted[at] = (byte)(shifted[at] + (random.Next(2) == 0 ? 1 : -1));
                return shifted;
            case 3:
                return [.. bytes[..at], Pick(Telling), .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. bytes[(at + count)..]];
            case 5:
                return [.. bytes[..(at + count)], .. bytes[at..]];
            case 6:
                return bytes[..at];
            default:
                var from = random.Next(other.Length + 1);
                return [.. bytes[..at], .. other[from..Math.Min(other.Length, from + (count * 4))], .. bytes[at..]];
        }
    }

    /// <summary>Goes down some levels, changes a field there, and puts everything together again.</summary>
    private byte[] MutateFields(byte[] message, MessageDescriptor? type, int levels)
    {
        var fields = RawField.Split(message);
        if (fields.Count == 0)
        {
            return message;
        }

        var at = random.Next(fields.Count);
        var field = fields[at];
        var known = type?.FindFieldByNumber(field.Number);
        if (levels > 0 && field.Type == WireFormat.WireType.LengthDelimited && known?.FieldType == FieldType.Message)
        {
            fields[at] = field with { Payload = MutateFields(field.Payload, known.MessageType, levels - 1) };
            return RawField.Join(fields);
        }

        switch (random.Next(7))
        {
            case 0:
                fields.Insert(random.Next(fields.Count + 1), field);
                break;
            case 1:
                fields.RemoveAt(at);
                break;
            case 2:
                (fields[at], fields[0]) = (fields[0], fields[at]);
                break;
            case 3:
                fields[at] = field with { Number = random.Next(1, 18) };
                break;
            case 4 when field.Type == WireFormat.WireType.LengthDelimited:
                fields[at] = field with { Payload = MutateBytes(field.Payload, field.Payload) };
                break;
            case 5 when field.Type == WireFormat.WireType.LengthDelimited:
                fields[at] = field with { Type = WireFormat.WireType.StartGroup };
                break;
            default:
                fields.Insert(at, new RawField(random.Next(1, 18), WireFormat.WireType.LengthDelimited, new byte[random.Next(4) * 4]));
                break;
        }

        return RawField.Join(fields);
    }

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
