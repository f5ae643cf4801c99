namespace Sluice.Transport.Kafka;

/// <summary>A place in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Next">The offset of the message to be read next.</param>
public readonly record struct KafkaOffset(KafkaPartition Partition, long Next);
