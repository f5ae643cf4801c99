using System.Text.Json;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>
/// Turns documents into log records, bytes to bytes and in one pass: what a field is decides where its value goes while it is read. Nothing
/// is allocated per document. One request uses it at a time.
/// </summary>
/// <remarks>
/// A record and its resource are encoded apart, since the fields of both come in any order, and put together when the document has ended.
/// </remarks>
internal sealed partial class DocumentWriter : IDisposable
{
    private static readonly JsonReaderOptions Options = JsonText.OptionsFor(isLines: false);

    private readonly PooledBufferWriter _output;
    private readonly PooledBufferWriter _recordBytes;
    private readonly PooledBufferWriter _resourceBytes;
    private readonly PooledBufferWriter _path;
    private readonly PooledBufferWriter _text;
    private readonly PooledBufferWriter _index;
    private readonly PooledBufferWriter _indexAttributes;
    private readonly OtlpRequestBuilder _record;
    private readonly int _recordStart;
    private OtlpRequestBuilder _resource;
    private int _resourceStart;
    private RecordAssembler _assembler;
    private bool _isStream;
    private Given _given;

    /// <summary>Creates it for one request.</summary>
    /// <param name="pool">Where memory comes from.</param>
    public DocumentWriter(BufferPool pool)
    {
        _output = new PooledBufferWriter(pool, "records of documents");
        _recordBytes = new PooledBufferWriter(pool, "record of a document");
        _resourceBytes = new PooledBufferWriter(pool, "resource of a document");
        _path = new PooledBufferWriter(pool, "name of a field");
        _text = new PooledBufferWriter(pool, "text of a field");
        _index = new PooledBufferWriter(pool, "name of an index");
        _indexAttributes = new PooledBufferWriter(pool, "attributes of an index");
        _record = new OtlpRequestBuilder(_recordBytes);
        _record.BeginResource();
        _record.BeginScope();
        _recordStart = _recordBytes.Length;
        _resource = BeginResource();
        _assembler = new RecordAssembler(_output);
    }

    /// <summary>Fields that a record has once; what comes again is an attribute.</summary>
    [Flags]
    private enum Given
    {
        None = 0,
        Time = 1,
        Body = 2,
        Severity = 4,
        TraceId = 8,
        SpanId = 16,
        EventName = 32,
    }

    /// <summary>Records written.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that it has rented.</summary>
    public long Capacity => (long)_output.Capacity + _recordBytes.Capacity + _resourceBytes.Capacity + _path.Capacity + _text.Capacity
        + _index.Capacity + _indexAttributes.Capacity;

    /// <summary>Appends a document as a record. A document with a fault leaves nothing behind.</summary>
    /// <param name="document">One JSON object, UTF-8; white space may surround it.</param>
    /// <param name="origin">What the request says of it.</param>
    /// <param name="observedUnixNano">When it came, in nanoseconds since 1970.</param>
    /// <returns>False for what is not one JSON object in Unicode; <see cref="DescribeFault"/> says why.</returns>
    public bool TryAppend(ReadOnlySpan<byte> document, in DocumentOrigin origin, ulong observedUnixNano)
    {
        if (!System.Text.Unicode.Utf8.IsValid(document))
        {
            return false;
        }

        _given = Given.None;
        _record.BeginRecord();
        try
        {
            _record.ObservedTime(observedUnixNano);
            WriteOrigin(origin);
            var json = new Utf8JsonReader(document, Options);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                _record.CancelRecord();
                return false;
            }

            WriteTop(ref json);

            // Anything but white space behind the object makes the reader throw.
            json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how the reader reports half of a surrogate pair.
            _record.CancelRecord();
            _resource = BeginResource();
            return false;
        }

        _record.EndRecord();
        _assembler.Append(_resourceBytes.WrittenSpan[_resourceStart..], _recordBytes.WrittenSpan[_recordStart..]);
        _recordBytes.Truncate(_recordStart);
        _resourceBytes.Truncate(_resourceStart);
        Count++;
        return true;
    }

    /// <summary>Says what is wrong with a document that was refused.</summary>
    public static string DescribeFault(ReadOnlySpan<byte> document)
    {
        if (JsonText.FindFault(document, isLines: false) is { } fault)
        {
            return fault.Path.Length == 0 ? $"{fault.Problem} (at byte {fault.Offset} of the document)" : $"{fault.Path}: {fault.Problem} (at byte {fault.Offset} of the document)";
        }

        return "a document is a JSON object, such as {\"message\":\"hello\"}";
    }

    /// <summary>Ends the request, and hands its bytes over to the caller, who disposes them.</summary>
    /// <param name="length">Its length in bytes.</param>
    public PooledBuffer Finish(out int length)
    {
        _assembler.Finish();
        length = _output.Length;
        return _output.Detach();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        _recordBytes.Dispose();
        _resourceBytes.Dispose();
        _path.Dispose();
        _text.Dispose();
        _index.Dispose();
        _indexAttributes.Dispose();
    }

    /// <summary>A builder that stays in its one resource, whose attributes are read out and cut off for each document.</summary>
    private OtlpRequestBuilder BeginResource()
    {
        _resourceBytes.Clear();
        var builder = new OtlpRequestBuilder(_resourceBytes);
        builder.BeginResource();
        _resourceStart = _resourceBytes.Length;
        return builder;
    }

    /// <summary>Where the document is to go, under the names by which the exporter <c>elasticsearch</c> routes, as in the Collector.</summary>
    private void WriteOrigin(in DocumentOrigin origin)
    {
        if (!_index.WrittenSpan.SequenceEqual(origin.Index))
        {
            EncodeIndex(origin.Index);
        }

        new ProtoWriter(_recordBytes).Raw(_indexAttributes.WrittenSpan);
        if (!origin.Id.IsEmpty)
        {
            _record.Attribute("elasticsearch.document_id"u8, origin.Id);
        }

        if (!origin.Pipeline.IsEmpty)
        {
            _record.Attribute("elasticsearch.ingest_pipeline"u8, origin.Pipeline);
        }

        if (!origin.Routing.IsEmpty)
        {
            _record.Attribute("elasticsearch.routing"u8, origin.Routing);
        }
    }

    /// <summary>Documents of one index follow one another: its attributes are encoded once for all of them.</summary>
    private void EncodeIndex(ReadOnlySpan<byte> name)
    {
        _index.Clear();
        _index.Write(name);
        _indexAttributes.Clear();
        _isStream = IndexName.TrySplit(name, out var type, out var dataset, out var @namespace);
        if (_isStream)
        {
            EncodeAttribute("data_stream.type"u8, type);
            EncodeAttribute("data_stream.dataset"u8, dataset);
            EncodeAttribute("data_stream.namespace"u8, @namespace);
        }
        else
        {
            EncodeAttribute("elasticsearch.index"u8, name);
        }
    }

    private void EncodeAttribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var writer = new ProtoWriter(_indexAttributes);
        var attribute = writer.BeginMessage(OtlpFields.LogRecord.Attributes);
        writer.Bytes(OtlpFields.KeyValue.Key, key);
        var text = writer.BeginMessage(OtlpFields.KeyValue.Value);
        writer.Bytes(OtlpFields.AnyValue.String, value);
        writer.EndMessage(text);
        writer.EndMessage(attribute);
    }
}
