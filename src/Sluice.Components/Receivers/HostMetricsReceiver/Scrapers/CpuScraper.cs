using System.Buffers.Text;
using System.Text;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Processors (<c>proc(5)</c>: <c>/proc/stat</c>, <c>/proc/cpuinfo</c>).</summary>
internal sealed class CpuScraper : IHostScraper
{
    /// <summary>The states by their column.</summary>
    private static readonly byte[][] States = [.. new[] { "user", "nice", "system", "idle", "wait", "interrupt", "softirq", "steal" }.Select(Encoding.UTF8.GetBytes)];

    private static readonly HostMetric Time = new("system.cpu.time", "Seconds that each logical processor spent in each state.", "s");
    private static readonly HostMetric Utilization = new("system.cpu.utilization", "Part of the time since the last reading that each logical processor spent in each state.", "1", HostMetricKind.Gauge, isOptional: true);
    private static readonly HostMetric Logical = new("system.cpu.logical.count", "Logical processors.", "{cpu}", HostMetricKind.UpDownSum, isOptional: true);
    private static readonly HostMetric Physical = new("system.cpu.physical.count", "Physical cores.", "{cpu}", HostMetricKind.UpDownSum, isOptional: true);
    private static readonly HostMetric Frequency = new("system.cpu.frequency", "Frequency of each logical processor now.", "Hz", HostMetricKind.Gauge, isOptional: true);

    private readonly Dictionary<int, long[]> _before = [];

    public IReadOnlyList<HostMetric> Metrics => [Time, Utilization, Logical, Physical, Frequency];

    public void Scrape(HostFiles files, HostPoints points)
    {
        if (points.Begin(Time))
        {
            var text = files.Read("/proc/stat"u8);
            while (TryProcessor(ref text, out var name, out var fields))
            {
                for (var state = 0; state < States.Length && fields.TryNext(out var ticks); state++)
                {
                    points.Add(Fields.Seconds(Fields.Number(ticks))).With("cpu"u8, name).With("state"u8, States[state]);
                }
            }
        }

        if (points.Begin(Utilization))
        {
            WriteUtilization(files, points);
        }

        if (points.Begin(Logical))
        {
            points.Add(Count(files));
        }

        if (points.Begin(Physical))
        {
            WritePhysical(files, points);
        }

        if (points.Begin(Frequency))
        {
            WriteFrequency(files, points);
        }
    }

    /// <summary>How many logical processors work now.</summary>
    public static int Count(HostFiles files)
    {
        var count = 0;
        for (var text = files.Read("/proc/stat"u8); TryProcessor(ref text, out _, out _); count++)
        {
        }

        return count;
    }

    private static bool TryProcessor(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out Fields fields)
    {
        while (Fields.TryLine(ref text, out var line))
        {
            if (line.Length > 3 && line.StartsWith("cpu"u8) && line[3] != ' ')
            {
                fields = new Fields(line);
                name = fields.Next();
                return true;
            }
        }

        name = default;
        fields = default;
        return false;
    }

    /// <summary>The first reading has none: there is nothing to compare with.</summary>
    private void WriteUtilization(HostFiles files, HostPoints points)
    {
        Span<long> ticks = stackalloc long[States.Length];
        var text = files.Read("/proc/stat"u8);
        while (TryProcessor(ref text, out var name, out var fields))
        {
            ticks.Clear();
            for (var state = 0; state < ticks.Length && fields.TryNext(out var field); state++)
            {
                ticks[state] = Fields.Number(field);
            }

            if (!Utf8Parser.TryParse(name[3..], out int number, out _))
            {
                continue;
            }

            if (_before.TryGetValue(number, out var before))
            {
                long passed = 0;
                for (var state = 0; state < ticks.Length; state++)
                {
                    passed += Math.Max(0, ticks[state] - before[state]);
                }

                for (var state = 0; state < ticks.Length && passed > 0; state++)
                {
                    // The kernel may set the time of idling and waiting back a little.
                    points.Add(Math.Max(0, ticks[state] - before[state]) / (double)passed).With("cpu"u8, name).With("state"u8, States[state]);
                }

                ticks.CopyTo(before);
            }
            else
            {
                _before.Add(number, ticks.ToArray());
            }
        }
    }

    /// <summary>Cores are told apart by their package and their number in it; where the kernel says neither, nothing is said.</summary>
    private static void WritePhysical(HostFiles files, HostPoints points)
    {
        var cores = new HashSet<(long Package, long Core)>();
        long package = -1;
        var text = files.Read("/proc/cpuinfo"u8);
        while (Fields.TryLine(ref text, out var line))
        {
            if (TryValue(line, "physical id"u8, out var value))
            {
                package = Fields.Number(value);
            }
            else if (TryValue(line, "core id"u8, out value))
            {
                cores.Add((package, Fields.Number(value)));
            }
        }

        if (cores.Count > 0)
        {
            points.Add(cores.Count);
        }
    }

    private static void WriteFrequency(HostFiles files, HostPoints points)
    {
        Span<byte> name = stackalloc byte[32];
        "cpu"u8.CopyTo(name);
        var length = 3;
        var text = files.Read("/proc/cpuinfo"u8);
        while (Fields.TryLine(ref text, out var line))
        {
            if (TryValue(line, "processor"u8, out var value) && value.Length <= name.Length - 3)
            {
                value.CopyTo(name[3..]);
                length = 3 + value.Length;
            }
            else if (TryValue(line, "cpu MHz"u8, out value) && Utf8Parser.TryParse(value, out decimal megahertz, out _))
            {
                points.Add((double)(megahertz * 1_000_000)).With("cpu"u8, name[..length]);
            }
        }
    }

    /// <summary>A line of <c>/proc/cpuinfo</c>: name, blanks, a colon and the value.</summary>
    private static bool TryValue(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        value = colon < 0 ? default : line[(colon + 1)..].Trim((byte)' ');
        return colon > 0 && line[..colon].TrimEnd(" \t"u8).SequenceEqual(name) && value.Length > 0;
    }
}
