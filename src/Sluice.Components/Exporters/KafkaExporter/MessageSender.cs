using Sluice.Transport.Kafka;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>Hands messages of the batch under way to the producer, and waits while that is full.</summary>
internal sealed class MessageSender(KafkaProducer producer, OutgoingBatch outgoing)
{
    /// <summary>How long it waits for room before it looks whether it is to go on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private CancellationToken _cancellation;

    /// <summary>Starts on an attempt.</summary>
    public void Begin(CancellationToken cancellation) => _cancellation = cancellation;

    /// <summary>Hands a message over.</summary>
    /// <returns>False when the attempt is over; it was not taken then.</returns>
    public bool TrySend(int ordinal, string topic, bool hasKey, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, KafkaHeaders headers)
    {
        while (true)
        {
            outgoing.Leaving(ordinal);
            var code = producer.Send(topic, hasKey, key, value, headers, outgoing.Token(ordinal));
            if (code == 0)
            {
                return true;
            }

            if (!KafkaErrors.IsQueueFull(code))
            {
                outgoing.NotTaken(ordinal, code);
                return true;
            }

            outgoing.NotTaken(ordinal, null);
            if (_cancellation.IsCancellationRequested || producer.FatalFault is not null)
            {
                return false;
            }

            producer.Flush(Patience);
        }
    }
}
