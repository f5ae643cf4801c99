using Sluice.Configuration;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>How a key is hashed.</summary>
public enum KafkaHasher
{
    /// <summary>As the Collector and other clients written in Go do: FNV-1a.</summary>
    SaramaCompat,

    /// <summary>As Kafka's own client for Java does.</summary>
    Murmur2,
}

/// <summary>The Collector's <c>record_partitioner</c>.</summary>
[UnsupportedOption("round_robin", "leave the key out: messages without a key go to changing partitions, many at a time")]
[UnsupportedOption("least_backup", "leave the key out: messages without a key go to changing partitions, many at a time")]
[UnsupportedOption("extension", "there are no partitioner extensions: choose the key")]
public sealed record KafkaPartitionerOptions
{
    /// <summary>The only way there is: the key chooses the partition.</summary>
    [Option("The key chooses the partition; messages without a key stay with one for a while.")]
    public KafkaStickyKeyOptions StickyKey { get; init; } = new();
}

/// <summary>The Collector's <c>record_partitioner::sticky_key</c>.</summary>
public sealed record KafkaStickyKeyOptions
{
    /// <summary>How.</summary>
    [Option("How a key is hashed: sarama_compat (FNV-1a, as the Collector does), murmur2 (as Kafka's Java client does). Whoever joins topics by partition wants the same for both.")]
    public KafkaHasher Hasher { get; init; }
}
