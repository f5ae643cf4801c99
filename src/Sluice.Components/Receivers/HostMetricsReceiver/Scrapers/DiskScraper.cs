using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Disks and their partitions (the kernel's <c>iostats.rst</c>: <c>/proc/diskstats</c>).</summary>
internal sealed class DiskScraper(NameFilter filter) : IHostScraper
{
    /// <summary>Bytes of a sector as the kernel counts them, whatever those of the disk are.</summary>
    private const long Sector = 512;

    private static readonly HostMetric Io = new("system.disk.io", "Bytes read and written.", "By");
    private static readonly HostMetric Operations = new("system.disk.operations", "Reads and writes.", "{operations}");
    private static readonly HostMetric IoTime = new("system.disk.io_time", "Time in which the disk was busy.", "s");
    private static readonly HostMetric OperationTime = new("system.disk.operation_time", "Time that reads and writes took.", "s");
    private static readonly HostMetric WeightedIoTime = new("system.disk.weighted_io_time", "Time in which the disk was busy, times what waited.", "s");
    private static readonly HostMetric Merged = new("system.disk.merged", "Reads and writes that were made one with others.", "{operations}");
    private static readonly HostMetric PendingOperations = new("system.disk.pending_operations", "Reads and writes under way.", "{operations}", HostMetricKind.UpDownSum);

    private readonly List<(byte[] Device, Counts Counts)> _disks = [];

    /// <summary>The columns of a line behind the name.</summary>
    private enum Column
    {
        Reads,
        ReadsMerged,
        SectorsRead,
        ReadTime,
        Writes,
        WritesMerged,
        SectorsWritten,
        WriteTime,
        Pending,
        BusyTime,
        WeightedTime,
    }

    public IReadOnlyList<HostMetric> Metrics => [Io, Operations, IoTime, OperationTime, WeightedIoTime, Merged, PendingOperations];

    public void Scrape(HostFiles files, HostPoints points)
    {
        Read(files.Read("/proc/diskstats"u8));
        WriteDirections(points, Io, Column.SectorsRead, Column.SectorsWritten, Sector);
        WriteDirections(points, Operations, Column.Reads, Column.Writes, 1);
        WriteSeconds(points, IoTime, Column.BusyTime);
        if (points.Begin(OperationTime))
        {
            foreach (var (device, counts) in _disks)
            {
                points.Add(Seconds(counts[(int)Column.ReadTime])).With("device"u8, device).With("direction"u8, "read"u8);
                points.Add(Seconds(counts[(int)Column.WriteTime])).With("device"u8, device).With("direction"u8, "write"u8);
            }
        }

        WriteSeconds(points, WeightedIoTime, Column.WeightedTime);
        WriteDirections(points, Merged, Column.ReadsMerged, Column.WritesMerged, 1);
        if (points.Begin(PendingOperations))
        {
            foreach (var (device, counts) in _disks)
            {
                points.Add(counts[(int)Column.Pending]).With("device"u8, device);
            }
        }
    }

    private static double Seconds(long milliseconds) => milliseconds / 1000.0;

    /// <summary>Lines with fewer columns, as old kernels have of partitions, are passed over.</summary>
    private void Read(ReadOnlySpan<byte> text)
    {
        var known = 0;
        while (Fields.TryLine(ref text, out var line))
        {
            var fields = new Fields(line);
            var counts = default(Counts);
            if (!fields.TryNext(out _) || !fields.TryNext(out _) || !fields.TryNext(out var name) || !filter.Takes(name))
            {
                continue;
            }

            var column = 0;
            for (; column < Counts.Length && fields.TryNext(out var field); column++)
            {
                counts[column] = Fields.Number(field);
            }

            if (column == Counts.Length)
            {
                // The names are nearly always those of before, and then used again.
                var isSame = known < _disks.Count && name.SequenceEqual(_disks[known].Device);
                var disk = (isSame ? _disks[known].Device : name.ToArray(), counts);
                if (known < _disks.Count)
                {
                    _disks[known] = disk;
                }
                else
                {
                    _disks.Add(disk);
                }

                known++;
            }
        }

        _disks.RemoveRange(known, _disks.Count - known);
    }

    private void WriteDirections(HostPoints points, HostMetric metric, Column read, Column write, long factor)
    {
        if (points.Begin(metric))
        {
            foreach (var (device, counts) in _disks)
            {
                points.Add(counts[(int)read] * factor).With("device"u8, device).With("direction"u8, "read"u8);
                points.Add(counts[(int)write] * factor).With("device"u8, device).With("direction"u8, "write"u8);
            }
        }
    }

    private void WriteSeconds(HostPoints points, HostMetric metric, Column column)
    {
        if (points.Begin(metric))
        {
            foreach (var (device, counts) in _disks)
            {
                points.Add(Seconds(counts[(int)column])).With("device"u8, device);
            }
        }
    }

    /// <summary>The counts of a disk.</summary>
    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct Counts
    {
        public const int Length = (int)Column.WeightedTime + 1;

        private long _first;
    }
}
