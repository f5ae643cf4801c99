using System.Text.Json;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>
/// Writes records as CloudEvents 1.0.2. A record that is a CloudEvent (a log record named like its <see cref="CloudEventKeys"/> say) goes out
/// as that event; any other record becomes an event whose data is the envelope's JSON (<see cref="JsonLinesEncoder"/>).
/// </summary>
/// <remarks>
/// <para>Structured: <see cref="Encode"/>, one JSON object each. Batched: the same within <c>[</c>, <c>,</c> and <c>]</c>. Binary:
/// <see cref="Read"/>, then <see cref="Attributes"/> and <see cref="ContentType"/> as headers and <see cref="WriteData"/> as the body; the
/// structured form of the record at hand is <see cref="WriteStructured"/>.</para>
/// <para>Used by one thread at a time. Allocates nothing per record.</para>
/// </remarks>
public sealed class CloudEventsEncoder : IDisposable
{
    private readonly ValueJson _values = new();
    private readonly JsonLinesEncoder _envelopes;
    private readonly CloudEventAttributeSet _attributes;
    private readonly CloudEventContext _context;
    private readonly PooledBufferWriter _text;
    private EnvelopeBatch? _batch;
    private int _index;
    private RecordId _id;

    /// <summary>Creates an encoder; it rents buffers from <paramref name="buffers"/> when it first encodes and keeps them.</summary>
    public CloudEventsEncoder(BufferPool buffers)
    {
        _envelopes = new JsonLinesEncoder(buffers);
        _attributes = new CloudEventAttributeSet(buffers);
        _context = new CloudEventContext(buffers, _attributes);
        _text = new PooledBufferWriter(buffers, "data of a CloudEvent as text");
    }

    /// <summary>
    /// The media type of an event in structured mode. Names of charsets are the same in capitals and small letters (RFC 9110, 8.3.2); they are
    /// small since the CloudEvents SDK for JavaScript takes no others.
    /// </summary>
    public static string StructuredMediaType => "application/cloudevents+json; charset=utf-8";

    /// <summary>The media type of events in batched mode.</summary>
    public static string BatchMediaType => "application/cloudevents-batch+json; charset=utf-8";

    /// <summary>
    /// The context attributes of the record read last, <c>specversion</c> included, without <c>datacontenttype</c>. Valid until the next record
    /// is read.
    /// </summary>
    public CloudEventAttributeEnumerator Attributes => new(_attributes);

    /// <summary>
    /// The media type of what <see cref="WriteData"/> writes, UTF-8; empty when it is not known. It is <c>datacontenttype</c>, or where that is
    /// left out in the JSON format, the <c>application/json</c> that is meant there. Valid until the next record is read.
    /// </summary>
    public ReadOnlySpan<byte> ContentType
    {
        get
        {
            var record = Record();
            if (!_context.IsCloudEvent)
            {
                return "application/json"u8;
            }

            var fields = CloudEventFields.Read(record.Message);
            return fields.DataContentType.IsEmpty && DataKind(fields) is not (null or AnyValueKind.Bytes) ? "application/json"u8 : fields.DataContentType;
        }
    }

    /// <summary>Starts on a batch, which stays the caller's. Needed for every batch, also when the same object comes again.</summary>
    public void BeginBatch(EnvelopeBatch batch)
    {
        _batch = batch;
        _envelopes.BeginBatch(batch);
        _context.BeginBatch();
    }

    /// <summary>Makes the attributes of one record of the batch.</summary>
    /// <param name="index">Which record of the batch.</param>
    /// <param name="id">Its identity.</param>
    /// <exception cref="InvalidOperationException">No batch was begun.</exception>
    public void Read(int index, RecordId id)
    {
        _index = index;
        _id = id;
        _context.Read(Record(), id);
    }

    /// <summary>Appends one record of the batch as one JSON object (JSON format, 3), without a line break.</summary>
    /// <param name="index">Which record of the batch.</param>
    /// <param name="id">Its identity.</param>
    /// <param name="output">Where it is appended.</param>
    /// <exception cref="InvalidOperationException">No batch was begun.</exception>
    public void Encode(int index, RecordId id, PooledBufferWriter output)
    {
        Read(index, id);
        WriteStructured(output);
    }

    /// <summary>Appends the record read last as one JSON object (JSON format, 3), without a line break.</summary>
    public void WriteStructured(PooledBufferWriter output)
    {
        var record = Record();
        var json = new JsonOutput(output);
        json.BeginObject();
        foreach (var attribute in Attributes)
        {
            json.Key(attribute.Name);
            if (attribute.Kind == CloudEventAttributeKind.Text)
            {
                json.String(attribute.Value);
            }
            else
            {
                json.Ready(attribute.Value);
            }
        }

        if (_context.IsCloudEvent)
        {
            WriteDataMembers(ref json, CloudEventFields.Read(record.Message));
            json.EndObject();
            json.Flush();
            return;
        }

        json.Ready("\"datacontenttype\":\"application/json\""u8);
        json.Name("\"data\":"u8);
        json.Flush();
        _envelopes.Encode(_index, _id, output);
        output.WriteByte((byte)'}');
    }

    /// <summary>Appends the data of the record read last as it stands in a message of binary mode; nothing where the event has no data.</summary>
    public void WriteData(PooledBufferWriter output)
    {
        if (!_context.IsCloudEvent)
        {
            _envelopes.Encode(_index, _id, output);
            return;
        }

        var fields = CloudEventFields.Read(Record().Message);
        switch (DataKind(fields))
        {
            case null:
                break;
            case AnyValueKind.Bytes:
                output.Write(AnyValue.Read(fields.Body).Bytes);
                break;
            case AnyValueKind.String when IsText(fields):
                output.Write(AnyValue.Read(fields.Body).Bytes);
                break;
            default:
                WriteJson(fields, output);
                break;
        }
    }

    /// <summary>Forgets the batch and returns the buffers.</summary>
    public void Dispose()
    {
        _batch = null;
        _envelopes.Dispose();
        _context.Dispose();
        _attributes.Dispose();
        _text.Dispose();
    }

    /// <summary>The kind of the data; null when there is none. An explicit null of JSON is data (<see cref="AnyValueKind.Empty"/>).</summary>
    private static AnyValueKind? DataKind(in CloudEventFields fields)
    {
        if (!fields.HasBody)
        {
            return null;
        }

        var kind = AnyValue.Read(fields.Body).Kind;
        return kind == AnyValueKind.Empty && !IsJson(fields) ? null : kind;
    }

    /// <summary>In the JSON format what says nothing of its type is JSON.</summary>
    private static bool IsJson(in CloudEventFields fields) => fields.DataContentType.IsEmpty || CloudEventText.IsJson(fields.DataContentType);

    /// <summary>Whether a body of text is what binary mode sends, rather than a JSON string.</summary>
    private static bool IsText(in CloudEventFields fields) => !IsJson(fields) || IsJsonText(fields);

    /// <summary>
    /// Whether the body is the JSON text of the data. That is looked at, not believed: what is not JSON would break what it is written into.
    /// </summary>
    private static bool IsJsonText(in CloudEventFields fields)
    {
        if (!fields.DataEncoding.SequenceEqual(CloudEventKeys.JsonText))
        {
            return false;
        }

        var reader = new Utf8JsonReader(AnyValue.Read(fields.Body).Bytes, JsonText.OptionsFor(isLines: false));
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private RecordView Record() => (_batch ?? throw new InvalidOperationException("BeginBatch comes before Read and Encode.")).GetRecord(_index);

    private void WriteDataMembers(ref JsonOutput json, in CloudEventFields fields)
    {
        json.OptionalString("\"datacontenttype\":"u8, fields.DataContentType);
        var kind = DataKind(fields);
        if (kind is null)
        {
            return;
        }

        var value = AnyValue.Read(fields.Body);
        if (kind == AnyValueKind.Bytes)
        {
            json.Name("\"data_base64\":"u8);
            json.Base64Text(value.Bytes);
            return;
        }

        json.Name("\"data\":"u8);
        if (kind == AnyValueKind.String && IsJson(fields) && IsJsonText(fields))
        {
            // White space is all that line breaks can be in JSON, and would end the line where events stand one on each.
            _text.Clear();
            _text.Write(value.Bytes);
            _text.WrittenForUpdate.Replace((byte)'\n', (byte)' ');
            _text.WrittenForUpdate.Replace((byte)'\r', (byte)' ');
            json.Ready(_text.WrittenSpan);
        }
        else if (kind == AnyValueKind.String || IsJson(fields))
        {
            _values.WriteValue(ref json, value);
        }
        else
        {
            // Data that is not JSON is a string in the JSON format; a processor put a value there that is none.
            _text.Clear();
            WriteJson(fields, _text);
            json.String(_text.WrittenSpan);
        }
    }

    private void WriteJson(in CloudEventFields fields, PooledBufferWriter output)
    {
        var json = new JsonOutput(output);
        _values.WriteValue(ref json, AnyValue.Read(fields.Body));
        json.Flush();
    }
}
