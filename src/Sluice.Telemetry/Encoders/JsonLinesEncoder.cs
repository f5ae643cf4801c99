using Sluice.Buffers;
using Sluice.Journal;

namespace Sluice.Telemetry.Encoders;

/// <summary>
/// Writes records as the envelope's own JSON, one object per record (<c>config/envelope.schema.json</c>). What is absent is left out; only
/// an attribute or element that is there and empty is <c>null</c>. Integers keep 64 bits, doubles round-trip and always show a fraction or
/// an exponent, bytes are base64, ids lower-case hexadecimal, times RFC 3339 with nanoseconds. Every field of OTLP is kept except fields
/// that OTLP 1.x does not define; which of text, bytes and a number that is not finite a string was is kept by OTLP-JSON only
/// (<see cref="Otlp.Json.OtlpJsonWriter"/>).
/// </summary>
/// <remarks>Used by one thread at a time. Allocates nothing per record: the JSON of resources and scopes is written once per batch and copied.</remarks>
public sealed class JsonLinesEncoder : IDisposable
{
    private readonly ValueJson _values = new();
    private readonly ContextFragments _context;
    private EnvelopeBatch? _batch;

    /// <summary>Creates an encoder; it rents a buffer from <paramref name="buffers"/> when it first encodes and keeps it.</summary>
    public JsonLinesEncoder(BufferPool buffers) => _context = new ContextFragments(buffers, _values);

    /// <summary>
    /// Starts on a batch, which stays the caller's and is not touched after the last <see cref="Encode"/>. Needed for every batch, also when
    /// the same object comes again, since batches are pooled.
    /// </summary>
    public void BeginBatch(EnvelopeBatch batch)
    {
        _batch = batch;
        _context.Begin(batch);
    }

    /// <summary>Appends one record of the batch as one JSON object, without a line break.</summary>
    /// <param name="index">Which record of the batch.</param>
    /// <param name="id">Its identity.</param>
    /// <param name="output">Where it is appended.</param>
    /// <exception cref="InvalidOperationException">No batch was begun.</exception>
    public void Encode(int index, RecordId id, PooledBufferWriter output)
    {
        var batch = _batch ?? throw new InvalidOperationException("BeginBatch comes before Encode.");
        var record = batch.GetRecord(index);
        _context.Resource(record, out var service, out var resource);

        var json = new JsonOutput(output);
        json.BeginObject();
        json.Name("\"id\":"u8);
        json.Hex(id.Epoch, id.Sequence);
        switch (record.Signal)
        {
            case Signal.Logs:
                LogJson.Write(ref json, record, service, _values);
                break;
            case Signal.Traces:
                SpanJson.Write(ref json, record, service, _values);
                break;
            default:
                MetricJson.Write(ref json, record, service, _values);
                break;
        }

        json.Ready(resource);
        json.Ready(_context.Scope(record));
        json.EndObject();
        json.Flush();
    }

    /// <summary>Forgets the batch and returns the buffer.</summary>
    public void Dispose()
    {
        _batch = null;
        _context.Dispose();
    }
}
