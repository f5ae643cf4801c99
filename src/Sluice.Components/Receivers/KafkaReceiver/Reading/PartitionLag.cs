namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>How far behind the end of a partition this is.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The number of the partition.</param>
/// <param name="Messages">Messages that are not durable here yet.</param>
internal sealed record PartitionLag(string Topic, int Partition, long Messages);
