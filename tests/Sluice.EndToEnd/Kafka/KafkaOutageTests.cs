using System.Diagnostics;
using System.Text;
using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Kafka;

namespace Sluice.EndToEnd.Kafka;

/// <summary>What goes wrong with brokers while records flow to them, and from them: nothing is lost, nothing is twice, and the accounts are exact.</summary>
public sealed class KafkaOutageTests
{
    private const int Partitions = 6;
    private const int Brokers = 3;
    private const int NotEnoughReplicas = 19;
    private const int NotLeader = 6;
    private const int MessageTooLarge = 10;

    /// <summary>Records before the trouble begins.</summary>
    private const int Before = 1000;

    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1";

    /// <summary>How long everything is away.</summary>
    private static readonly TimeSpan Outage = IsSoak ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);

    /// <summary>Records that come from then on. The stand-in keeps no more of a partition than a part of them.</summary>
    private static readonly int Meanwhile = IsSoak ? 200_000 : 5000;

    /// <summary>In which what came meanwhile has to be delivered, on a machine with nothing else to do.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    /// <summary>For what takes as long as there is to do; only reached by a failing test.</summary>
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(5);

    /// <summary>By name, for the theories: what is done to the cluster and undone again.</summary>
    private static readonly Dictionary<string, Func<KafkaStandin, string, Task>> Troubles = new()
    {
        ["one broker is down"] = async (kafka, topic) =>
        {
            await kafka.TakeDownAsync(2);
            foreach (var (partition, _) in KafkaClient.Leaders(kafka.Bootstrap, topic).Where(leader => leader.Value == 2))
            {
                await kafka.MoveLeaderAsync(topic, partition, 1 + (2 * (partition % 2)));
            }

            await PassAsync(Outage);
            await kafka.BringUpAsync(2);
        },
        ["leaders move"] = async (kafka, topic) =>
        {
            for (var move = 0; move < 2 * Partitions; move++)
            {
                await kafka.MoveLeaderAsync(topic, move % Partitions, 1 + ((move + (move / Partitions)) % Brokers));
                await PassAsync(Outage / Partitions);
            }
        },
        ["the coordinator moves"] = async (kafka, topic) =>
        {
            for (var move = 0; move < 4; move++)
            {
                await kafka.MoveGroupCoordinatorAsync(topic, 1 + (move % Brokers));
                await PassAsync(Outage / 4);
            }
        },
        ["too few replicas"] = (kafka, _) => kafka.FailNextAsync(KafkaApi.Produce, [.. Enumerable.Repeat(NotEnoughReplicas, 20)]),
        ["refused for their leader"] = (kafka, _) => kafka.FailNextAsync(KafkaApi.Produce, [.. Enumerable.Repeat(NotLeader, 20)]),
        ["fetches fail"] = (kafka, _) => kafka.FailNextAsync(KafkaApi.Fetch, [.. Enumerable.Repeat(NotLeader, 20), -195, -195]),
        ["all brokers are gone"] = async (kafka, _) =>
        {
            await kafka.TakeDownAsync();
            await PassAsync(Outage);
            await kafka.BringUpAsync();
        },
    };

    [Theory]
    [InlineData("one broker is down", "")]
    [InlineData("leaders move", "")]
    [InlineData("too few replicas", "")]
    [InlineData("refused for their leader", "")]
    [InlineData("all brokers are gone", "")]
    [InlineData("all brokers are gone", "producer: {buffer_messages: 100}")]
    [InlineData("all brokers are gone", "exactly_once: true")]
    [InlineData("leaders move", "exactly_once: true")]
    public async Task The_exporter_delivers_everything_once(string trouble, string options)
    {
        await using var kafka = await KafkaStandin.StartMockAsync(Brokers, withCoordinator: options.StartsWith("exactly_once", StringComparison.Ordinal));
        var topic = await kafka.CreateTopicAsync(Partitions);
        _ = await kafka.CreateTopicAsync(name: "sluice_cursors");
        await using var sluice = await StartExporterAsync(kafka, $"    logs: {{topic: {topic}, encoding: raw}}\n    timeout: 1s\n    {options}");
        var limit = Before;
        await using var flood = Flood.Start(sluice.Otlp, senders: 2, mayGoOn: sent => sent < Volatile.Read(ref limit));
        await Eventually.TrueAsync(() => flood.Acknowledged.Count >= Before, "records flow", LongDeadline);
        var memory = sluice.Process.ResidentBytes;
        Volatile.Write(ref limit, Before + Meanwhile);

        await Troubles[trouble](kafka, topic);
        var returned = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => flood.Acknowledged.Count >= limit, "what comes meanwhile is taken in", LongDeadline);
        await flood.EndAsync();

        var drained = Stopwatch.GetElapsedTime(returned);
        var growth = sluice.Process.ResidentBytes - memory;
        Console.WriteLine($"figures: {trouble} {options}: {flood.Acknowledged.Count} records, the last delivered {drained.TotalSeconds:F1} s after the return, memory grew by {growth >> 20} MiB");
        Assert.True(!IsSoak || drained < DrainTime, $"it took {drained}");
        Assert.InRange(growth, long.MinValue, 256 << 20);
        Assert.Empty(flood.Refusals);
        await sluice.Api.ExpectSettledAsync("logs", flood.Acknowledged.Count, "kafka");
        var read = (await KafkaClient.ReadAsync(kafka.Bootstrap, topic, flood.Acknowledged.Count)).Select(message => Encoding.UTF8.GetString(message.Value!));
        Assert.Equal(flood.Acknowledged.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Records_that_are_too_large_are_dead_letters_and_the_others_are_delivered_once()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(Brokers);
        var topic = await kafka.CreateTopicAsync(Partitions);
        await using var sluice = await StartExporterAsync(kafka, $"    logs: {{topic: {topic}, encoding: raw}}\n    producer: {{max_message_bytes: 10000}}");
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", ["small 1", new string('x', 20_000), "small 2"]));
        await Eventually.TrueAsync(async () => await PendingAsync(sluice) == 0, () => "it is dealt with");

        // One that the exporter takes for small enough, and the broker does not.
        await kafka.FailNextAsync(KafkaApi.Produce, MessageTooLarge, MessageTooLarge);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", ["refused by the broker"]));

        await Eventually.TrueAsync(async () => (await sluice.Api.GetAsync("dead-letters"))["dead_letters"]!.AsArray().Count == 2, () => "both are dead letters");

        // They are in the file before the ledger has them.
        await Eventually.TrueAsync(async () => await PendingAsync(sluice) == 0, () => "that is dealt with, too");
        var ledger = await sluice.Api.LedgerAsync("logs");
        Assert.Equal((4, 2, 2), ((int)ledger["committed"]!, (int)ledger["exporters"]![0]!["delivered"]!, (int)ledger["exporters"]![0]!["dead_lettered"]!));
        var read = (await KafkaClient.ReadAsync(kafka.Bootstrap, topic, 2)).Select(message => Encoding.UTF8.GetString(message.Value!));
        Assert.Equal(["small 1", "small 2"], read.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("one broker is down")]
    [InlineData("leaders move")]
    [InlineData("the coordinator moves")]
    [InlineData("fetches fail")]
    [InlineData("all brokers are gone")]
    public async Task The_receiver_reads_everything_once(string trouble)
    {
        await using var kafka = await KafkaStandin.StartMockAsync(Brokers, withCoordinator: true);
        var topic = await kafka.CreateTopicAsync(Partitions, "read");
        await using var messages = NumberedMessages.Start(kafka, topic, Partitions);
        await using var worker = await KafkaWorker.StartAsync(
            kafka, $"    group_id: {topic}\n    logs: {{topics: [{topic}], encoding: text}}\n    session_timeout: 5s\n    heartbeat_interval: 500ms");
        await ReadAsync(1000);

        await Troubles[trouble](kafka, topic);

        await ReadAsync(worker.Count + 20_000);
        var sent = await messages.EndAsync();
        var returned = Stopwatch.GetTimestamp();
        await worker.WaitForAsync((int)sent, LongDeadline);
        Console.WriteLine($"figures: {trouble}: {sent} messages, the last read {Stopwatch.GetElapsedTime(returned).TotalSeconds:F1} s after it was sent");
        await worker.Instance.Api.ExpectSettledAsync("logs", sent, "file");
        NumberedMessages.ExpectOnce(sent, worker.Records);
        await Eventually.TrueAsync(() => KafkaClient.Committed(kafka.Bootstrap, topic, topic).Values.Sum() == sent, "every offset is committed", LongDeadline);

        Task ReadAsync(int count) => Eventually.TrueAsync(
            () =>
            {
                messages.Read(worker.Count);
                return Task.FromResult(worker.Count >= count);
            },
            () => $"{count} messages are read; {worker.Count} are:\n{worker.Instance.Process.Output}",
            LongDeadline);
    }

    /// <summary>Lets so much time pass: this is how long the trouble lasts, and nothing waits for it.</summary>
    private static Task PassAsync(TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        return Eventually.TrueAsync(() => Stopwatch.GetElapsedTime(started) >= time, "time passes", LongDeadline);
    }

    private static async Task<long> PendingAsync(Instance sluice) => (long)(await sluice.Api.LedgerAsync("logs"))["exporters"]![0]!["pending"]!;

    private static Task<Instance> StartExporterAsync(KafkaStandin kafka, string options) => Instance.StartAsync(
        $$"""
        exporters:
          kafka:
            brokers: ["{{string.Join("\", \"", kafka.Bootstrap.Split(','))}}"]
        {{options}}
        service:
          pipelines:
            logs: {receivers: [otlp], exporters: [kafka]}
        """);
}
