using System.Text;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Encoders.CloudEvents;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>One record as one message. One thread.</summary>
internal abstract class RecordMessage : IDisposable
{
    /// <summary>What writes an encoding.</summary>
    public static RecordMessage Create(KafkaEncoding encoding, BufferPool buffers) => encoding switch
    {
        KafkaEncoding.Json => new Envelope(buffers),
        KafkaEncoding.CloudEvents => new StructuredEvent(buffers),
        KafkaEncoding.CloudEventsBinary => new BinaryEvent(buffers),
        KafkaEncoding.Raw => new Body(),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
    };

    /// <summary>Starts on a batch.</summary>
    public abstract void Begin(EnvelopeBatch batch);

    /// <summary>Appends the value of the message, and its headers.</summary>
    /// <param name="segment">The run.</param>
    /// <param name="record">Which record of the run.</param>
    /// <param name="headers">Gets what the options ask for, and what the encoding has of its own.</param>
    /// <param name="value">Gets the value.</param>
    public abstract void Write(in DeliverySegment segment, int record, MessageHeaders headers, PooledBufferWriter value);

    /// <inheritdoc/>
    public abstract void Dispose();

    private sealed class Envelope(BufferPool buffers) : RecordMessage
    {
        private readonly JsonLinesEncoder _encoder = new(buffers);

        public override void Begin(EnvelopeBatch batch) => _encoder.BeginBatch(batch);

        public override void Write(in DeliverySegment segment, int record, MessageHeaders headers, PooledBufferWriter value)
        {
            headers.BeginMessage("application/json"u8, segment, record, isSingle: true);
            _encoder.Encode(segment.Start + record, segment.FirstRecord.Plus(record), value);
        }

        public override void Dispose() => _encoder.Dispose();
    }

    private sealed class Body : RecordMessage
    {
        private readonly RawBodyEncoder _encoder = new();

        public override void Begin(EnvelopeBatch batch)
        {
            // Nothing is kept of a batch.
        }

        public override void Write(in DeliverySegment segment, int record, MessageHeaders headers, PooledBufferWriter value)
        {
            headers.BeginMessage(default, segment, record, isSingle: true);
            _encoder.Encode(segment.Batch.GetRecord(segment.Start + record), value);
        }

        public override void Dispose()
        {
            // Nothing is rented.
        }
    }

    /// <summary>CloudEvents, Kafka protocol binding, 3.3. The content type is what tells the modes apart, so it is there whatever the options say.</summary>
    private sealed class StructuredEvent(BufferPool buffers) : RecordMessage
    {
        private static readonly byte[] Type = Encoding.ASCII.GetBytes(CloudEventsEncoder.StructuredMediaType);

        private readonly CloudEventsEncoder _encoder = new(buffers);

        public override void Begin(EnvelopeBatch batch) => _encoder.BeginBatch(batch);

        public override void Write(in DeliverySegment segment, int record, MessageHeaders headers, PooledBufferWriter value)
        {
            headers.BeginMessage(default, segment, record, isSingle: true);
            headers.List.Add("content-type"u8, Type);
            _encoder.Encode(segment.Start + record, segment.FirstRecord.Plus(record), value);
        }

        public override void Dispose() => _encoder.Dispose();
    }

    /// <summary>
    /// CloudEvents, Kafka protocol binding, 3.2: attributes are headers in UTF-8 as they are. An event whose data has a media type that would be
    /// read as that of another mode goes in structured mode, as does one with more attributes than a message may have headers.
    /// </summary>
    private sealed class BinaryEvent(BufferPool buffers) : RecordMessage
    {
        private static readonly byte[] Type = Encoding.ASCII.GetBytes(CloudEventsEncoder.StructuredMediaType);

        private readonly CloudEventsEncoder _encoder = new(buffers);
        private readonly PooledBufferWriter _name = new(buffers, "header of a CloudEvent");

        public override void Begin(EnvelopeBatch batch) => _encoder.BeginBatch(batch);

        public override void Write(in DeliverySegment segment, int record, MessageHeaders headers, PooledBufferWriter value)
        {
            headers.BeginMessage(default, segment, record, isSingle: true);
            _encoder.Read(segment.Start + record, segment.FirstRecord.Plus(record));
            var type = _encoder.ContentType;
            var others = headers.List.Count;
            if (IsOtherMode(type) || !TryAddAttributes(headers.List, type))
            {
                headers.List.Truncate(others);
                headers.List.Add("content-type"u8, Type);
                _encoder.WriteStructured(value);
            }
            else
            {
                _encoder.WriteData(value);
            }
        }

        public override void Dispose()
        {
            _encoder.Dispose();
            _name.Dispose();
        }

        private static bool IsOtherMode(ReadOnlySpan<byte> type)
        {
            var prefix = "application/cloudevents"u8;
            return type.Length >= prefix.Length && Ascii.EqualsIgnoreCase(type[..prefix.Length], prefix);
        }

        private bool TryAddAttributes(KafkaHeaders headers, ReadOnlySpan<byte> type)
        {
            if (!type.IsEmpty)
            {
                headers.Add("content-type"u8, type);
            }

            foreach (var attribute in _encoder.Attributes)
            {
                if (headers.Count == KafkaHeaders.MaxCount)
                {
                    return false;
                }

                _name.Clear();
                _name.Write("ce_"u8);
                _name.Write(attribute.Name);
                headers.Add(_name.WrittenSpan, attribute.Value);
            }

            return true;
        }
    }
}
