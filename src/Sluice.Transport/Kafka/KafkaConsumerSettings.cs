using System.Globalization;

namespace Sluice.Transport.Kafka;

/// <summary>What a consumer is made of.</summary>
public sealed record KafkaConsumerSettings
{
    /// <summary>How long nothing is fetched once enough is read ahead: a second in versions of the library that do not know the property.</summary>
    internal const string QueueBackoff = "fetch.queue.backoff.ms";

    /// <summary>How it connects.</summary>
    public required KafkaClientOptions Client { get; init; }

    /// <summary>The group it belongs to.</summary>
    public required string GroupId { get; init; }

    /// <summary>What makes it a static member, which the group keeps its partitions for while it restarts; null for none.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>How partitions are shared out, as the library calls it, in order of preference with commas between.</summary>
    public required string Assignment { get; init; }

    /// <summary>Whether a partition without a committed offset is read from its beginning, or from its end.</summary>
    public required bool FromBeginning { get; init; }

    /// <summary>After how long without a sign of life the group gives its partitions away.</summary>
    public required TimeSpan SessionTimeout { get; init; }

    /// <summary>How often it gives one.</summary>
    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary>Bytes that a broker waits for before it answers.</summary>
    public required int MinFetchBytes { get; init; }

    /// <summary>Bytes of one answer; a larger message comes all the same.</summary>
    public required int MaxFetchBytes { get; init; }

    /// <summary>Bytes of one partition in an answer; a larger message comes all the same.</summary>
    public required int MaxPartitionFetchBytes { get; init; }

    /// <summary>How long a broker waits for them.</summary>
    public required TimeSpan MaxFetchWait { get; init; }

    /// <summary>Where this is, so that the nearest replica is read; null where that does not matter.</summary>
    public string? RackId { get; init; }

    /// <summary>Regular expressions of topics that are not read whatever is subscribed to.</summary>
    public IReadOnlyCollection<string> ExcludedTopics { get; init; } = [];

    /// <summary>Bytes that are read ahead in the library's memory, over all partitions of a broker.</summary>
    public int ReadAheadBytes { get; init; } = 32 << 20;

    /// <summary>In the library's words. They hold secrets: not for logs.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Properties
    {
        get
        {
            var properties = KafkaProperties.Of(Client);
            properties["group.id"] = GroupId;
            if (GroupInstanceId is { Length: > 0 } instance)
            {
                properties["group.instance.id"] = instance;
            }

            if (RackId is { Length: > 0 } rack)
            {
                properties["client.rack"] = rack;
            }

            if (ExcludedTopics.Count > 0)
            {
                properties["topic.blacklist"] = string.Join(',', ExcludedTopics);
            }

            properties["partition.assignment.strategy"] = Assignment;
            properties["auto.offset.reset"] = FromBeginning ? "earliest" : "latest";
            properties["session.timeout.ms"] = KafkaProperties.Milliseconds(SessionTimeout);
            properties["heartbeat.interval.ms"] = KafkaProperties.Milliseconds(HeartbeatInterval);
            properties["fetch.min.bytes"] = Text(MinFetchBytes);
            properties["fetch.max.bytes"] = Text(MaxFetchBytes);
            properties["max.partition.fetch.bytes"] = Text(MaxPartitionFetchBytes);
            properties["fetch.wait.max.ms"] = KafkaProperties.Milliseconds(MaxFetchWait);

            // The library refuses a smaller limit of an answer than that of a message.
            properties["message.max.bytes"] = Text(Math.Min(MaxFetchBytes, 1_000_000));
            properties["receive.message.max.bytes"] = Text((int)Math.Min((long)MaxFetchBytes + (1 << 20), int.MaxValue));
            properties["queued.max.messages.kbytes"] = Text(ReadAheadBytes >> 10);
            properties[QueueBackoff] = "10";
            properties["fetch.error.backoff.ms"] = "100";
            properties["enable.auto.commit"] = "false";
            properties["enable.auto.offset.store"] = "false";

            // Aborted transactions are no data.
            properties["isolation.level"] = "read_committed";
            properties["allow.auto.create.topics"] = "false";
            return properties;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
