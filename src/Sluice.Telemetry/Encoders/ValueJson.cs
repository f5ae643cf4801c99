using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>
/// Writes attributes and values as plain JSON: key-value lists as objects, arrays as arrays, bytes as base64, an empty value as
/// <c>null</c>. Of a repeated key the first counts. Used by one thread at a time.
/// </summary>
internal sealed class ValueJson
{
    /// <summary>The elements of an <c>ArrayValue</c>, the members of a <c>KeyValueList</c>.</summary>
    private const int ValuesField = 1;

    private KeySet[] _keys = [new KeySet(), new KeySet()];

    /// <summary>Writes the member <paramref name="name"/> (quoted, with the colon) unless field <paramref name="field"/> does not occur.</summary>
    public void WriteAttributes(ref JsonOutput json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> message, int field)
    {
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            var isAttribute = reader.Field == field && reader.WireType == WireType.LengthDelimited;
            if (isAttribute)
            {
                json.Name(name);
                WriteObject(ref json, message, field, 0);
                return;
            }

            if (!reader.TrySkip())
            {
                return;
            }
        }
    }

    /// <summary>Writes a value.</summary>
    public void WriteValue(ref JsonOutput json, AnyValue value) => WriteValue(ref json, value, 0);

    private void WriteValue(ref JsonOutput json, AnyValue value, int depth)
    {
        switch (value.Kind)
        {
            case AnyValueKind.String:
                json.String(value.Bytes);
                break;
            case AnyValueKind.Bool:
                json.Boolean(value.Bool);
                break;
            case AnyValueKind.Int:
                json.Number(value.Int);
                break;
            case AnyValueKind.Double:
                json.Number(value.Double);
                break;
            case AnyValueKind.Bytes:
                json.Base64Text(value.Bytes);
                break;
            case AnyValueKind.Array:
                WriteArray(ref json, value.Bytes, depth);
                break;
            case AnyValueKind.KeyValueList:
                WriteObject(ref json, value.Bytes, ValuesField, depth);
                break;
            default:
                json.Null();
                break;
        }
    }

    private void WriteArray(ref JsonOutput json, ReadOnlySpan<byte> array, int depth)
    {
        json.BeginArray();
        var reader = new ProtoReader(array);
        while (reader.TryReadTag())
        {
            if (reader is { Field: ValuesField, WireType: WireType.LengthDelimited })
            {
                if (!reader.TryReadBytes(out var element))
                {
                    break;
                }

                WriteValue(ref json, AnyValue.Read(element), depth);
            }
            else if (!reader.TrySkip())
            {
                break;
            }
        }

        json.EndArray();
    }

    private void WriteObject(ref JsonOutput json, ReadOnlySpan<byte> message, int field, int depth)
    {
        json.BeginObject();
        var keys = KeysOf(depth);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field == field && reader.WireType == WireType.LengthDelimited)
            {
                if (!reader.TryReadBytes(out var keyValue))
                {
                    break;
                }

                var attribute = new Attribute(keyValue);
                if (keys.Add(message, attribute.Key, reader.Position - keyValue.Length, keyValue.Length))
                {
                    json.Key(attribute.Key);
                    WriteValue(ref json, attribute.Value, depth + 1);
                }
            }
            else if (!reader.TrySkip())
            {
                break;
            }
        }

        json.EndObject();
    }

    /// <summary>One set per level of nesting, since an outer object goes on after an inner one.</summary>
    private KeySet KeysOf(int depth)
    {
        if (depth >= _keys.Length)
        {
            var more = new KeySet[depth * 2];
            for (var i = 0; i < more.Length; i++)
            {
                more[i] = i < _keys.Length ? _keys[i] : new KeySet();
            }

            _keys = more;
        }

        var keys = _keys[depth];
        keys.Clear();
        return keys;
    }
}
