using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sluice.Load;

namespace Sluice.Scenarios;

/// <summary>
/// Measures what the receiver <c>prometheus</c> costs for a sample, until it is durable and was read back. Nothing is sent: a target is scraped once a
/// second, and rounds begin and end between two scrapes.
/// </summary>
internal sealed class TargetRun(Settings settings, Machine machine, Action<string> progress)
{
    private const string Plain = "prometheus-journal";
    private const string Gzip = Plain + "-gzip";
    private const int Samples = 100_000;

    /// <summary>Metrics of the target, and those that the receiver makes of each scrape.</summary>
    private const int RecordsPerScrape = 3 + 5;

    private const string Scrapes = "sluice_prometheus_receiver_scrapes_total";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ScrapeTimeout = TimeSpan.FromMinutes(1);

    private readonly HttpClient _client = new();

    /// <summary>Their names: with answers as they are, and compressed.</summary>
    public static IReadOnlyList<string> Names { get; } = [Plain, Gzip];

    /// <summary>What a name stands for: the scenario with its compressed form, or the compressed form alone. Empty when there is no such scenario.</summary>
    public static IEnumerable<string> Find(string name) => name == Plain ? Names : Names.Where(known => known == name);

    /// <summary>Runs one of them in a directory that is removed afterwards.</summary>
    public async Task<TargetResult> RunAsync(string name, CancellationToken cancellationToken)
    {
        var directory = settings.CreateDirectory(name);
        try
        {
            return await RunAsync(name, directory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<TargetResult> RunAsync(string name, string directory, CancellationToken cancellationToken)
    {
        var readyFile = Path.Combine(directory, "target.ready");
        var target = Child.Start(
            machine.Load,
            settings.LoadTool,
            ["target", "--samples", Samples.ToString(CultureInfo.InvariantCulture), "--ready-file", readyFile, .. name == Gzip ? ["--gzip"] : Array.Empty<string>()]);
        await using var ownedTarget = target.ConfigureAwait(false);
        using var ready = JsonDocument.Parse(await target.ReadyAsync(readyFile, cancellationToken).ConfigureAwait(false));
        var address = ready.RootElement.GetProperty("http").GetString()!;
        var sluice = await SluiceUnderTest.StartAsync(
            settings,
            machine,
            directory,
            "metrics",
            null,
            ["--config", Path.Combine(settings.Root, "benchmarks", "scenarios", $"{Plain}.yaml")],
            new Dictionary<string, string> { ["BENCHMARK_TARGET"] = address },
            cancellationToken).ConfigureAwait(false);
        await using var ownedSluice = sluice.ConfigureAwait(false);
        progress($"{name}: warming up");
        await Task.Delay(settings.Length > WarmUp ? settings.Length : WarmUp, cancellationToken).ConfigureAwait(false);

        List<double> costs = [];
        var first = await BetweenScrapesAsync(sluice, address, cancellationToken).ConfigureAwait(false);
        var last = first;
        for (var i = 1; i <= settings.Rounds; i++)
        {
            progress($"{name}: round {i} of {settings.Rounds}");
            await Task.Delay(settings.Length, cancellationToken).ConfigureAwait(false);
            var next = await BetweenScrapesAsync(sluice, address, cancellationToken).ConfigureAwait(false);
            costs.Add((next.ProcessorTime - last.ProcessorTime).TotalSeconds / ((next.Scrapes - last.Scrapes) * Samples) * 1_000_000);
            last = next;
        }

        var cpu = Figure.Of(costs);
        var scrapes = last.Scrapes - first.Scrapes;
        return new TargetResult
        {
            Scenario = name,
            SamplesPerScrape = Samples,
            Scrapes = scrapes,
            CpuSPerMillion = cpu.Median,
            CpuSPerMillionMin = cpu.Min,
            CpuSPerMillionMax = cpu.Max,
            AllocBytesPerSample = Figure.Round((last.Allocated - first.Allocated) / (scrapes * Samples)),
            RssMb = Mebibytes(sluice.ResidentBytes),
            PeakRssMb = Mebibytes(sluice.PeakResidentBytes),
            GcMode = (await sluice.ScrapeAsync(cancellationToken).ConfigureAwait(false)).Label("sluice_process_gc_mode"),
        };
    }

    /// <summary>Waits for the end of the next scrape, and until all of it was read back. The target is asked whether there was one, which costs Sluice nothing.</summary>
    private async Task<(long Scrapes, TimeSpan ProcessorTime, double Allocated)> BetweenScrapesAsync(SluiceUnderTest sluice, string address, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var before = await ScrapesAsync().ConfigureAwait(false);
        for (var answered = before; answered == before; answered = await ScrapesAsync().ConfigureAwait(false))
        {
            await PauseAsync().ConfigureAwait(false);
        }

        // It counts when the answer has come; what is in it is taken after that.
        while (true)
        {
            var page = await sluice.ScrapeAsync(cancellationToken).ConfigureAwait(false);
            if (page.Sum(Scrapes, "outcome=\"failure\"") is > 0 and var failed)
            {
                throw new BenchmarkException($"{failed} scrapes failed.");
            }

            var done = (long)page.Sum(Scrapes, "outcome=\"success\"");
            if (done > before && page.Sum("sluice_exporter_settled_records_total", "outcome=\"delivered\"") == done * RecordsPerScrape)
            {
                return (done, sluice.ProcessorTime, page.Sum("sluice_process_allocated_bytes_total"));
            }

            await PauseAsync().ConfigureAwait(false);
        }

        async Task<long> ScrapesAsync() =>
            JsonSerializer.Deserialize(await _client.GetStringAsync(new Uri($"http://{address}/counts"), cancellationToken).ConfigureAwait(false), ReportJson.Default.TargetReport)!.Scrapes;

        Task PauseAsync() => Stopwatch.GetElapsedTime(started) > ScrapeTimeout
            ? throw new BenchmarkException($"No scrape was delivered within {ScrapeTimeout.TotalSeconds} s.")
            : Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
    }

    private static double Mebibytes(long bytes) => Figure.Round(bytes / (double)(1 << 20));
}
