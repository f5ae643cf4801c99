using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Receivers.PrometheusReceiver.Conversion;
using Sluice.Components.Receivers.PrometheusReceiver.Scraping;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;

namespace Sluice.Micro;

/// <summary>
/// Time and memory per sample from the answer of a target that was scraped before to the request of OTLP: reading, relabelling, telling what is new and what
/// has ended, and writing. Goal: 1.5 µs without rules, nothing allocated.
/// </summary>
[MemoryDiagnoser]
public class ScrapeBenchmarks
{
    private const int Samples = 10_000;

    private readonly BufferPool _buffers = new();
    private readonly TargetSeries _series = new();
    private readonly ScrapeBuffers _scrape = new();
    private PooledBufferWriter _output = null!;
    private SampleFeed _feed = null!;
    private byte[] _exposition = [];
    private ulong _time;

    /// <summary>What the target exposes.</summary>
    public enum Content
    {
        Counters,
        Histograms,
        OpenMetricsCounters,
    }

    [ParamsAllValues]
    public Content Exposed { get; set; }

    /// <summary>Whether a rule drops what it does not fit by its name, which is none here.</summary>
    [Params(false, true)]
    public bool WithRule { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _output = new PooledBufferWriter(_buffers, "benchmark");
        var job = new ScrapeOptions { JobName = "benchmark" };
        var rule = new RelabelRule(new RelabelOptions { SourceLabels = ["__name__"], Regex = "(go|process)_.*", Action = RelabelAction.Drop });
        _feed = new SampleFeed(Target.Create(job, new GlobalScrapeOptions(), [], "target:80", [])!, job, WithRule ? [rule] : [], trimSuffixes: false);
        var text = new StringBuilder(Exposed == Content.Histograms ? "# TYPE http_request_duration_seconds histogram\n" : $"# TYPE http_requests{(Exposed == Content.Counters ? "_total" : "")} counter\n");
        for (var number = 0; number < Samples; number++)
        {
            _ = Exposed == Content.Histograms
                ? text.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_bucket{{method=\"GET\",path=\"/api/v1/items/{number / 10}\",le=\"{(number % 10 == 9 ? "+Inf" : $"0.{number % 10}")}\"}} {number}\n")
                : text.Append(CultureInfo.InvariantCulture, $"http_requests_total{{method=\"GET\",code=\"200\",path=\"/api/v1/items/{number}\"}} {number}.5\n");
        }

        _exposition = Encoding.UTF8.GetBytes(text.Append(Exposed == Content.OpenMetricsCounters ? "# EOF\n" : "").ToString());
        Scrape();
        Console.WriteLine($"// bytes per sample: {_exposition.Length / Samples} exposed, {_output.Length / Samples} OTLP; kept between scrapes: {Kept() / Samples}");
    }

    [GlobalCleanup]
    public void Cleanup() => _output.Dispose();

    [Benchmark(OperationsPerInvoke = Samples)]
    public int Scrape()
    {
        _series.Begin(_scrape);
        var samples = _feed.Read([_exposition], Exposed == Content.OpenMetricsCounters, long.MaxValue, _series, _scrape);
        new ScrapeFacts(true, 1, samples.Scraped, samples.Kept, _series.Added()).AddTo(_series, _feed.Job, _feed.Instance, _feed.Attributes);
        _series.Complete(++_time);
        _output.Clear();
        var writer = new PointWriter(_output, _series, _scrape, _time);
        for (var source = _series.FirstSource; source >= 0; source = _series.Sources[source].Chain.Next)
        {
            writer.Write(source, [], InfoSpan.Current);
        }

        _series.Keep();
        return _output.Length;
    }

    private long Kept()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var series = new TargetSeries();
        series.Begin(_scrape);
        _feed.Read([_exposition], Exposed == Content.OpenMetricsCounters, long.MaxValue, series, _scrape);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(series);
        return kept;
    }
}
