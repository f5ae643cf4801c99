using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>How far an assigned partition has been read, has become durable, and has been committed. Offsets are those of the message to come next.</summary>
internal sealed class PartitionPosition(KafkaPartition partition, SignalReading reading, byte[] key)
{
    /// <summary>Not known: where reading begins is up to the library.</summary>
    public const long Unknown = -1;

    public KafkaPartition Partition { get; } = partition;

    /// <summary>What its messages go to.</summary>
    public SignalReading Reading { get; } = reading;

    /// <summary>The key of its entry in the table.</summary>
    public byte[] Key { get; } = key;

    /// <summary>The entry as it is written next.</summary>
    public byte[] Entry { get; } = new byte[OffsetEntry.Size];

    /// <summary>What comes before it has been read; smaller offsets are passed over.</summary>
    public long Read { get; set; } = Unknown;

    /// <summary>What comes before it is durable, here or in the dead letters.</summary>
    public long Durable { get; set; } = Unknown;

    /// <summary>What the group has committed, as far as is known here.</summary>
    public long Committed { get; set; } = Unknown;

    /// <summary>What was handed over to be committed and not answered yet.</summary>
    public long Committing { get; set; } = Unknown;

    /// <summary>Messages before it are taken one by one, since something was wrong with one of them.</summary>
    public long OneByOneUntil { get; set; } = Unknown;

    /// <summary>
    /// Offsets of messages in the dead letters that are not behind <see cref="Durable"/> yet: read again, they are not put there again.
    /// </summary>
    public HashSet<long> Buried { get; } = [];
}
