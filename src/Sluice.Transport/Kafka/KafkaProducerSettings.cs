namespace Sluice.Transport.Kafka;

/// <summary>What a producer is made of. It is idempotent and waits for all replicas in sync, always.</summary>
public sealed record KafkaProducerSettings
{
    /// <summary>How it connects.</summary>
    public required KafkaClientOptions Client { get; init; }

    /// <summary>How messages are compressed.</summary>
    public KafkaCompression Compression { get; init; }

    /// <summary>How hard; null for the library's choice.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How long messages wait for others.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The largest message, key and headers included, before compression; also the largest set of messages sent at once.</summary>
    public int MaxMessageBytes { get; init; } = 1_000_000;

    /// <summary>Messages in one request at most.</summary>
    public int MaxMessagesPerRequest { get; init; } = 10_000;

    /// <summary>Messages that wait to be sent or acknowledged.</summary>
    public int MaxBufferedMessages { get; init; } = 100_000;

    /// <summary>Bytes of messages that wait to be sent or acknowledged.</summary>
    public long MaxBufferedBytes { get; init; } = 64 << 20;

    /// <summary>How a key chooses the partition, as the library calls it.</summary>
    public string Partitioner { get; init; } = "fnv1a_random";

    /// <summary>Whether brokers may create topics that are not there.</summary>
    public bool AllowAutoTopicCreation { get; init; } = true;

    /// <summary>The id of its transactions; null for none.</summary>
    public string? TransactionalId { get; init; }

    /// <summary>How long a transaction may take before brokers abort it.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
