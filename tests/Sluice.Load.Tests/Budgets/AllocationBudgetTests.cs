using System.Globalization;
using System.Net;
using System.Text.Json;
using Sluice.Load.Content;
using Sluice.Load.Exposing;
using Sluice.Load.Receiving;
using Sluice.Load.Sending;
using Sluice.Testing;
using Sluice.Testing.Kafka;
using Sluice.Testing.Processes;

namespace Sluice.Load.Budgets;

/// <summary>
/// Holds the executable to what it may allocate for a record, by its own count. Some hundred thousand records are sent in several parts, and the least of
/// what the parts needed counts: a pool that grows or a method that is compiled again costs one part or two, an allocation for every record or request
/// costs all of them.
/// </summary>
public sealed class AllocationBudgetTests
{
    private const string BudgetFile = "benchmarks/allocation-budget.json";
    private const int Parts = 5;
    private const int RequestsPerPart = 800;
    private const int WebhooksPerPart = 4000;
    private const int RecordsPerRequest = 100;
    private const int Partitions = 8;
    private const string Topic = "records";

    /// <summary>The scenario that is measured by the series of an answer.</summary>
    private const string Scrapes = "metrics-scrape";
    private const int RequestsOfSeries = 200;

    /// <summary>The scenario in which Sluice scrapes, which is measured by the samples of its target.</summary>
    private const string Target = "prometheus-journal";
    private const int SamplesOfTarget = 40_000;

    /// <summary>So many fill what the journal keeps of its end in memory, which is allocated as it fills.</summary>
    private const int ScrapesToWarmUp = 8;
    private const int ScrapesPerPart = 5;
    private static readonly LoadWebhook Hook = new("/hooks/orders", "of the benchmark");
    private static readonly IPEndPoint FreePort = new(IPAddress.Loopback, 0);

    public static TheoryData<string> Scenarios => [.. GoldenFile.Cases("benchmarks/scenarios", ".yaml").Where(scenario => scenario is not (Scrapes or Target))];

    [Fact]
    public void Every_scenario_has_a_budget()
    {
        using var budgets = JsonDocument.Parse(File.ReadAllText(GoldenFile.PathOf(BudgetFile)));

        Assert.Equal(
            GoldenFile.Cases("benchmarks/scenarios", ".yaml"),
            budgets.RootElement.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Object).Select(entry => entry.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_record_costs_no_more_than_its_budget(string scenario)
    {
        var home = SluiceProcess.CreateDirectory();
        await using var sink = await SinkServer.StartAsync(FreePort, FreePort, cancellationToken: TestContext.Current.CancellationToken);
        await using var kafka = scenario.Contains("kafka", StringComparison.Ordinal) ? await KafkaStandin.StartMockAsync() : null;
        if (kafka is not null)
        {
            await kafka.CreateTopicAsync(Partitions, Topic);
        }

        await using var sluice = await SluiceProcess.StartAsync(
            ["--config", GoldenFile.PathOf($"benchmarks/scenarios/{scenario}.yaml")],
            home,
            new Dictionary<string, string>
            {
                ["BENCHMARK_SINK"] = sink.Http,
                ["BENCHMARK_COMPRESSION"] = "none",
                ["BENCHMARK_OUTPUT"] = home,
                ["BENCHMARK_KAFKA"] = kafka?.Bootstrap ?? "",
            });
        using var metrics = new OwnMetrics(sluice);
        var (signal, receiver) = scenario.Split('-') switch
        {
            ["webhook", ..] => (LoadSignal.Webhooks, "webhook"),
            ["metrics", "remote", ..] => (LoadSignal.Series, "otlp/http"),
            ["bulk", ..] => (LoadSignal.Bulk, "elasticsearch"),
            ["kafka", ..] => (LoadSignal.Logs, null),
            ["spanmetrics"] or [_, "traces", ..] => (LoadSignal.Traces, "otlp/http"),
            [_, "metrics", ..] => (LoadSignal.Metrics, "otlp/http"),
            _ => (LoadSignal.Logs, "otlp/http"),
        };
        var endpoint = receiver is null ? new Uri($"kafka://{kafka!.Bootstrap}/{Topic}") : new Uri($"http://{sluice.Endpoints[receiver]}");
        var run = 1;

        // Compiling, connecting and filling pools ends here, or within the first parts.
        await SendAsync(endpoint, signal, run++, metrics);
        var costs = new List<double>();
        for (var part = 0; part < Parts; part++)
        {
            var (before, scrapeCost) = await metrics.StartAsync();
            var records = await SendAsync(endpoint, signal, run++, metrics);
            costs.Add((await metrics.AllocatedAsync() - before - (metrics.Scrapes * scrapeCost)) / records);
        }

        Assert.True(costs.Min() > 0, "Nothing was counted.");
        await CheckAsync(scenario, "record", costs);
    }

    /// <summary>What it takes to keep series is not measured here: that is their memory, not garbage.</summary>
    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0")]
    [InlineData("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")]
    public async Task A_series_of_an_answer_to_a_scraper_costs_no_more_than_its_budget(string format)
    {
        await using var sluice = await SluiceProcess.StartAsync(
            ["--config", GoldenFile.PathOf($"benchmarks/scenarios/{Scrapes}.yaml")], SluiceProcess.CreateDirectory(), new Dictionary<string, string>());
        using var metrics = new OwnMetrics(sluice);
        await SendAsync(new Uri($"http://{sluice.Endpoints["otlp/http"]}"), LoadSignal.Metrics, run: 1, metrics, RequestsOfSeries);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Accept", format);
        var costs = new List<double>();
        for (var part = -1; part < Parts; part++)
        {
            var (before, scrapeCost) = await metrics.StartAsync();
            for (var scrape = 0; scrape < ScrapesPerPart; scrape++)
            {
                var answer = await client.GetByteArrayAsync(new Uri($"http://{sluice.Endpoints["prometheus"]}/metrics"), TestContext.Current.CancellationToken);
                Assert.True(answer.Length > RequestsOfSeries * RecordsPerRequest * 100, $"{answer.Length} bytes were answered");
            }

            // An answer costs so little that it may be nothing beside what asking for it costs.
            var after = await metrics.AllocatedAsync();
            Assert.True(after > before, "Nothing was counted.");
            if (part >= 0)
            {
                costs.Add((after - before - (metrics.Scrapes * scrapeCost)) / (ScrapesPerPart * RequestsOfSeries * RecordsPerRequest));
            }
        }

        await CheckAsync(Scrapes, "series", costs);
    }

    [Fact]
    public async Task A_sample_of_a_target_costs_no_more_than_its_budget()
    {
        await using var target = await TargetServer.StartAsync(FreePort, SamplesOfTarget, gzip: false, TestContext.Current.CancellationToken);
        await using var sluice = await SluiceProcess.StartAsync(
            ["--config", GoldenFile.PathOf($"benchmarks/scenarios/{Target}.yaml")], SluiceProcess.CreateDirectory(), new Dictionary<string, string> { ["BENCHMARK_TARGET"] = target.Address });
        using var metrics = new OwnMetrics(sluice);

        // What is kept of series from scrape to scrape is no garbage: it is there after the first.
        await ScrapedAsync(target, metrics, ScrapesToWarmUp);
        var costs = new List<double>();
        for (var part = 0; part < Parts; part++)
        {
            var first = await metrics.ScrapedAsync();
            var (before, scrapeCost) = await metrics.StartAsync();
            await ScrapedAsync(target, metrics, 1);
            var samples = (await metrics.ScrapedAsync() - first) * SamplesOfTarget;
            var after = await metrics.AllocatedAsync();
            Assert.True(samples > 0 && after > before, "Nothing was counted.");
            costs.Add((after - before - (metrics.Scrapes * scrapeCost)) / samples);
        }

        await CheckAsync(Target, "sample", costs);
    }

    /// <summary>Waits for some more scrapes of the target, and until all of them is delivered. Asking the target costs Sluice nothing.</summary>
    private static async Task ScrapedAsync(TargetServer target, OwnMetrics metrics, int scrapes)
    {
        var goal = target.Report.Scrapes + scrapes;
        await Eventually.TrueAsync(() => target.Report.Scrapes >= goal, "the target is scraped");
        await Eventually.TrueAsync(async () => await metrics.ScrapedAsync() >= goal && await metrics.LagAsync() == 0, () => "what was scraped is delivered");
    }

    private static async Task CheckAsync(string scenario, string unit, List<double> costs)
    {
        using var budgets = JsonDocument.Parse(await File.ReadAllTextAsync(GoldenFile.PathOf(BudgetFile), TestContext.Current.CancellationToken));
        var limit = budgets.RootElement.GetProperty(scenario).GetProperty("limit").GetDouble();
        var text = string.Join(", ", costs.Select(cost => cost.ToString("0.0", CultureInfo.InvariantCulture)));
        Console.WriteLine($"figures: {scenario}: {text} bytes allocated per {unit}, limit {limit}");
        Assert.True(costs.Min() <= limit, $"{scenario} may allocate {limit} bytes for a {unit}, by {BudgetFile}; the parts of the load needed {text}");
    }

    /// <summary>Sends a part, of a run of its own: a webhook that came before is not taken again.</summary>
    /// <returns>Records.</returns>
    private static async Task<long> SendAsync(Uri endpoint, LoadSignal signal, int run, OwnMetrics metrics, int requests = RequestsPerPart)
    {
        var settings = new LoadSettings
        {
            Target = new LoadTarget(endpoint, Grpc: false, signal, Gzip: false, Hook),
            Run = run,
            Connections = 8,
            RecordsPerRequest = signal == LoadSignal.Webhooks ? 1 : RecordsPerRequest,
            Requests = signal == LoadSignal.Webhooks ? WebhooksPerPart : requests,
        };
        var report = await LoadGenerator.RunAsync(settings, null, TestContext.Current.CancellationToken);
        Assert.Equal((report.Sent, null), (report.Acknowledged, report.Failure));

        // Delivering is part of the cost; what comes by way of Kafka comes after it was acknowledged.
        metrics.Sent += endpoint.Scheme == "kafka" ? report.Acknowledged : 0;
        await Eventually.TrueAsync(async () => (metrics.Sent == 0 || await metrics.AcceptedAsync() >= metrics.Sent) && await metrics.LagAsync() == 0, () => "everything is delivered");
        return report.Acknowledged;
    }

    /// <summary>What Sluice says of itself, which costs it memory, too.</summary>
    private sealed class OwnMetrics(SluiceProcess sluice) : IDisposable
    {
        private readonly HttpClient _client = new();

        /// <summary>Scrapes since <see cref="StartAsync"/>.</summary>
        public int Scrapes { get; private set; }

        /// <summary>Finds out what is allocated so far, and what a scrape adds to it.</summary>
        public async Task<(double Allocated, double ScrapeCost)> StartAsync()
        {
            // The least of some: what else allocates meanwhile is not taken for what a scrape costs, of which there may be many.
            var (last, least) = (await AllocatedAsync(), double.MaxValue);
            for (var scrape = 0; scrape < 5; scrape++)
            {
                var next = await AllocatedAsync();
                (last, least) = (next, Math.Min(least, next - last));
            }

            Scrapes = 0;
            return (last, least);
        }

        public Task<double> AllocatedAsync() => SumAsync("sluice_process_allocated_bytes_total");

        /// <summary>Records that were sent to Kafka for it.</summary>
        public long Sent { get; set; }

        public Task<double> AcceptedAsync() => SumAsync("sluice_receiver_accepted_records_total", isThere: false);

        /// <summary>Scrapes of targets that succeeded.</summary>
        public Task<double> ScrapedAsync() => SumAsync("sluice_prometheus_receiver_scrapes_total", isThere: false);

        public Task<double> LagAsync() => SumAsync("sluice_consumer_lag_records");

        public void Dispose() => _client.Dispose();

        private async Task<double> SumAsync(string metric, bool isThere = true)
        {
            Scrapes++;
            var page = await _client.GetStringAsync(new Uri($"http://{sluice.Endpoints["metrics"]}/metrics"));
            var samples = page.Split('\n').Where(line => line.StartsWith(metric + " ", StringComparison.Ordinal) || line.StartsWith(metric + "{", StringComparison.Ordinal)).ToList();
            Assert.True(samples.Count > 0 || !isThere, $"{metric} is missing");
            return samples.Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
    }
}
