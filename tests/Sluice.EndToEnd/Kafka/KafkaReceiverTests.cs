using System.Text;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;
using Sluice.Testing.Kafka;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Kafka;

/// <summary>The real executable reads what a client writes, in every encoding, and puts what it cannot read aside.</summary>
public sealed class KafkaReceiverTests
{
    [Fact]
    public async Task Messages_of_a_collector_are_read_from_all_partitions_and_their_offsets_committed()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(partitions: 3, name: "otlp_logs");
        var names = Enumerable.Range(0, 300).Select(i => $"record {i}").ToArray();
        await KafkaClient.SendAsync(kafka.Bootstrap, topic, names.Chunk(3).Select(chunk => new KafkaMessage(TestRequests.Encode(Signal.Logs, chunk))));

        await using var worker = await KafkaWorker.StartAsync(kafka, $"    group_id: {topic}\n    logs: {{topics: [{topic}]}}");

        Assert.Equal(names.Order(), KafkaWorker.Bodies(await worker.WaitForAsync(300)).Order());
        await worker.Instance.Api.ExpectSettledAsync("logs", 300, "file");
        await Eventually.TrueAsync(() => KafkaClient.Committed(kafka.Bootstrap, topic, topic).Values.Sum() == 100, "the offsets are committed");
        await Eventually.TrueAsync(
            async () => (await worker.Instance.GetAsync("metrics", "/metrics")).Contains($"sluice_kafka_receiver_lag{{receiver=\"kafka\",topic=\"{topic}\",partition=\"0\"}} 0", StringComparison.Ordinal),
            () => "the lag is in the metrics");
    }

    [Fact]
    public async Task Every_signal_has_topics_of_its_own_which_expressions_may_find()
    {
        await using var kafka = await KafkaStandin.StartMockAsync();
        foreach (var name in (string[])["a-logs", "b-logs", "left-logs", "spans", "points"])
        {
            await kafka.CreateTopicAsync(name: name);
        }

        await KafkaClient.SendAsync(kafka.Bootstrap, "a-logs", new KafkaMessage(TestRequests.Encode(Signal.Logs, "log a")));
        await KafkaClient.SendAsync(kafka.Bootstrap, "b-logs", new KafkaMessage(TestRequests.Encode(Signal.Logs, "log b")));
        await KafkaClient.SendAsync(kafka.Bootstrap, "left-logs", new KafkaMessage(TestRequests.Encode(Signal.Logs, "left out")));
        await KafkaClient.SendAsync(kafka.Bootstrap, "spans", new KafkaMessage(TestRequests.Encode(Signal.Traces, "span")));
        await KafkaClient.SendAsync(kafka.Bootstrap, "points", new KafkaMessage(TestRequests.Encode(Signal.Metrics, "point")));

        await using var worker = await KafkaWorker.StartAsync(
            kafka,
            """
                logs: {topics: ["^.*-logs"], exclude_topics: ["^left-.*"]}
                traces: {topics: [spans]}
                metrics: {topics: [points]}
            """,
            extra: "service: {pipelines: {traces: {receivers: [kafka], exporters: [file]}, metrics: {receivers: [kafka], exporters: [file]}}}");

        var records = await worker.WaitForAsync(4);
        Assert.Equal(["log log a", "log log b", "metric point", "span span"], records.Select(record => $"{record["signal"]} {record["name"] ?? record["body"]}").Order());
    }

    [Theory]
    [InlineData("text", "héllo")]
    [InlineData("raw", "aMOpbGxv")]
    public async Task Any_message_becomes_the_body_of_a_record(string encoding, string body)
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(name: encoding);
        var time = new DateTime(2026, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc);
        await KafkaClient.SendAsync(kafka.Bootstrap, topic, new KafkaMessage(Encoding.UTF8.GetBytes("héllo"))
        {
            Key = "the key"u8.ToArray(),
            Headers = [new("tenant", "acme"u8.ToArray()), new("tenant", "other"u8.ToArray()), new("unasked", "x"u8.ToArray())],
            Timestamp = time,
        });

        await using var worker = await KafkaWorker.StartAsync(
            kafka,
            $$"""
                group_id: {{topic}}
                logs: {topics: [{{topic}}], encoding: {{encoding}}}
                header_extraction: {extract_headers: true, headers: [tenant, missing]}
                message_attributes: true
            """);

        var record = Assert.Single(await worker.WaitForAsync(1));
        Assert.Equal(body, (string?)record["body"]);
        Assert.Equal("2026-02-03T04:05:06.789000000Z", (string?)record["time"]);
        Assert.Equal(
            $$"""{"kafka.header.tenant":"acme","messaging.consumer.group.name":"{{topic}}","messaging.destination.name":"{{topic}}","messaging.destination.partition.id":"0","messaging.kafka.message.key":"the key","messaging.kafka.offset":0,"messaging.system":"kafka"}""",
            Envelopes.Canonical(record["resource"]!["attributes"]));
    }

    [Fact]
    public async Task Attributes_of_messages_come_beside_those_of_resources_and_replace_them()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(name: "otlp_json");
        await KafkaClient.SendAsync(kafka.Bootstrap, topic, new KafkaMessage(Encoding.UTF8.GetBytes(
            """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"kafka.header.tenant","value":{"stringValue":"old"}}]},
            "scopeLogs":[{"logRecords":[{"body":{"stringValue":"one"}},{"body":{"stringValue":"two"}}]}]},{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"three"}}]}]}]}
            """))
        {
            Headers = [new("tenant", "new"u8.ToArray())],
        });

        await using var worker = await KafkaWorker.StartAsync(
            kafka, $"    group_id: {topic}\n    logs: {{topics: [{topic}], encoding: otlp_json}}\n    header_extraction: {{extract_headers: true, headers: [tenant]}}");

        var records = await worker.WaitForAsync(3);
        Assert.Equal(["one", "two", "three"], KafkaWorker.Bodies(records));
        Assert.Equal(["shop new", "shop new", " new"], records.Select(record => $"{record["service"]} {record["resource"]!["attributes"]!["kafka.header.tenant"]}"));
    }

    [Fact]
    public async Task CloudEvents_are_read_structured_and_binary()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(name: "events");
        await KafkaClient.SendAsync(
            kafka.Bootstrap,
            topic,
            new KafkaMessage("""{"specversion":"1.0","id":"1","source":"/shop","type":"com.example.paid","data":{"order":7}}"""u8.ToArray())
            {
                Headers = [new("content-type", "application/cloudevents+json; charset=UTF-8"u8.ToArray())],
            },
            new KafkaMessage("""{"order":8}"""u8.ToArray())
            {
                Headers =
                [
                    new("ce_specversion", "1.0"u8.ToArray()), new("ce_id", "100%"u8.ToArray()), new("ce_source", "/shop"u8.ToArray()),
                    new("ce_type", "com.example.paid"u8.ToArray()), new("content-type", "application/json"u8.ToArray()),
                ],
            },
            new KafkaMessage("no event"u8.ToArray()));

        await using var worker = await KafkaWorker.StartAsync(kafka, $"    group_id: {topic}\n    logs: {{topics: [{topic}], encoding: cloudevents}}", signal: "events");

        var records = await worker.WaitForAsync(2);
        Assert.Equal(["""{"order":7}""", """{"order":8}"""], records.Select(record => Envelopes.Canonical(record["body"])));
        Assert.All(records, record => Assert.Equal("com.example.paid", (string?)record["name"]));
        Assert.Contains("100%", records[1].ToJsonString(), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => KafkaClient.Committed(kafka.Bootstrap, topic, topic).GetValueOrDefault(0) == 3, "the offset behind the last is committed");
        Assert.Contains("specversion: is required and missing", await OnlyDeadLetterAsync(worker), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_goes_to_the_dead_letters_and_the_next_is_read()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(name: "broken");

        // Cut off; a record with a severity that is no number, in a message that is whole; a record alone refused, since its trace id is too short.
        byte[] cut = TestRequests.Encode(Signal.Logs, "never read")[..^1];
        byte[] bad = [0x0a, 0x06, 0x12, 0x04, 0x12, 0x02, 0x10, 0xff];
        byte[] half = [.. TestRequests.Encode(Signal.Logs, "half"), 0x0a, 0x08, 0x12, 0x06, 0x12, 0x04, 0x4a, 0x02, 0x01, 0x02];
        await KafkaClient.SendAsync(
            kafka.Bootstrap,
            topic,
            ((byte[][])[TestRequests.Encode(Signal.Logs, "first"), cut, bad, TestRequests.Encode(Signal.Logs, "second"), half, TestRequests.Encode(Signal.Logs, "third")])
                .Select(value => new KafkaMessage(value)));

        await using var worker = await KafkaWorker.StartAsync(kafka, $"    group_id: {topic}\n    logs: {{topics: [{topic}]}}");

        Assert.Equal(["first", "second", "half", "third"], KafkaWorker.Bodies(await worker.WaitForAsync(4)));
        await Eventually.TrueAsync(() => KafkaClient.Committed(kafka.Bootstrap, topic, topic).GetValueOrDefault(0) == 6, "the offset behind the last is committed");
        var letters = (await worker.Instance.Api.GetAsync("dead-letters"))["dead_letters"]!.AsArray();
        Assert.Equal(
            [$"{topic}[0], offset 1", $"{topic}[0], offset 2", $"{topic}[0], offset 4"],
            letters.Select(letter => ((string)letter!["reason"]!)[..((string)letter["reason"]!).IndexOf(':', StringComparison.Ordinal)]));
        var shown = await worker.Instance.Api.GetAsync($"dead-letters/{letters[0]!["id"]}");
        Assert.Equal(Convert.ToBase64String(cut), (string?)shown["record"]!["body"]);
        Assert.Equal(topic, (string?)shown["record"]!["attributes"]!["messaging.destination.name"]);
        Assert.Equal(1, (long)shown["record"]!["attributes"]!["messaging.kafka.offset"]!);
    }

    private static async Task<string> OnlyDeadLetterAsync(KafkaWorker worker) =>
        (string)Assert.Single((await worker.Instance.Api.GetAsync("dead-letters"))["dead_letters"]!.AsArray())!["reason"]!;
}
