using System.Text.Json.Nodes;
using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>
/// The real executable and a stand-in for a cluster at which everything goes wrong at random: every record is stored once, and the ledger says
/// so.
/// </summary>
public sealed class ExporterTests
{
    private const string Stream = "logs-generic.otel-default";

    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1";

    /// <summary>For what takes as long as there is to do; only reached by a failing test.</summary>
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(10);

    private static readonly int Kills = IsSoak ? 100 : 10;

    /// <summary>Requests to send while everything goes wrong, and rollovers meanwhile.</summary>
    private static readonly int Requests = IsSoak ? 10_000 : 300;

    private static readonly int Rollovers = IsSoak ? 50 : 5;

    /// <summary>Records to take while the node is away: in the long run 10,000 for each second.</summary>
    private static readonly int RecordsOfOutage = IsSoak ? 600_000 : 4_000;

    /// <summary>Records that senders may be ahead of the cluster, of which so much fails that it is slow, while the process is killed again and again.</summary>
    private const int LongestBacklog = 5_000;

    private static readonly TimeSpan Outage = IsSoak ? TimeSpan.FromSeconds(60) : TimeSpan.Zero;

    public static TheoryData<string> Products => ["elasticsearch-7.17.29", "elasticsearch-9.2.1", "opensearch-3.3.2"];

    [Theory]
    [MemberData(nameof(Products))]
    public async Task Every_record_is_stored_once_with_lost_answers_items_that_fail_and_rollovers(string product)
    {
        var cluster = NewCluster(product);
        await using var node = await StandinNode.StartAsync(cluster);
        Break(cluster, RandomSeed.Value);
        await using var sluice = await Instance.StartAsync(Configuration(node));

        // A part of the records is kept back for behind each rollover.
        var allowed = 0;
        await using var flood = Flood.Start(sluice.Otlp, senders: 2, maxRequests: Requests, mayGoOn: sent => sent < Volatile.Read(ref allowed));
        for (var rollovers = 0; rollovers < Rollovers; rollovers++)
        {
            var before = cluster.Count();
            Volatile.Write(ref allowed, allowed + (Requests * Flood.RecordsPerRequest / (Rollovers + 1)));
            await Eventually.TrueAsync(() => cluster.Count() > before, "documents come");
            cluster.Rollover(Stream);
        }

        Volatile.Write(ref allowed, int.MaxValue);
        await flood.WhenEndedAsync();
        Assert.Equal(Requests * Flood.RecordsPerRequest, flood.Acknowledged.Count);

        await SettleAsync(sluice, flood.Acknowledged.Count);
        await ExpectOnceAsync(sluice, cluster, flood.Acknowledged, flood.Acknowledged.Count);
    }

    [Fact]
    public async Task What_comes_while_the_node_is_away_is_stored_once_when_it_is_back()
    {
        var cluster = NewCluster("elasticsearch-8.19.8");
        await using var node = await StandinNode.StartAsync(cluster);
        await using var sluice = await Instance.StartAsync(Configuration(node, IsSoak ? Prompt : Impatient));
        await using var flood = Flood.Start(sluice.Otlp, senders: 2);
        await Eventually.TrueAsync(() => cluster.Count() > 100, "documents come");

        await node.GoAwayAsync();
        var began = TimeProvider.System.GetTimestamp();
        await flood.EndAsync();
        await using var meanwhile = Flood.Start(sluice.Otlp, senders: 2, maxRequests: RecordsOfOutage / Flood.RecordsPerRequest, prefix: "meanwhile");
        await meanwhile.WhenEndedAsync();
        Assert.Equal(RecordsOfOutage, meanwhile.Acknowledged.Count);
        await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(began) >= Outage, "the outage is over", LongDeadline);
        await Eventually.TrueAsync(
            async () => (await sluice.GetAsync("api", "/api/v1/status")).Contains("degraded", StringComparison.OrdinalIgnoreCase),
            () => "the status says that the exporter is degraded");
        Assert.True(!IsSoak || sluice.Process.ResidentBytes < 250 << 20, $"memory grew to {sluice.Process.ResidentBytes >> 20} MiB");
        cluster.Rollover(Stream);
        var (returned, stored) = (TimeProvider.System.GetTimestamp(), cluster.Count());
        await node.ComeBackAsync();
        await Eventually.TrueAsync(() => cluster.Count() > stored, "documents come again", LongDeadline);
        var resumed = TimeProvider.System.GetElapsedTime(returned);

        string[] acknowledged = [.. flood.Acknowledged, .. meanwhile.Acknowledged];
        await SettleAsync(sluice, acknowledged.Length);
        var drained = TimeProvider.System.GetElapsedTime(returned);
        Report($"{acknowledged.Length - stored} records drained in {drained.TotalSeconds:0.0} s, the first after {resumed.TotalSeconds:0.0} s, {sluice.Process.ResidentBytes >> 20} MiB");
        await ExpectOnceAsync(sluice, cluster, acknowledged, acknowledged.Length);
        Assert.True(!IsSoak || drained < TimeSpan.FromSeconds(30), $"draining took {drained.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task Kills_lose_nothing_and_double_nothing()
    {
        var cluster = NewCluster("elasticsearch-9.2.1");
        await using var node = await StandinNode.StartAsync(cluster);
        var random = new Random(RandomSeed.Value);
        Break(cluster, RandomSeed.Value + 1);
        var directory = SluiceProcess.CreateDirectory();
        var acknowledged = new List<string>();
        var stored = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var killed = await Instance.StartAsync(Configuration(node), directory);
            killed.Process.OwnsDirectory = false;
            var before = acknowledged.Count;
            await using var flood = Flood.Start(
                killed.Otlp, senders: 3, prefix: $"k{kill}r", mayGoOn: sent => before + sent < cluster.Count() + LongestBacklog);
            var enough = stored + random.Next(1, 400);
            await Eventually.TrueAsync(() => cluster.Count() >= enough, "documents come", LongDeadline);
            if (random.Next(2) == 0)
            {
                cluster.Rollover(Stream);
            }

            killed.Process.Kill();
            await killed.Process.WaitForExitAsync();
            await flood.EndAsync();
            acknowledged.AddRange(flood.Acknowledged);
            stored = cluster.Count();
        }

        await using var sluice = await Instance.StartAsync(Configuration(node), directory);
        await SettleAsync(sluice, acknowledged.Count);
        await ExpectOnceAsync(sluice, cluster, acknowledged, records: null);
    }

    /// <summary>Of two kinds: a document that its index refuses, and one that makes the cluster refuse each request that it is in.</summary>
    [Fact]
    public async Task Poison_goes_to_the_dead_letters_alone_with_the_reason()
    {
        const int Requests = 40;
        var cluster = NewCluster("elasticsearch-9.2.1");
        await using var node = await StandinNode.StartAsync(cluster);
        cluster.Faults.OnItem(item => item.Source.Span.IndexOf("misfit "u8) >= 0 ? ItemFault.Malformed : null);
        cluster.Faults.OnRequest(request => request.IsBulk && request.Body.Span.IndexOf("venom "u8) >= 0
            ? RequestFault.Rejected(400, "illegal_argument_exception", "there is venom in it")
            : null);
        await using var sluice = await Instance.StartAsync(Configuration(node));
        var random = new Random(RandomSeed.Value);
        List<string> good = [], poison = [];
        for (var i = 0; i < Requests; i++)
        {
            var bodies = Enumerable.Range(0, 19).Select(n => $"good {i} {n}").ToList();
            good.AddRange(bodies);
            poison.Add($"{(i % 2 == 0 ? "misfit" : "venom")} {i}");
            bodies.Insert(random.Next(bodies.Count + 1), poison[^1]);
            await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", bodies));
        }

        JsonObject ledger = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                ledger = await sluice.Api.LedgerAsync("logs");
                return (long)ledger["committed"]! == Requests * 20 && (long)ledger["exporters"]![0]!["pending"]! == 0;
            },
            () => $"SLUICE_SEED={RandomSeed.Value}: everything is settled: {ledger}",
            LongDeadline);

        Assert.Equal(good.Order(StringComparer.Ordinal), Bodies(cluster).Order(StringComparer.Ordinal));
        var account = ledger["exporters"]![0]!;
        Assert.Equal((good.Count, poison.Count), ((long)account["delivered"]! + (long)account["duplicate"]!, (long)account["dead_lettered"]!));
        var letters = (await sluice.Api.GetAsync("dead-letters?limit=10000"))["dead_letters"]!.AsArray();
        foreach (var letter in letters)
        {
            var full = await sluice.Api.GetAsync($"dead-letters/{letter!["id"]}");
            var body = (string)full["record"]!["body"]!;
            Assert.True(poison.Remove(body), $"{body} is in the dead letters");
            Assert.Contains(
                body.StartsWith("misfit", StringComparison.Ordinal) ? "400 document_parsing_exception: failed to parse field" : "illegal_argument_exception: there is venom in it",
                (string)letter["reason"]!,
                StringComparison.Ordinal);
        }

        Assert.Empty(poison);
    }

    /// <summary>Waits until all that was taken is stored.</summary>
    private static async Task SettleAsync(Instance sluice, int acknowledged)
    {
        JsonObject? ledger = null;
        await Eventually.TrueAsync(
            async () =>
            {
                ledger = await sluice.Api.LedgerAsync("logs");
                return (long)ledger["committed"]! >= acknowledged && (long)ledger["exporters"]![0]!["pending"]! == 0;
            },
            () => $"SLUICE_SEED={RandomSeed.Value}: everything is settled: {ledger}",
            LongDeadline);
    }

    /// <summary>Nothing acknowledged is missing, nothing is there twice, and the accounts say the same.</summary>
    private static async Task ExpectOnceAsync(Instance sluice, StandinCluster cluster, IReadOnlyCollection<string> acknowledged, long? records)
    {
        var ledger = await sluice.Api.LedgerAsync("logs");
        var bodies = Bodies(cluster);
        Assert.Equal([], bodies.CountBy(body => body).Where(body => body.Value > 1));
        Assert.Equal([], acknowledged.Except(bodies));
        var account = ledger["exporters"]![0]!;
        Assert.True((bool)ledger["balanced"]!);
        Assert.Equal(bodies.Count, (long)account["delivered"]! + (long)account["duplicate"]!);
        Assert.Equal((long)ledger["committed"]!, (long)account["subscribed"]!);
        Assert.Equal(bodies.Count, (long)account["subscribed"]!);
        Assert.Equal(records ?? bodies.Count, bodies.Count);
        Assert.Equal(0, (long)account["dead_lettered"]! + (long)account["dropped"]! + (long)account["corrupt"]! + (long)account["rejected"]!);
        Report($"{acknowledged.Count} records acknowledged, {bodies.Count} stored, each once; {account["duplicate"]} were found stored already");
    }

    /// <summary>Says what a run did, which with <c>-showLiveOutput</c> is seen.</summary>
    private static void Report(string text) => TestContext.Current.TestOutputHelper?.WriteLine($"SLUICE_SEED={RandomSeed.Value}: {text}");

    private static List<string> Bodies(StandinCluster cluster) =>
        [.. cluster.Documents().Select(document => document.Json.GetProperty("body").GetProperty("text").GetString()!)];

    /// <summary>One answer in eight is lost, cut off or a failure, and of documents three in ten fail, some of them after they were stored.</summary>
    private static void Break(StandinCluster cluster, int seed)
    {
        var random = new Random(seed);
        var gate = new Lock();
        cluster.Faults.ItemsAtRandom(seed, 0.3, ItemFault.TooManyRequests, ItemFault.Unavailable, ItemFault.DoneAllTheSame with { Status = 503 });
        cluster.Faults.OnRequest(request =>
        {
            if (!request.IsBulk)
            {
                return null;
            }

            lock (gate)
            {
                return random.Next(24) switch
                {
                    0 => RequestFault.LostAnswer,
                    1 => RequestFault.CutAnswer(random.Next(200)),
                    2 => random.Next(2) == 0 ? RequestFault.Unavailable : RequestFault.Reset,
                    _ => null,
                };
            }
        });
    }

    private static StandinCluster NewCluster(string product)
    {
        var cluster = new StandinCluster(new StandinOptions { Version = StandinVersion.Parse(product) });
        cluster.PutIndexTemplate("logs", """{"index_patterns":["logs-*"],"data_stream":{},"template":{"mappings":{"dynamic":false}}}""");
        return cluster;
    }

    /// <summary>The defaults, but after a long outage the first attempt does not come later than after a few seconds.</summary>
    private const string Prompt = "    retry_on_failure: {max_interval: 5s}";

    /// <summary>Small batches, and failures tried again at once.</summary>
    private const string Impatient =
        """
            sending_queue: {num_consumers: 4, batch: {flush_timeout: 20ms, min_size: 0, max_size: 200}}
            retry_on_failure: {initial_interval: 20ms, max_interval: 200ms}
        """;

    private static string Configuration(StandinNode node, string delivery = Impatient) =>
        $$$"""
        exporters:
          elasticsearch:
            endpoint: {{{node.Address}}}
        {{{delivery}}}
        service:
          pipelines:
            logs: {receivers: [otlp], exporters: [elasticsearch]}
        """;
}
