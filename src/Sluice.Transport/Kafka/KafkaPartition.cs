namespace Sluice.Transport.Kafka;

/// <summary>A partition that a consumer was assigned, for as long as it is. Used by the thread that polls.</summary>
public sealed class KafkaPartition
{
    internal KafkaPartition(string topic, int number) => (Topic, Number) = (topic, number);

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The number of the partition within the topic.</summary>
    public int Number { get; }

    /// <summary>
    /// When it is assigned: the offset that the group committed, that is, of the message to be read next; null when it committed none. To be
    /// replaced by where reading is to start; left null it starts where the configuration says.
    /// </summary>
    public long? Start { get; set; }

    /// <summary>Whatever whoever reads it keeps for it.</summary>
    public object? State { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}[{Number}]";
}
