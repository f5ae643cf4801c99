using System.Text;
using Sluice.Testing.Kafka;

namespace Sluice.Standins.Tests.Kafka;

public sealed class KafkaStandinTests
{
    private const int NotEnoughReplicas = 19;

    [Fact]
    public async Task What_is_written_is_read_with_keys_and_headers()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(partitions: 3);
        var sent = await KafkaClient.SendAsync(kafka.Bootstrap, topic, Enumerable.Range(0, 100).Select(Message));

        var read = await KafkaClient.ReadAsync(kafka.Bootstrap, topic, 100);

        Assert.Equal(sent.Select(Describe).Order(), read.Select(Describe).Order());
        Assert.Equal(3, read.Select(message => message.Partition).Distinct().Count());
    }

    [Fact]
    public async Task A_broker_that_is_down_takes_nothing_until_it_is_up_again()
    {
        await using var kafka = await KafkaStandin.StartMockAsync();
        var topic = await kafka.CreateTopicAsync();
        using var impatient = new KafkaProducer(kafka.Bootstrap, KeyValuePair.Create("message.timeout.ms", "500"));
        await kafka.TakeDownAsync();

        var refusal = await Assert.ThrowsAsync<KafkaRefusedException>(() => impatient.SendAsync(topic, Message(1)));
        await kafka.BringUpAsync();
        await KafkaClient.SendAsync(kafka.Bootstrap, topic, Message(2));

        Assert.True(refusal.Code < 0, $"The broker answered with {refusal.Code}.");
        Assert.Equal("value 2", Encoding.UTF8.GetString(Assert.Single(await KafkaClient.ReadAsync(kafka.Bootstrap, topic, 1)).Value!));
    }

    [Fact]
    public async Task An_error_that_was_pushed_is_given_out_once()
    {
        await using var kafka = await KafkaStandin.StartMockAsync();
        var topic = await kafka.CreateTopicAsync();
        using var producer = new KafkaProducer(kafka.Bootstrap, KeyValuePair.Create("retries", "0"));
        await kafka.FailNextAsync(KafkaApi.Produce, NotEnoughReplicas);

        var refusal = await Assert.ThrowsAsync<KafkaRefusedException>(() => producer.SendAsync(topic, Message(1)));

        Assert.Equal(NotEnoughReplicas, refusal.Code);
        Assert.Equal(0, (await producer.SendAsync(topic, Message(2))).Offset);
    }

    [Fact]
    public async Task The_next_request_at_a_broker_can_fail_late()
    {
        await using var kafka = await KafkaStandin.StartMockAsync();
        var topic = await kafka.CreateTopicAsync();
        await kafka.FailNextAtAsync(1, KafkaApi.Produce, NotEnoughReplicas, TimeSpan.FromMilliseconds(50));
        Assert.False(await kafka.ErrorsAreSpentAsync(1, KafkaApi.Produce));

        await KafkaClient.SendAsync(kafka.Bootstrap, topic, Message(1));

        Assert.True(await kafka.ErrorsAreSpentAsync(1, KafkaApi.Produce));
    }

    [Fact]
    public async Task A_leader_moves_between_brokers()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(brokers: 2);
        var topic = await kafka.CreateTopicAsync();
        foreach (var broker in (int[])[1, 2, 1])
        {
            await kafka.MoveLeaderAsync(topic, 0, broker);
            await KafkaClient.SendAsync(kafka.Bootstrap, topic, Message(broker));
            Assert.Equal(broker, KafkaClient.Leaders(kafka.Bootstrap, topic)[0]);
        }

        Assert.Equal(3, (await KafkaClient.ReadAsync(kafka.Bootstrap, topic, 3)).Count);
    }

    [Fact]
    public async Task A_group_has_its_offsets_committed()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(partitions: 2);
        var group = $"group-{Guid.NewGuid():N}";
        Assert.Empty(KafkaClient.Committed(kafka.Bootstrap, group, topic));

        KafkaClient.Commit(kafka.Bootstrap, group, topic, KeyValuePair.Create(1, 7L));

        Assert.Equal([KeyValuePair.Create(1, 7L)], KafkaClient.Committed(kafka.Bootstrap, group, topic));
    }

    [Fact]
    public async Task What_the_cluster_refuses_is_answered_with_an_error()
    {
        await using var kafka = await KafkaStandin.StartMockAsync();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => kafka.TakeDownAsync(broker: 7));
        Assert.Contains("cannot take broker 7 down", error.Message, StringComparison.Ordinal);
    }

    private static KafkaMessage Message(int number) => new(Encoding.UTF8.GetBytes($"value {number}"))
    {
        Key = Encoding.UTF8.GetBytes($"{number}"),
        Headers = [new("name", "first"u8.ToArray()), new("name", "second"u8.ToArray())],
    };

    private static string Describe(KafkaMessage message) =>
        $"{message.Partition}/{message.Offset} {Encoding.UTF8.GetString(message.Key!)}={Encoding.UTF8.GetString(message.Value!)} {string.Join(' ', message.Headers.Select(header => $"{header.Key}={Encoding.UTF8.GetString(header.Value)}"))}";
}
