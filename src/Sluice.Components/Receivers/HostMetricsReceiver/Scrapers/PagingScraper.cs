using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Swap space and paging (<c>proc(5)</c>: <c>/proc/swaps</c>, <c>/proc/vmstat</c>).</summary>
internal sealed class PagingScraper : IHostScraper
{
    private const long Kibi = 1024;

    private static readonly HostMetric Usage = new("system.paging.usage", "Swap space by use.", "By", HostMetricKind.UpDownSum);
    private static readonly HostMetric Utilization = new("system.paging.utilization", "Part of the swap space by use.", "1", HostMetricKind.Gauge, isOptional: true);
    private static readonly HostMetric Operations = new("system.paging.operations", "Pages that were moved in and out.", "{operations}");
    private static readonly HostMetric Faults = new("system.paging.faults", "Page faults.", "{faults}");

    public IReadOnlyList<HostMetric> Metrics => [Usage, Utilization, Operations, Faults];

    public void Scrape(HostFiles files, HostPoints points)
    {
        if (points.Begin(Usage))
        {
            WriteSpace(files, points, asPart: false);
        }

        if (points.Begin(Utilization))
        {
            WriteSpace(files, points, asPart: true);
        }

        if (!points.Wants(Operations) && !points.Wants(Faults))
        {
            return;
        }

        var text = files.Read("/proc/vmstat"u8);
        if (points.Begin(Operations))
        {
            points.Add(Fields.Find(text, "pswpin "u8)).With("direction"u8, "page_in"u8).With("type"u8, "major"u8);
            points.Add(Fields.Find(text, "pswpout "u8)).With("direction"u8, "page_out"u8).With("type"u8, "major"u8);
            points.Add(Fields.Find(text, "pgpgin "u8)).With("direction"u8, "page_in"u8).With("type"u8, "minor"u8);
            points.Add(Fields.Find(text, "pgpgout "u8)).With("direction"u8, "page_out"u8).With("type"u8, "minor"u8);
        }

        if (points.Begin(Faults))
        {
            var major = Fields.Find(text, "pgmajfault "u8);
            points.Add(major).With("type"u8, "major"u8);
            points.Add(Fields.Find(text, "pgfault "u8) - major).With("type"u8, "minor"u8);
        }
    }

    private static void WriteSpace(HostFiles files, HostPoints points, bool asPart)
    {
        Span<byte> name = stackalloc byte[4096];
        var text = files.Read("/proc/swaps"u8);
        _ = Fields.TryLine(ref text, out _);
        while (Fields.TryLine(ref text, out var line))
        {
            var fields = new Fields(line);
            scoped var device = fields.Next();
            device = device.Length <= name.Length ? Fields.Unescape(device, name) : device;
            fields.Skip(1);
            var (size, used) = (fields.Number() * Kibi, fields.Number() * Kibi);
            if (!asPart)
            {
                points.Add(used).With("device"u8, device).With("state"u8, "used"u8);
                points.Add(size - used).With("device"u8, device).With("state"u8, "free"u8);
            }
            else if (size > 0)
            {
                points.Add(used / (double)size).With("device"u8, device).With("state"u8, "used"u8);
                points.Add((size - used) / (double)size).With("device"u8, device).With("state"u8, "free"u8);
            }
        }
    }
}
