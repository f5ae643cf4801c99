using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// Writes attributes and values as documents have them: bytes as hexadecimal text, numbers that are not finite as <c>null</c>, since no
/// field of numbers takes them. Of a repeated key the first counts. Used by one thread at a time.
/// </summary>
internal sealed class DocumentValues(BufferPool buffers) : IDisposable
{
    private const int ValuesField = 1;

    private readonly PooledBufferWriter _text = new(buffers, "JSON inside a text");
    private KeySet[] _keys = [new KeySet(), new KeySet()];

    /// <summary>Writes the member <c>attributes</c> unless there are none, without those that say where a document goes.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="message">The message that has them.</param>
    /// <param name="field">In which field.</param>
    /// <param name="mapsAsText">Maps are written as text: dimensions of time series cannot be objects.</param>
    /// <param name="eventName">Goes in as <c>event.name</c>, in place of an attribute of that key; empty for none.</param>
    public void WriteAttributes(
        ref JsonOutput json, ReadOnlySpan<byte> message, int field, bool mapsAsText, ReadOnlySpan<byte> eventName = default)
    {
        var open = false;
        var keys = KeysOf(0);
        var reader = new ProtoReader(message);
        if (!eventName.IsEmpty)
        {
            Open(ref json, ref open);
            json.Name("\"event.name\":"u8);
            json.String(eventName);
        }

        while (reader.TryReadTag())
        {
            if (reader.Field != field || reader.WireType != WireType.LengthDelimited)
            {
                reader.TrySkip();
                continue;
            }

            if (!reader.TryReadBytes(out var keyValue))
            {
                break;
            }

            Open(ref json, ref open);
            var attribute = new Attribute(keyValue);
            var key = attribute.Key;
            if (ReservedAttributes.IsReserved(key)
                || (!eventName.IsEmpty && key.SequenceEqual("event.name"u8))
                || !keys.Add(message, key, reader.Position - keyValue.Length, keyValue.Length)
                || (GeoPoint.IsPart(key) && GeoPoint.TryWrite(ref json, message, field, attribute)))
            {
                continue;
            }

            json.Key(key);
            WriteValue(ref json, attribute.Value, 1, mapsAsText);
        }

        if (open)
        {
            json.EndObject();
        }
    }

    /// <summary>Writes a value.</summary>
    public void WriteValue(ref JsonOutput json, AnyValue value) => WriteValue(ref json, value, 0, mapsAsText: false);

    /// <summary>Writes a list of <c>KeyValue</c> as an object.</summary>
    public void WriteObject(ref JsonOutput json, ReadOnlySpan<byte> message, int field) => WriteObject(ref json, message, field, 0);

    public void Dispose() => _text.Dispose();

    private static void Open(ref JsonOutput json, ref bool open)
    {
        if (!open)
        {
            json.Name("\"attributes\":"u8);
            json.BeginObject();
            open = true;
        }
    }

    private void WriteValue(ref JsonOutput json, AnyValue value, int depth, bool mapsAsText)
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
            case AnyValueKind.Double when double.IsFinite(value.Double):
                json.Number(value.Double);
                break;
            case AnyValueKind.Bytes:
                json.Hex(value.Bytes);
                break;
            case AnyValueKind.Array:
                WriteArray(ref json, value.Bytes, depth, mapsAsText);
                break;
            case AnyValueKind.KeyValueList when mapsAsText:
                WriteAsText(ref json, value.Bytes, depth);
                break;
            case AnyValueKind.KeyValueList:
                WriteObject(ref json, value.Bytes, ValuesField, depth);
                break;
            default:
                json.Null();
                break;
        }
    }

    private void WriteAsText(ref JsonOutput json, ReadOnlySpan<byte> map, int depth)
    {
        _text.Clear();
        var inner = new JsonOutput(_text);
        WriteObject(ref inner, map, ValuesField, depth);
        inner.Flush();
        json.String(_text.WrittenSpan);
    }

    private void WriteArray(ref JsonOutput json, ReadOnlySpan<byte> array, int depth, bool mapsAsText)
    {
        json.BeginArray();
        foreach (var element in new RepeatedField(array, ValuesField))
        {
            WriteValue(ref json, AnyValue.Read(element), depth, mapsAsText);
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
            if (reader.Field != field || reader.WireType != WireType.LengthDelimited)
            {
                reader.TrySkip();
                continue;
            }

            if (!reader.TryReadBytes(out var keyValue))
            {
                break;
            }

            var attribute = new Attribute(keyValue);
            if (keys.Add(message, attribute.Key, reader.Position - keyValue.Length, keyValue.Length))
            {
                json.Key(attribute.Key);
                WriteValue(ref json, attribute.Value, depth + 1, mapsAsText: false);
            }
        }

        json.EndObject();
    }

    /// <summary>One set per level of nesting, since an outer object goes on after an inner one.</summary>
    private KeySet KeysOf(int depth)
    {
        while (depth >= _keys.Length)
        {
            var known = _keys.Length;
            Array.Resize(ref _keys, known * 2);
            for (var i = known; i < _keys.Length; i++)
            {
                _keys[i] = new KeySet();
            }
        }

        _keys[depth].Clear();
        return _keys[depth];
    }
}
