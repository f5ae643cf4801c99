using System.Text;
using Confluent.Kafka;
using Sluice.Testing;
using Sluice.Testing.Kafka;

namespace Sluice.Standins.Tests.Kafka;

/// <summary>The stand-in's own groups and transactions, with a client that has nothing to do with it.</summary>
public sealed class KafkaCoordinatorTests
{
    private static readonly TimeSpan OnePoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OneRequest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Members_share_partitions_and_get_those_of_who_leaves()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(brokers: 2, withCoordinator: true);
        var topic = await kafka.CreateTopicAsync(partitions: 6);
        using var first = Member(kafka, topic);
        using (var second = Member(kafka, topic))
        {
            await ExpectAsync((first, 3), (second, 3));
            first.Commit([new TopicPartitionOffset(first.Assignment[0], 5)]);
            second.Close();
        }

        await ExpectAsync((first, 6));
        Assert.Equal([5L], KafkaClient.Committed(kafka.Bootstrap, "group", topic).Values);
    }

    [Fact]
    public async Task Offsets_of_a_generation_that_is_over_and_of_strangers_are_refused()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(withCoordinator: true);
        var topic = await kafka.CreateTopicAsync();
        using var member = Member(kafka, topic);
        await ExpectAsync((member, 1));

        var refusal = Assert.Throws<KafkaException>(() => KafkaClient.Commit(kafka.Bootstrap, "group", topic, KeyValuePair.Create(0, 3L)));
        Assert.Equal(ErrorCode.UnknownMemberId, refusal.Error.Code);


        // Told that it is unknown, it gives up what it has and joins as a new member.
        var before = member.MemberId;
        await kafka.FailNextAsync(KafkaApi.Heartbeat, (int)ErrorCode.UnknownMemberId);
        await Eventually.TrueAsync(() => Poll(member) && member.MemberId.Length > 0 && member.MemberId != before && member.Assignment.Count == 1, "it is back");
        member.Commit([new TopicPartitionOffset(topic, 0, 4)]);
        Assert.Equal([4L], KafkaClient.Committed(kafka.Bootstrap, "group", topic).Values);
    }

    [Fact]
    public async Task A_member_that_gives_no_sign_of_life_is_dropped()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(withCoordinator: true);
        var topic = await kafka.CreateTopicAsync(partitions: 2);
        using var first = Member(kafka, topic);
        using var second = Member(kafka, topic);
        await ExpectAsync((first, 1), (second, 1));

        // It is told that it is unknown, so that it does not leave by itself either.
        await kafka.FailNextAsync(KafkaApi.LeaveGroup, (int)ErrorCode.UnknownMemberId);
        second.Close();

        await ExpectAsync((first, 2));
    }

    [Fact]
    public async Task A_static_member_gets_its_partitions_again_and_fences_its_double()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(withCoordinator: true);
        var topic = await kafka.CreateTopicAsync(partitions: 4);
        using var other = Member(kafka, topic, "b");
        using var before = Member(kafka, topic, "a");
        await ExpectAsync((other, 2), (before, 2));
        var partitions = before.Assignment.Select(partition => partition.Partition.Value).Order().ToArray();

        using var after = Member(kafka, topic, "a");
        await Eventually.TrueAsync(() => Poll(other, after) && after.Assignment.Count > 0, "it has partitions");

        Assert.Equal(partitions, after.Assignment.Select(partition => partition.Partition.Value).Order());
        Assert.Equal(2, other.Assignment.Count);
        await Eventually.TrueAsync(
            () =>
            {
                try
                {
                    return !Poll(before);
                }
                catch (KafkaException e)
                {
                    return e.Error.Code == ErrorCode.FencedInstanceId || e.Error.IsFatal;
                }
            },
            "its double is fenced");
    }

    [Fact]
    public async Task Messages_of_a_transaction_are_there_when_it_is_committed_and_else_never()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(withCoordinator: true);
        var topic = await kafka.CreateTopicAsync();
        using var producer = Producer(kafka);
        producer.InitTransactions(OneRequest);
        producer.BeginTransaction();
        await ProduceAsync(producer, topic, "aborted");
        producer.AbortTransaction(OneRequest);
        producer.BeginTransaction();
        await ProduceAsync(producer, topic, "unfinished");

        using var successor = Producer(kafka);
        successor.InitTransactions(OneRequest);
        successor.BeginTransaction();
        await ProduceAsync(successor, topic, "first");
        await ProduceAsync(successor, topic, "second");
        successor.CommitTransaction(OneRequest);

        var refusal = Assert.ThrowsAny<KafkaException>(() => producer.CommitTransaction(OneRequest));
        Assert.True(refusal.Error.IsFatal, $"{refusal.Error}");
        await KafkaClient.SendAsync(kafka.Bootstrap, topic, new KafkaMessage("last"u8.ToArray()));
        Assert.Equal(["first", "second", "last"], (await KafkaClient.ReadAsync(kafka.Bootstrap, topic, 3)).Select(message => Encoding.UTF8.GetString(message.Value!)));
    }

    private static IConsumer<Ignore, Ignore> Member(KafkaStandin kafka, string topic, string? instance = null)
    {
        KafkaClient.Load();
        var member = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = kafka.Bootstrap,
            GroupId = "group",
            GroupInstanceId = instance,
            EnableAutoCommit = false,
            SessionTimeoutMs = 6000,
            HeartbeatIntervalMs = 100,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).SetLogHandler((_, _) => { }).Build();
        member.Subscribe(topic);
        return member;
    }

    private static IProducer<Null, string> Producer(KafkaStandin kafka)
    {
        KafkaClient.Load();
        return new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = kafka.Bootstrap,
            TransactionalId = "transactions",
        }).SetLogHandler((_, _) => { }).Build();
    }

    private static Task ProduceAsync(IProducer<Null, string> producer, string topic, string value) => producer.ProduceAsync(topic, new Message<Null, string> { Value = value });

    private static bool Poll(params IConsumer<Ignore, Ignore>[] members)
    {
        foreach (var member in members)
        {
            _ = member.Consume(OnePoll);
        }

        return true;
    }

    private static Task ExpectAsync(params (IConsumer<Ignore, Ignore> Member, int Partitions)[] members) => Eventually.TrueAsync(
        () => Task.FromResult(Poll([.. members.Select(member => member.Member)]) && members.All(member => member.Member.Assignment.Count == member.Partitions)),
        () => $"the members have {string.Join(", ", members.Select(member => member.Partitions))}; they have {string.Join(", ", members.Select(member => member.Member.Assignment.Count))}");
}
