using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Load (<c>proc(5)</c>: <c>/proc/loadavg</c>).</summary>
internal sealed class LoadScraper(bool perProcessor) : IHostScraper
{
    private static readonly HostMetric[] Averages =
    [
        new("system.cpu.load_average.1m", "Average load over 1 minute.", "{thread}", HostMetricKind.Gauge),
        new("system.cpu.load_average.5m", "Average load over 5 minutes.", "{thread}", HostMetricKind.Gauge),
        new("system.cpu.load_average.15m", "Average load over 15 minutes.", "{thread}", HostMetricKind.Gauge),
    ];

    public IReadOnlyList<HostMetric> Metrics => Averages;

    public void Scrape(HostFiles files, HostPoints points)
    {
        var processors = perProcessor ? CpuScraper.Count(files) : 1;
        var fields = new Fields(files.Read("/proc/loadavg"u8));
        foreach (var average in Averages)
        {
            var load = fields.Fraction();
            if (points.Begin(average))
            {
                points.Add(load / processors);
            }
        }
    }
}
