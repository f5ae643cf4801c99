using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Kafka;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Kafka;

/// <summary>Workers that die, come and go: no message is lost, and none is there twice.</summary>
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
            var before = victim.Records.Count;
            await Eventually.TrueAsync(() => victim.Records.Count > before + 1000, "the worker reads", LongDeadline);
            messages.Read(victim.Records.Count);
            victim.Instance.Process.Kill();
            await victim.Instance.Process.WaitForExitAsync();
        }

        await using var worker = await StartAsync(kafka, topic, directory);
        var sent = await messages.EndAsync();
        await worker.WaitForAsync((int)sent, LongDeadline);
        await worker.Instance.Api.ExpectSettledAsync("logs", sent, "file");

        ExpectOnce(sent, worker.Records);
    }

    private static Task<KafkaWorker> StartAsync(KafkaStandin kafka, string topic, string? directory = null, string more = "") => KafkaWorker.StartAsync(
        kafka,
        $$"""
            group_id: {{topic}}
            logs: {topics: [{{topic}}], encoding: text}
            session_timeout: 5s
            heartbeat_interval: 500ms
        {{more}}
        """,
        directory: directory);

    private static void ExpectOnce(long sent, params IEnumerable<IEnumerable<JsonObject>> workers)
    {
        var counts = new int[sent];
        foreach (var number in workers.SelectMany(KafkaWorker.Bodies))
        {
            counts[int.Parse(number, CultureInfo.InvariantCulture)]++;
        }

        var wrong = counts.Index().Where(count => count.Item != 1).ToArray();
        Assert.True(wrong.Length == 0, $"{counts.Count(count => count == 0)} of {sent} are lost and {counts.Count(count => count > 1)} there twice, such as {string.Join(", ", wrong.Take(10))}");
    }
}
