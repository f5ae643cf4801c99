using BenchmarkDotNet.Attributes;
using Sluice.Buffers;
using Sluice.Components.Receivers.HostMetricsReceiver;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;
using Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

namespace Sluice.Micro;

/// <summary>
/// Time and memory to read the machine it runs on once, with each scraper of the receiver <c>hostmetrics</c>. What <c>process</c> takes is for all
/// processes there are: their number is printed. Goal: all together below 100 ms, 1 % of a processor at one reading in ten seconds.
/// </summary>
[MemoryDiagnoser]
public class HostMetricsBenchmarks
{
    private readonly BufferPool _buffers = new();
    private readonly HostFiles _files = new("");
    private PooledBufferWriter _output = null!;
    private PooledBufferWriter _resource = null!;
    private IReadOnlyList<(IHostScraper Scraper, HashSet<HostMetric> Wanted)> _scrapers = [];

    [Params("all", "cpu", "memory", "paging", "disk", "filesystem", "network", "processes", "process")]
    public string Scraper { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _output = new PooledBufferWriter(_buffers, "benchmark");
        _resource = new PooledBufferWriter(_buffers, "benchmark");
        var options = new HostMetricsReceiverOptions
        {
            Scrapers = new ScraperOptions
            {
                Cpu = new(),
                Load = new(),
                Memory = new(),
                Paging = new(),
                Disk = new(),
                Filesystem = new(),
                Network = new(),
                Processes = new(),
                Process = new(),
            },
        };
        _scrapers = [.. options.CreateScrapers().Where(entry => Scraper == "all" || entry.Name == Scraper).Select(entry => (entry.Scraper, entry.Scraper.Metrics.Where(metric => !metric.IsOptional).ToHashSet()))];
        Console.WriteLine($"// {_files.Processes().Count()} processes");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _output.Dispose();
        _resource.Dispose();
    }

    [Benchmark]
    public int Read()
    {
        var points = new HostPoints(_output, _resource, 1_700_000_000_000_000_000);
        foreach (var (scraper, wanted) in _scrapers)
        {
            points.BeginScraper([], wanted);
            scraper.Scrape(_files, points);
        }

        var length = 0;
        foreach (var (buffer, bytes) in points.Finish())
        {
            length += bytes;
            buffer.Dispose();
        }

        return length;
    }
}
