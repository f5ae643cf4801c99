using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Memory (<c>proc(5)</c>: <c>/proc/meminfo</c>).</summary>
internal sealed class MemoryScraper : IHostScraper
{
    private const long Kibi = 1024;

    private static readonly HostMetric Usage = new("system.memory.usage", "Memory by use.", "By", HostMetricKind.UpDownSum);
    private static readonly HostMetric Utilization = new("system.memory.utilization", "Part of the memory by use.", "1", HostMetricKind.Gauge, isOptional: true);
    private static readonly HostMetric Limit = new("system.memory.limit", "Memory in all.", "By", HostMetricKind.UpDownSum, isOptional: true);
    private static readonly HostMetric Available = new("system.linux.memory.available", "Memory that programs could get without swapping, as the kernel estimates.", "By", HostMetricKind.UpDownSum, isOptional: true);

    public IReadOnlyList<HostMetric> Metrics => [Usage, Utilization, Limit, Available];

    public void Scrape(HostFiles files, HostPoints points)
    {
        var text = files.Read("/proc/meminfo"u8);
        var (total, free) = (Fields.Find(text, "MemTotal:"u8) * Kibi, Fields.Find(text, "MemFree:"u8) * Kibi);
        var (buffered, reclaimable) = (Fields.FindOrZero(text, "Buffers:"u8) * Kibi, Fields.FindOrZero(text, "SReclaimable:"u8) * Kibi);
        var cached = (Fields.FindOrZero(text, "Cached:"u8) * Kibi) + reclaimable;
        var unreclaimable = Fields.FindOrZero(text, "SUnreclaim:"u8) * Kibi;
        if (points.Begin(Usage))
        {
            points.Add(total - free - buffered - cached).With("state"u8, "used"u8);
            points.Add(free).With("state"u8, "free"u8);
            points.Add(buffered).With("state"u8, "buffered"u8);
            points.Add(cached).With("state"u8, "cached"u8);
            points.Add(reclaimable).With("state"u8, "slab_reclaimable"u8);
            points.Add(unreclaimable).With("state"u8, "slab_unreclaimable"u8);
        }

        if (total > 0 && points.Begin(Utilization))
        {
            points.Add((total - free - buffered - cached) / (double)total).With("state"u8, "used"u8);
            points.Add(free / (double)total).With("state"u8, "free"u8);
            points.Add(buffered / (double)total).With("state"u8, "buffered"u8);
            points.Add(cached / (double)total).With("state"u8, "cached"u8);
            points.Add(reclaimable / (double)total).With("state"u8, "slab_reclaimable"u8);
            points.Add(unreclaimable / (double)total).With("state"u8, "slab_unreclaimable"u8);
        }

        if (points.Begin(Limit))
        {
            points.Add(total);
        }

        if (points.Begin(Available) && Fields.TryFind(text, "MemAvailable:"u8, out var available))
        {
            points.Add(available.Number() * Kibi);
        }
    }
}
