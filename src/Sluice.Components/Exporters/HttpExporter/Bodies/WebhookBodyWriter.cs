using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>The payload that Standard Webhooks describes: <c>type</c>, <c>timestamp</c>, and the envelope of one record as <c>data</c>.</summary>
internal sealed class WebhookBodyWriter(BufferPool buffers) : IBodyWriter
{
    private readonly JsonLinesEncoder _encoder = new(buffers);

    /// <inheritdoc/>
    public void Write(DeliveryBatch batch, PooledBufferWriter output)
    {
        var segment = batch.Segments[0];
        var record = segment.Batch.GetRecord(segment.Start);
        var time = record.Envelope.TimeUnixNano;
        var json = new JsonOutput(output);
        json.BeginObject();
        json.Name("\"type\":"u8);
        json.String(TypeOf(record));
        json.Name("\"timestamp\":"u8);
        json.Time(time == 0 ? (ulong)segment.ReceivedUnixNano : time);
        json.Name("\"data\":"u8);
        json.Flush();
        _encoder.BeginBatch(segment.Batch);
        _encoder.Encode(segment.Start, segment.FirstRecord, output);
        output.WriteByte((byte)'}');
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <summary>The name of an event; what has no such name goes by the name of its signal.</summary>
    private static ReadOnlySpan<byte> TypeOf(RecordView record)
    {
        if (record.Signal != Signal.Logs)
        {
            return record.Signal == Signal.Traces ? "span"u8 : "metric"u8;
        }

        ReadOnlySpan<byte> name = default;
        var reader = new ProtoReader(record.Message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.LogRecord.EventName, WireType: WireType.LengthDelimited })
            {
                reader.TryReadBytes(out name);
            }
            else
            {
                reader.TrySkip();
            }
        }

        return name.IsEmpty ? "log"u8 : name;
    }
}
