using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry;

/// <summary>
/// Walks the <c>KeyValue</c> fields of one message in place: attributes of a record, resource, scope, event, link or data point, or the
/// members of a key-value list. Use with <c>foreach</c>; allocates nothing.
/// </summary>
public ref struct AttributeEnumerator
{
    private readonly int _field;
    private ProtoReader _reader;

    /// <summary>Walks field <paramref name="field"/> of <paramref name="message"/>.</summary>
    public AttributeEnumerator(ReadOnlySpan<byte> message, int field)
    {
        _field = field;
        _reader = new ProtoReader(message);
    }

    /// <summary>The attribute at hand.</summary>
    public Attribute Current { get; private set; }

    /// <summary>Enables <c>foreach</c>.</summary>
    public readonly AttributeEnumerator GetEnumerator() => this;

    /// <summary>Moves to the next attribute.</summary>
    public bool MoveNext()
    {
        while (_reader.TryReadTag())
        {
            if (_reader.Field == _field && _reader.WireType == WireType.LengthDelimited)
            {
                if (!_reader.TryReadBytes(out var keyValue))
                {
                    return false;
                }

                Current = new Attribute(keyValue);
                return true;
            }

            if (!_reader.TrySkip())
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Finds the first attribute of this key.</summary>
    public static bool TryFind(ReadOnlySpan<byte> message, int field, ReadOnlySpan<byte> key, out AnyValue value)
    {
        var isFound = TryFindEncoded(message, field, key, out var encoded);
        value = isFound ? AnyValue.Read(encoded) : default;
        return isFound;
    }

    /// <summary>Finds the first attribute of this key.</summary>
    /// <param name="message">The message that has attributes.</param>
    /// <param name="field">The field that they are in.</param>
    /// <param name="key">The key, UTF-8.</param>
    /// <param name="value">The encoded <c>AnyValue</c>; empty when absent.</param>
    public static bool TryFindEncoded(ReadOnlySpan<byte> message, int field, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var wanted = Wire.Tag(field, WireType.LengthDelimited);
        var position = 0;
        while (position < message.Length && Wire.TryReadTag(message, ref position, message.Length, out var tag))
        {
            if (tag != wanted)
            {
                position = Wire.Skip(message, position, message.Length, tag);
                if (position < 0)
                {
                    break;
                }

                continue;
            }

            if (!Wire.TryReadLength(message, ref position, message.Length, out var length))
            {
                break;
            }

            var attribute = new Attribute(message.Slice(position, length));
            if (attribute.Key.SequenceEqual(key))
            {
                value = attribute.EncodedValue;
                return true;
            }

            position += length;
        }

        value = default;
        return false;
    }
}
