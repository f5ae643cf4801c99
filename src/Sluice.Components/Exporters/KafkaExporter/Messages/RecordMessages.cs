using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>A message for each record.</summary>
internal sealed class RecordMessages(Signal signal, RecordMessage message, MessageRouter router, MessageHeaders headers, BufferPool buffers) : IMessageWriter
{
    private readonly PooledBufferWriter _value = new(buffers, "Kafka message");
    private readonly PooledBufferWriter _key = new(buffers, "key of a Kafka message");

    /// <inheritdoc/>
    public bool TryWrite(OutgoingBatch outgoing, RecordId from, MessageSender sender)
    {
        var segments = outgoing.Batch!.Segments;
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (segment.Batch.Signal != signal)
            {
                continue;
            }

            message.Begin(segment.Batch);
            router.Begin(segment);
            headers.Begin(segment);
            var passed = PassedRecords.Of(segment, from);
            outgoing.PassedRecords += passed;
            for (var record = passed; record < segment.Count; record++)
            {
                var ordinal = outgoing.OrdinalOf(i, record);
                if (!outgoing.IsDue(ordinal))
                {
                    continue;
                }

                if (router.TopicOf(segment.Start + record, out var fault) is not { } topic)
                {
                    outgoing.Refuse(i, record, fault);
                    continue;
                }

                _value.Clear();
                _key.Clear();
                message.Write(segment, record, headers, _value);
                var hasKey = router.TryWriteKey(segment.Start + record, _key);
                if (!sender.TrySend(ordinal, topic, hasKey, _key.WrittenSpan, _value.WrittenSpan, headers.List))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        message.Dispose();
        router.Dispose();
        headers.Dispose();
        _value.Dispose();
        _key.Dispose();
    }
}
