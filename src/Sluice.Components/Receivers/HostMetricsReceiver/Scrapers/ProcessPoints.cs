using System.Buffers.Text;
using System.Numerics;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>The metrics of processes.</summary>
internal sealed class ProcessPoints
{
    private static readonly HostMetric Time = new("process.cpu.time", "Seconds of processors that the process used.", "s");
    private static readonly HostMetric Usage = new("process.memory.usage", "Memory in use.", "By", HostMetricKind.UpDownSum);
    private static readonly HostMetric Virtual = new("process.memory.virtual", "Size of the address space.", "By", HostMetricKind.UpDownSum);
    private static readonly HostMetric Io = new("process.disk.io", "Bytes read from disks and written to them.", "By");
    private static readonly HostMetric CpuUtilization = new("process.cpu.utilization", "Part of the time of all processors that the process used since the last reading.", "1", HostMetricKind.Gauge, isOptional: true);
    private static readonly HostMetric MemoryUtilization = new("process.memory.utilization", "Percent of the memory that the process uses.", "1", HostMetricKind.Gauge, isOptional: true);
    private static readonly HostMetric Operations = new("process.disk.operations", "Reads and writes.", "{operations}", isOptional: true);
    private static readonly HostMetric Faults = new("process.paging.faults", "Page faults.", "{faults}", isOptional: true);
    private static readonly HostMetric Threads = new("process.threads", "Threads.", "{threads}", HostMetricKind.UpDownSum, isOptional: true);
    private static readonly HostMetric OpenFiles = new("process.open_file_descriptors", "Open files.", "{count}", HostMetricKind.UpDownSum, isOptional: true);
    private static readonly HostMetric Switches = new("process.context_switches", "Times that the process gave the processor up, or lost it.", "{count}", isOptional: true);
    private static readonly HostMetric Signals = new("process.signals_pending", "Signals that wait to be delivered.", "{signals}", HostMetricKind.UpDownSum, isOptional: true);
    private static readonly HostMetric Uptime = new("process.uptime", "Time since the process was started.", "s", HostMetricKind.Gauge, isOptional: true);

    private readonly Dictionary<int, Past> _past = [];
    private readonly List<int> _gone = [];
    private long _memory;
    private int _processors;
    private long _reading;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostMetric> Metrics { get; } =
        [Time, Usage, Virtual, Io, CpuUtilization, MemoryUtilization, Operations, Faults, Threads, OpenFiles, Switches, Signals, Uptime];

    /// <summary>Begins a reading.</summary>
    public void Begin(HostFiles files, HostPoints points)
    {
        _reading++;
        _memory = points.Wants(MemoryUtilization) ? Fields.Find(files.Read("/proc/meminfo"u8), "MemTotal:"u8) * 1024 : 0;
        _processors = points.Wants(CpuUtilization) ? Math.Max(1, CpuScraper.Count(files)) : 1;
    }

    /// <summary>Ends a reading: what is remembered of processes that are gone is forgotten.</summary>
    public void End()
    {
        foreach (var (process, past) in _past)
        {
            if (past.Reading != _reading)
            {
                _gone.Add(process);
            }
        }

        foreach (var process in _gone)
        {
            _past.Remove(process);
        }

        _gone.Clear();
    }

    /// <summary>Writes the metrics of a process.</summary>
    /// <returns>0, or the error for which it cannot be said what it reads and writes.</returns>
    public int Write(HostFiles files, HostPoints points, int process, ProcessStat stat)
    {
        if (points.Begin(Time))
        {
            points.Add(Fields.Seconds(stat.UserTicks)).With("state"u8, "user"u8);
            points.Add(Fields.Seconds(stat.SystemTicks)).With("state"u8, "system"u8);
            points.Add(Fields.Seconds(stat.WaitTicks)).With("state"u8, "wait"u8);
        }

        if (points.Begin(Usage))
        {
            points.Add(stat.ResidentPages * Environment.SystemPageSize);
        }

        if (points.Begin(Virtual))
        {
            points.Add(stat.VirtualBytes);
        }

        var error = WriteIo(files, points, process);
        if (points.Begin(CpuUtilization))
        {
            WriteCpuUtilization(points, process, stat);
        }

        if (_memory > 0 && points.Begin(MemoryUtilization))
        {
            points.Add(100.0 * (stat.ResidentPages * Environment.SystemPageSize) / _memory);
        }

        if (points.Begin(Faults))
        {
            points.Add(stat.MajorFaults).With("type"u8, "major"u8);
            points.Add(stat.MinorFaults).With("type"u8, "minor"u8);
        }

        if (points.Begin(Threads))
        {
            points.Add(stat.Threads);
        }

        if (points.Begin(OpenFiles) && files.OpenFiles(process) is >= 0 and var open)
        {
            points.Add(open);
        }

        if (points.Wants(Switches) || points.Wants(Signals))
        {
            WriteStatus(files, points, process);
        }

        if (points.Begin(Uptime))
        {
            points.Add(Math.Max(0, points.UnixNano - points.StartUnixNano) / 1e9);
        }

        return error;
    }

    /// <summary>That of other users may not be read.</summary>
    private static int WriteIo(HostFiles files, HostPoints points, int process)
    {
        if (!points.Wants(Io) && !points.Wants(Operations))
        {
            return 0;
        }

        var error = files.TryRead(process, "io"u8, out var text);
        if (error != 0 || text.IsEmpty)
        {
            return error;
        }

        if (points.Begin(Io))
        {
            points.Add(Fields.Find(text, "read_bytes:"u8)).With("direction"u8, "read"u8);
            points.Add(Fields.Find(text, "write_bytes:"u8)).With("direction"u8, "write"u8);
        }

        if (points.Begin(Operations))
        {
            points.Add(Fields.Find(text, "syscr:"u8)).With("direction"u8, "read"u8);
            points.Add(Fields.Find(text, "syscw:"u8)).With("direction"u8, "write"u8);
        }

        return 0;
    }

    /// <summary>The number of a process that ended may come again: the start tells them apart.</summary>
    private void WriteCpuUtilization(HostPoints points, int process, ProcessStat stat)
    {
        var seconds = (points.UnixNano / 1e9) * _processors;
        if (_past.TryGetValue(process, out var past) && past.StartTicks == stat.StartTicks && seconds > past.Seconds)
        {
            var passed = seconds - past.Seconds;
            points.Add(Fields.Seconds(stat.UserTicks - past.UserTicks) / passed).With("state"u8, "user"u8);
            points.Add(Fields.Seconds(stat.SystemTicks - past.SystemTicks) / passed).With("state"u8, "system"u8);
            points.Add(Fields.Seconds(stat.WaitTicks - past.WaitTicks) / passed).With("state"u8, "wait"u8);
        }

        _past[process] = new Past(_reading, stat.StartTicks, seconds, stat.UserTicks, stat.SystemTicks, stat.WaitTicks);
    }

    private static void WriteStatus(HostFiles files, HostPoints points, int process)
    {
        if (files.TryRead(process, "status"u8, out var status) != 0)
        {
            return;
        }

        if (points.Begin(Switches) && Fields.TryFind(status, "voluntary_ctxt_switches:"u8, out var voluntary))
        {
            points.Add(Fields.Find(status, "nonvoluntary_ctxt_switches:"u8)).With("type"u8, "involuntary"u8);
            points.Add(voluntary.Number()).With("type"u8, "voluntary"u8);
        }

        if (points.Begin(Signals) && Fields.TryFind(status, "SigPnd:"u8, out var own) && Fields.TryFind(status, "ShdPnd:"u8, out var shared))
        {
            points.Add(BitOperations.PopCount(Mask(own.Next())) + BitOperations.PopCount(Mask(shared.Next())));
        }
    }

    /// <summary>A bit for each signal, as hexadecimal digits.</summary>
    private static ulong Mask(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out ulong mask, out _, 'x') ? mask : 0;

    /// <summary>What the last reading found.</summary>
    private readonly record struct Past(long Reading, long StartTicks, double Seconds, long UserTicks, long SystemTicks, long WaitTicks);
}
