using System.Globalization;
using System.Text.Json;
using Sluice.Load;

namespace Sluice.Scenarios;

/// <summary>Measures what it costs to be scraped by Prometheus: 100,000 series, sent once, in the formats that there are.</summary>
internal sealed class ScrapeRun(Settings settings, Machine machine, Action<string> progress)
{
    /// <summary>Its name.</summary>
    public const string Name = "metrics-scrape";

    private const int SeriesCount = 100_000;
    private const int SeriesPerRequest = 100;
    private const int WarmUps = 5;
    private const string OpenMetrics = "application/openmetrics-text;version=1.0.0";
    private const string Protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    private readonly HttpClient _client = new();

    /// <summary>Runs it in a directory that is removed afterwards.</summary>
    public async Task<ScrapeResult> RunAsync(CancellationToken cancellationToken)
    {
        var directory = settings.CreateDirectory(Name);
        try
        {
            return await RunAsync(directory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<ScrapeResult> RunAsync(string directory, CancellationToken cancellationToken)
    {
        var sluice = await SluiceUnderTest.StartAsync(
            settings,
            machine,
            directory,
            "otlp/http",
            null,
            ["--config", Path.Combine(settings.Root, "benchmarks", "scenarios", $"{Name}.yaml")],
            new Dictionary<string, string>(),
            cancellationToken).ConfigureAwait(false);
        await using var owned = sluice.ConfigureAwait(false);
        progress($"{Name}: sending {SeriesCount} series");
        await SendAsync(sluice, cancellationToken).ConfigureAwait(false);
        await sluice.SettleAsync(0, cancellationToken).ConfigureAwait(false);
        var series = (long)(await sluice.ScrapeAsync(cancellationToken).ConfigureAwait(false)).Sum("sluice_prometheus_series");
        if (series != SeriesCount)
        {
            throw new BenchmarkException($"{series} series are kept of {SeriesCount}.");
        }

        var (plain, answer) = await ScrapesAsync(sluice, OpenMetrics, gzip: false, cancellationToken).ConfigureAwait(false);
        var (gzip, _) = await ScrapesAsync(sluice, OpenMetrics, gzip: true, cancellationToken).ConfigureAwait(false);
        var (protobuf, _) = await ScrapesAsync(sluice, Protobuf, gzip: false, cancellationToken).ConfigureAwait(false);
        return new ScrapeResult
        {
            Scenario = Name,
            Series = series,
            CpuMsPerScrape = plain.Median,
            CpuMsPerScrapeMin = plain.Min,
            CpuMsPerScrapeMax = plain.Max,
            GzipCpuMsPerScrape = gzip.Median,
            ProtobufCpuMsPerScrape = protobuf.Median,
            AnswerMb = Mebibytes(answer),
            RssMb = Mebibytes(sluice.ResidentBytes),
            PeakRssMb = Mebibytes(sluice.PeakResidentBytes),
            GcMode = (await sluice.ScrapeAsync(cancellationToken).ConfigureAwait(false)).Label("sluice_process_gc_mode"),
        };
    }

    /// <summary>Every record of the sender is a data point with an id of its own: a series.</summary>
    private async Task SendAsync(SluiceUnderTest sluice, CancellationToken cancellationToken)
    {
        var child = Child.Start(machine.Load, settings.LoadTool,
        [
            "send", "--endpoint", sluice.Endpoint.ToString(), "--signal", "Metrics", "--connections", "4", "--run", "1",
            "--records", Text(SeriesPerRequest), "--requests", Text(SeriesCount / SeriesPerRequest),
        ]);
        await using var owned = child.ConfigureAwait(false);
        var report = JsonSerializer.Deserialize(await child.CompleteAsync(cancellationToken).ConfigureAwait(false), ReportJson.Default.LoadReport)!;
        if (report.Acknowledged != SeriesCount)
        {
            throw new BenchmarkException($"{report.Acknowledged} records were acknowledged of {SeriesCount}: {report.Failure}");
        }
    }

    /// <summary>Scrapes some times, each by itself, since processor time is counted in hundredths of a second.</summary>
    private async Task<(Figure CpuMs, long Length)> ScrapesAsync(SluiceUnderTest sluice, string accept, bool gzip, CancellationToken cancellationToken)
    {
        progress($"{Name}: {accept}{(gzip ? " with gzip" : "")}");
        List<double> costs = [];
        long length = 0;
        for (var i = -WarmUps; i < settings.Rounds; i++)
        {
            var before = sluice.ProcessorTime;
            using var request = new HttpRequestMessage(HttpMethod.Get, sluice.At("prometheus", "metrics"));
            request.Headers.TryAddWithoutValidation("Accept", accept);
            if (gzip)
            {
                request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            }

            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var ownedBody = body.ConfigureAwait(false);
            var counting = new MemoryStream();
            await using var ownedCounting = counting.ConfigureAwait(false);
            await body.CopyToAsync(counting, cancellationToken).ConfigureAwait(false);
            length = counting.Length;
            if (i >= 0)
            {
                costs.Add((sluice.ProcessorTime - before).TotalMilliseconds);
            }
        }

        return (Figure.Of(costs), length);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Mebibytes(long bytes) => Figure.Round(bytes / (double)(1 << 20));
}
