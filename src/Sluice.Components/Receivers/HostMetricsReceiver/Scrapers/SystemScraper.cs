using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>How long the machine has been running (<c>proc(5)</c>: <c>/proc/uptime</c>).</summary>
internal sealed class SystemScraper : IHostScraper
{
    private static readonly HostMetric Uptime = new("system.uptime", "The time the system has been running", "s", HostMetricKind.Gauge);

    public IReadOnlyList<HostMetric> Metrics { get; } = [Uptime];

    public void Scrape(HostFiles files, HostPoints points)
    {
        var seconds = new Fields(files.Read("/proc/uptime"u8)).Fraction();
        if (points.Begin(Uptime))
        {
            points.Add(seconds);
        }
    }
}
