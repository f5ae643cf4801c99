using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Sluice.Testing.Kafka;

/// <summary>What tests ask a Kafka cluster, with a client that has nothing to do with Sluice's own components.</summary>
public static class KafkaClient
{
    private static readonly TimeSpan OnePoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OneRequest = TimeSpan.FromSeconds(30);

    // Asked only where nothing else finds the library, so that it does not get in the way of what the tested code sets up in the same process.
    static KafkaClient() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += static (_, name) => name.Contains("librdkafka", StringComparison.Ordinal)
        ? NativeLibrary.Load(OperatingSystem.IsWindows() ? "librdkafka.dll" : OperatingSystem.IsMacOS() ? "librdkafka.1.dylib" : "librdkafka.so.1")
        : 0;

    /// <summary>Writes messages, and waits until the cluster has them all.</summary>
    /// <returns>The messages with their places.</returns>
    public static async Task<IReadOnlyList<KafkaMessage>> SendAsync(string bootstrap, string topic, params IEnumerable<KafkaMessage> messages)
    {
        using var producer = new KafkaProducer(bootstrap);
        return await Task.WhenAll(messages.Select(message => producer.SendAsync(topic, message))).ConfigureAwait(false);
    }

    /// <summary>Reads a topic from its beginning until it has given as many messages as expected: those of committed transactions alone.</summary>
    /// <param name="bootstrap">Addresses of brokers.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="count">How many to wait for; more may come.</param>
    /// <exception cref="TimeoutException">They did not come.</exception>
    public static async Task<IReadOnlyList<KafkaMessage>> ReadAsync(string bootstrap, string topic, int count)
    {
        var messages = new List<KafkaMessage>();
        using var consumer = Consumer(bootstrap, "sluice-tests");
        consumer.Assign(Leaders(bootstrap, topic).Keys.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        await Eventually.TrueAsync(
            () => Task.Run(() =>
            {
                while (consumer.Consume(OnePoll) is { } message)
                {
                    messages.Add(Read(message));
                }

                return messages.Count >= count;
            }),
            () => $"{topic} has {count} messages; it has {messages.Count}").ConfigureAwait(false);
        return messages;
    }

    /// <summary>The partitions of a topic, and the ids of the brokers that lead them.</summary>
    public static IReadOnlyDictionary<int, int> Leaders(string bootstrap, string topic)
    {
        Load();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).SetLogHandler((_, _) => { }).Build();
        return admin.GetMetadata(topic, OneRequest).Topics.Single().Partitions.ToDictionary(partition => partition.PartitionId, partition => partition.Leader);
    }

    /// <summary>The offsets that a group has committed, by partition: those of the messages to be read next. Where there is none, there is no entry.</summary>
    public static IReadOnlyDictionary<int, long> Committed(string bootstrap, string group, string topic)
    {
        using var consumer = Consumer(bootstrap, group);
        return consumer.Committed(Leaders(bootstrap, topic).Keys.Select(partition => new TopicPartition(topic, partition)), OneRequest)
            .Where(partition => !partition.Offset.IsSpecial)
            .ToDictionary(partition => partition.Partition.Value, partition => partition.Offset.Value);
    }

    /// <summary>Commits offsets for a group that has no members.</summary>
    public static void Commit(string bootstrap, string group, string topic, params IEnumerable<KeyValuePair<int, long>> offsets)
    {
        using var consumer = Consumer(bootstrap, group);
        consumer.Commit(offsets.Select(offset => new TopicPartitionOffset(topic, offset.Key, offset.Value)));
    }

    /// <summary>Creates a topic on a real cluster, with as many replicas as it makes by default: the mock cluster does not know the request.</summary>
    internal static async Task CreateTopicAsync(string bootstrap, string topic, int partitions)
    {
        Load();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions }]).ConfigureAwait(false);
    }

    /// <summary>Has the system's library found: whatever makes a client calls it before.</summary>
    public static void Load()
    {
        // The static constructor has done it.
    }

    private static IConsumer<byte[]?, byte[]?> Consumer(string bootstrap, string group)
    {
        var config = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group, EnableAutoCommit = false, IsolationLevel = IsolationLevel.ReadCommitted };
        return new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
    }

    private static KafkaMessage Read(ConsumeResult<byte[]?, byte[]?> result) => new(result.Message.Value)
    {
        Key = result.Message.Key,
        Headers = [.. (result.Message.Headers ?? []).Select(header => KeyValuePair.Create(header.Key, header.GetValueBytes()))],
        Partition = result.Partition.Value,
        Offset = result.Offset.Value,
        Timestamp = result.Message.Timestamp.UtcDateTime,
    };
}
