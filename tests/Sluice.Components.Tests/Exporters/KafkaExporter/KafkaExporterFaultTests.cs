using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Components.Exporters.KafkaExporter;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Kafka;
using static Sluice.Components.Tests.Exporters.KafkaExporter.KafkaExporterUnderTest;

namespace Sluice.Components.Tests.Exporters.KafkaExporter;

/// <summary>What becomes of records when brokers fail.</summary>
public sealed class KafkaExporterFaultTests
{
    private const int NotEnoughReplicas = 19;
    private const int NotLeader = 6;
    private const int MessageTooLarge = 10;
    private const int TopicAuthorizationFailed = 29;
    private const int InvalidRecord = 87;

    /// <summary>What is sent together is a set of its own, however slow the machine: a flush does not wait that long.</summary>
    private const string Gathering = "producer: { linger: 10s }";

    [Fact]
    public async Task While_all_brokers_are_away_it_is_retried_and_then_delivered_once_in_order()
    {
        await using var test = await StartAsync("logs: { topic: r, encoding: raw, key: service }", await KafkaStandin.StartMockAsync(brokers: 3));
        await test.Kafka.CreateTopicAsync(3, "r");
        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(test.Segment(Signal.Logs, Logs("shop", "0")))).Status);
        await test.Kafka.TakeDownAsync();
        var batch = ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", Enumerable.Range(1, 500).Select(i => $"{i}"))));

        DeliveryOutcome away = default;
        await Eventually.TrueAsync(
            async () => (away = await test.TryDeliverAsync(batch, TimeSpan.FromMilliseconds(200))).Reason.Contains(':', StringComparison.Ordinal),
            () => $"the client has noticed: {away.Reason}");
        Assert.Equal(DeliveryStatus.Retry, away.Status);
        Assert.StartsWith("no acknowledgement from Kafka yet: ", away.Reason, StringComparison.Ordinal);

        await test.Kafka.BringUpAsync();
        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(batch)).Status);
        Assert.Empty(batch.Rejections);
        var read = await test.ReadAsync("r", 501);
        Assert.Equal(Enumerable.Range(0, 501).Select(i => $"{i}"), read.OrderBy(message => message.Offset).Select(message => Text(message.Value)));
    }

    [Theory]
    [InlineData(NotEnoughReplicas)]
    [InlineData(NotLeader)]
    [InlineData(-195)]
    public async Task What_passes_is_tried_again_by_the_client(int error)
    {
        await using var test = await StartAsync("logs: { topic: r, encoding: raw }", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "r");
        await test.Kafka.FailNextAsync(KafkaApi.Produce, error, error, error);

        var outcome = await test.DeliverAsync(test.Segment(Signal.Logs, Logs("shop", Enumerable.Range(0, 100).Select(i => $"{i}"))));

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), (await test.ReadAsync("r", 100)).Select(message => Text(message.Value)));
    }

    [Theory]
    [InlineData(MessageTooLarge)]
    [InlineData(InvalidRecord)]
    public async Task A_record_that_is_refused_alone_is_a_dead_letter_and_its_neighbours_are_sent(int error)
    {
        await using var test = await StartAsync($"logs: {{ topic: r, encoding: raw }}\n{Gathering}", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "r");
        await test.Kafka.FailNextAsync(KafkaApi.Produce, error, error);
        var batch = ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", "0", "1", "2", "3")));

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(batch)).Status);

        // The set of four was refused, then the first of them alone.
        var rejection = Assert.Single(batch.Rejections);
        Assert.Equal(0, rejection.Record);
        Assert.Equal(["1", "2", "3"], (await test.ReadAsync("r", 3)).OrderBy(message => message.Offset).Select(message => Text(message.Value)));
    }

    [Theory]
    [InlineData("otlp_proto", MessageTooLarge)]
    [InlineData("otlp_json", MessageTooLarge)]
    [InlineData("otlp_proto", InvalidRecord)]
    public async Task A_message_of_many_records_that_is_refused_is_sent_in_parts_and_each_record_once(string encoding, int error)
    {
        await using var test = await StartAsync($"logs: {{ topic: r, encoding: {encoding} }}\n{Gathering}", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "r");

        // As a set, alone, in halves and so on: enough for one record at least to be refused alone, and not for all of them.
        await test.Kafka.FailNextAsync(KafkaApi.Produce, [.. Enumerable.Repeat(error, 14)]);
        var batch = ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", Enumerable.Range(0, 7).Select(i => $"{i}"))));

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(batch)).Status);

        var refused = batch.Rejections.Select(rejection => $"{rejection.Record}").ToArray();
        Assert.InRange(refused.Length, 1, 6);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"{i}"), (await ReadRecordsAsync(test, encoding, 7 - refused.Length)).Concat(refused).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_message_that_was_refused_for_its_neighbour_is_sent_as_it_is()
    {
        await using var test = await StartAsync($"logs: {{ topic: r }}\n{Gathering}", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "r");
        await test.Kafka.FailNextAsync(KafkaApi.Produce, MessageTooLarge);

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(test.Segment(Signal.Logs, Logs("shop", "0", "1")))).Status);

        Assert.Single(await test.ReadAsync("r", 1));
    }

    [Fact]
    public async Task Missing_rights_fail_it_with_what_to_grant_until_they_are_there()
    {
        await using var test = await StartAsync($"logs: {{ topic: r, encoding: raw }}\n{Gathering}", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "r");
        await test.Kafka.FailNextAsync(KafkaApi.Produce, TopicAuthorizationFailed);
        var batch = ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", "0", "1")));

        var outcome = await test.DeliverAsync(batch);

        Assert.Equal(DeliveryStatus.Fatal, outcome.Status);
        Assert.EndsWith("grant this user WRITE and DESCRIBE on the topic to send, READ to receive", outcome.Reason, StringComparison.Ordinal);

        // It stays Failed until something is acknowledged.
        await Eventually.TrueAsync(async () => (await test.TryDeliverAsync(batch, TimeSpan.FromSeconds(1))).Status == DeliveryStatus.Delivered, () => "it is delivered");
        Assert.Equal(["0", "1"], (await test.ReadAsync("r", 2)).OrderBy(message => message.Offset).Select(message => Text(message.Value)));
    }

    [Fact]
    public async Task A_full_client_holds_the_batch_back()
    {
        await using var test = await StartAsync("logs: { topic: r, encoding: raw }\nproducer: { buffer_messages: 100 }", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "r");
        await test.Kafka.DelayAsync(TimeSpan.FromMilliseconds(20));
        var batch = ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", Enumerable.Range(0, 2000).Select(i => $"{i}"))));

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(batch)).Status);

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i}"), (await test.ReadAsync("r", 2000)).OrderBy(message => message.Offset).Select(message => Text(message.Value)));
    }

    [Fact]
    public async Task A_batch_that_was_given_up_gives_way_to_the_next()
    {
        await using var test = await StartAsync("logs: { topic: r, encoding: raw }", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "r");
        await test.Kafka.TakeDownAsync();
        Assert.Equal(DeliveryStatus.Retry, (await test.TryDeliverAsync(ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", "given up"))), TimeSpan.FromMilliseconds(100))).Status);
        await test.Kafka.BringUpAsync();

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(test.Segment(Signal.Logs, Logs("shop", "next")))).Status);

        Assert.Contains("next", (await test.ReadAsync("r", 1)).Select(message => Text(message.Value)));
    }

    /// <summary>The bodies of the records in export requests.</summary>
    private static async Task<IReadOnlyList<string>> ReadRecordsAsync(KafkaExporterUnderTest test, string encoding, int count)
    {
        var bodies = new List<string>();
        for (var messages = 1; bodies.Count < count; messages++)
        {
            bodies = [.. (await test.ReadAsync("r", messages)).Select(message => encoding == "otlp_json"
                    ? JsonParser.Default.Parse<ExportLogsServiceRequest>(Text(message.Value))
                    : ExportLogsServiceRequest.Parser.ParseFrom(message.Value))
                .SelectMany(request => request.ResourceLogs).SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords).Select(record => record.Body.StringValue)];
        }

        return bodies;
    }

    [Fact]
    public void A_million_topics_cannot_be_named()
    {
        var names = new Components.Exporters.KafkaExporter.Messages.TopicNames();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.NotNull(names.Find(System.Text.Encoding.ASCII.GetBytes($"topic-{i}"), out _));
        }

        Assert.Null(names.Find("one-more"u8, out var fault));
        Assert.StartsWith("it names a topic beyond the 10000", fault, StringComparison.Ordinal);
        Assert.Equal("topic-7", names.Find("topic-7"u8, out _));
    }
}
