using Confluent.Kafka;

namespace Sluice.Testing.Kafka;

/// <summary>Sends messages to a cluster.</summary>
public sealed class KafkaProducer : IDisposable
{
    private readonly IProducer<byte[]?, byte[]?> _producer;

    /// <summary>Makes one; it connects when there is something to send.</summary>
    /// <param name="bootstrap">Addresses of brokers.</param>
    /// <param name="settings">Settings of librdkafka beside the address.</param>
    public KafkaProducer(string bootstrap, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        KafkaClient.Load();
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig(new Dictionary<string, string>(settings)) { BootstrapServers = bootstrap }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Sends a message, and waits until the cluster has it.</summary>
    /// <returns>The message with its place.</returns>
    /// <exception cref="KafkaRefusedException">It has not, and the client gave up.</exception>
    public async Task<KafkaMessage> SendAsync(string topic, KafkaMessage message)
    {
        var headers = new Headers();
        foreach (var (name, value) in message.Headers)
        {
            headers.Add(name, value);
        }

        var sent = new Message<byte[]?, byte[]?> { Key = message.Key, Value = message.Value, Headers = headers };
        if (message.Timestamp is { } time)
        {
            sent.Timestamp = new Timestamp(time);
        }

        try
        {
            var result = await _producer.ProduceAsync(new TopicPartition(topic, message.Partition ?? Partition.Any), sent).ConfigureAwait(false);
            return message with { Partition = result.Partition.Value, Offset = result.Offset.Value };
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            throw new KafkaRefusedException(e.Error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();
}
