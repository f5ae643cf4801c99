using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Kafka;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Kafka;

/// <summary>A worker that dies, or cannot go on: no message is lost, and none is there twice.</summary>
public sealed class KafkaGroupTests
{
    private const int Partitions = 6;

    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1";
    private static readonly int Kills = IsSoak ? 100 : 10;

    /// <summary>For what takes as long as there is to do; only reached by a failing test.</summary>
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_worker_that_is_killed_again_and_again_reads_every_message_once()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(Partitions, "killed");
        await using var messages = NumberedMessages.Start(kafka, topic, Partitions);
        var directory = SluiceProcess.CreateDirectory();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var victim = await StartAsync(kafka, topic, directory);
            victim.Instance.Process.OwnsDirectory = false;
            var before = victim.Count;
            await Eventually.TrueAsync(() => victim.Count > before + 1000, "the worker reads", LongDeadline);
            messages.Read(victim.Count);
            victim.Instance.Process.Kill();
            await victim.Instance.Process.WaitForExitAsync();
        }

        await using var worker = await StartAsync(kafka, topic, directory);
        var sent = await messages.EndAsync();
        await worker.WaitForAsync((int)sent, LongDeadline);
        await worker.Instance.Api.ExpectSettledAsync("logs", sent, "file");

        NumberedMessages.ExpectOnce(sent, worker.Records);
    }

    [Fact]
    public async Task A_full_journal_pauses_reading_and_costs_no_partition()
    {
        await using var kafka = await KafkaStandin.StartAsync();
        var topic = await kafka.CreateTopicAsync(2, "paused");

        // Longer than a busy machine keeps a member from saying that it lives: that would be a rebalance, too.
        await using var worker = await StartAsync(
            kafka,
            topic,
            sessionTimeout: "2m",
            extra: """
            exporters: {file: {path: later/out.jsonl, retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}}}
            service: {journal: {max_size: 8MiB, max_group_size: 1MiB, max_wait: 100ms, consumer_window: 1MiB}}
            """);
        var text = new string('x', 2000);
        var sent = await KafkaClient.SendAsync(
            kafka.Bootstrap, topic, Enumerable.Range(0, 4000).Select(i => new KafkaMessage(System.Text.Encoding.UTF8.GetBytes($"{i} {text}")) { Partition = i % 2 }));
        await Eventually.TrueAsync(
            async () => (await worker.MetricAsync("sluice_kafka_receiver_pauses_total")).Values.Sum() >= 3, () => $"reading pauses:\n{worker.Instance.Process.Output}", LongDeadline);
        Assert.Contains("degraded", await worker.Instance.GetAsync("api", "/api/v1/status"), StringComparison.Ordinal);

        Directory.CreateDirectory(worker.Instance.PathOf("later"));
        await Eventually.TrueAsync(
            () => KafkaWorker.Read(worker.Instance.PathOf("later/out.jsonl")).Count >= sent.Count, "everything is read", LongDeadline);

        Assert.Equal(1, (await worker.MetricAsync("sluice_kafka_receiver_rebalances_total")).Values.Sum());
        await Eventually.TrueAsync(() => KafkaClient.Committed(kafka.Bootstrap, topic, topic).Values.Sum() == sent.Count, "every offset is committed");
        Assert.Equal(
            Enumerable.Range(0, 4000).Select(i => $"{i} {text}").Order(StringComparer.Ordinal),
            KafkaWorker.Bodies(KafkaWorker.Read(worker.Instance.PathOf("later/out.jsonl"))).Order(StringComparer.Ordinal));
        await worker.Instance.Api.ExpectSettledAsync("logs", 4000, "file");
    }

    private static Task<KafkaWorker> StartAsync(KafkaStandin kafka, string topic, string? directory = null, string sessionTimeout = "5s", string extra = "") => KafkaWorker.StartAsync(
        kafka,
        $$"""
            group_id: {{topic}}
            logs: {topics: [{{topic}}], encoding: text}
            session_timeout: {{sessionTimeout}}
            heartbeat_interval: 500ms
        """,
        directory: directory,
        extra: extra);
}
