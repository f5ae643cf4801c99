using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Says how full the file system is that is mounted somewhere; null where that cannot be said.</summary>
/// <param name="path">The path, with a zero at the end.</param>
internal delegate FilesystemUsage? FilesystemProbe(ReadOnlySpan<byte> path);

/// <summary>File systems (<c>proc(5)</c>: <c>/proc/[pid]/mountinfo</c>; <c>statvfs(3)</c>).</summary>
internal sealed class FilesystemScraper : IHostScraper
{
    private static readonly HostMetric Usage = new("system.filesystem.usage", "Space by use.", "By", HostMetricKind.UpDownSum);
    private static readonly HostMetric Inodes = new("system.filesystem.inodes.usage", "Inodes by use.", "{inodes}", HostMetricKind.UpDownSum);
    private static readonly HostMetric Utilization = new("system.filesystem.utilization", "Part of the space that is used, of what everybody may use.", "1", HostMetricKind.Gauge, isOptional: true);

    private readonly bool _withVirtual;
    private readonly NameFilter _devices;
    private readonly NameFilter _types;
    private readonly NameFilter _mountPoints;
    private readonly FilesystemProbe _probe;
    private readonly List<Mount> _mounts = [];

    /// <param name="options">Which are measured.</param>
    /// <param name="probe">What tells the space; by default the kernel.</param>
    public FilesystemScraper(FilesystemOptions options, FilesystemProbe? probe = null)
    {
        _withVirtual = options.IncludeVirtualFilesystems;
        _devices = NameFilter.Of(options.IncludeDevices?.Devices, options.IncludeDevices?.MatchType, options.ExcludeDevices?.Devices, options.ExcludeDevices?.MatchType);
        _types = NameFilter.Of(options.IncludeFsTypes?.FsTypes, options.IncludeFsTypes?.MatchType, options.ExcludeFsTypes?.FsTypes, options.ExcludeFsTypes?.MatchType);
        _mountPoints = NameFilter.Of(
            options.IncludeMountPoints?.MountPoints, options.IncludeMountPoints?.MatchType, options.ExcludeMountPoints?.MountPoints, options.ExcludeMountPoints?.MatchType);
        _probe = probe ?? FilesystemUsage.Of;
    }

    public IReadOnlyList<HostMetric> Metrics => [Usage, Inodes, Utilization];

    public void Scrape(HostFiles files, HostPoints points)
    {
        Read(files);
        if (points.Begin(Usage))
        {
            foreach (var mount in _mounts)
            {
                mount.Add(points, mount.Usage.Used).With("state"u8, "used"u8);
                mount.Add(points, mount.Usage.Free).With("state"u8, "free"u8);
                mount.Add(points, mount.Usage.Reserved).With("state"u8, "reserved"u8);
            }
        }

        if (points.Begin(Inodes))
        {
            foreach (var mount in _mounts)
            {
                mount.Add(points, mount.Usage.InodesUsed).With("state"u8, "used"u8);
                mount.Add(points, mount.Usage.InodesFree).With("state"u8, "free"u8);
            }
        }

        if (points.Begin(Utilization))
        {
            foreach (var mount in _mounts)
            {
                // As df shows it: what is kept for the system counts neither as used nor as free.
                if (mount.Usage.Used + mount.Usage.Free is > 0 and var all)
                {
                    mount.Add(points, mount.Usage.Used / (double)all);
                }
            }
        }
    }

    private static List<byte[]> TypesWithDevice(HostFiles files)
    {
        var types = new List<byte[]>();
        var text = files.Read("/proc/filesystems"u8);
        while (Fields.TryLine(ref text, out var line))
        {
            if (!line.StartsWith("nodev"u8))
            {
                types.Add(line.Trim(" \t"u8).ToArray());
            }
        }

        return types;
    }

    private void Read(HostFiles files)
    {
        _mounts.Clear();
        var withDevice = _withVirtual ? [] : TypesWithDevice(files);

        // The first process sees the host's mounts; where it may not be read, the own are what there is.
        var text = files.TryRead("/proc/1/mountinfo"u8, out var content) == 0 ? content : files.Read("/proc/self/mountinfo"u8);
        while (Fields.TryLine(ref text, out var line))
        {
            Read(line, withDevice, files.RootUtf8);
        }
    }

    /// <summary>Reads a line: number, number of the parent, device numbers, root, mount point, options, any other fields, a dash, type, device, options.</summary>
    private void Read(ReadOnlySpan<byte> line, List<byte[]> withDevice, ReadOnlySpan<byte> root)
    {
        var fields = new Fields(line);
        fields.Skip(4);
        var (mountPoint, mode) = (Unescaped(fields.Next()), Mode(fields.Next()));
        while (!fields.Next().SequenceEqual("-"u8))
        {
        }

        var type = Unescaped(fields.Next());
        var device = Unescaped(fields.Next());

        // What is mounted over another hides it: the path leads to the last.
        var hidden = _mounts.FindIndex(mount => mount.MountPoint.AsSpan().SequenceEqual(mountPoint));
        if (hidden >= 0)
        {
            _mounts.RemoveAt(hidden);
        }

        if ((_withVirtual || withDevice.Exists(known => known.AsSpan().SequenceEqual(type))) && _devices.Takes(device) && _types.Takes(type) && _mountPoints.Takes(mountPoint)
            && _probe([.. root, .. mountPoint, 0]) is { } usage)
        {
            _mounts.Add(new Mount(device, mode, mountPoint, type, usage));
        }
    }

    private static byte[] Mode(ReadOnlySpan<byte> options)
    {
        foreach (var range in options.Split((byte)','))
        {
            if (options[range].SequenceEqual("rw"u8) || options[range].SequenceEqual("ro"u8))
            {
                return options[range].ToArray();
            }
        }

        return [.. "unknown"u8];
    }

    private static byte[] Unescaped(ReadOnlySpan<byte> field) => Fields.Unescape(field, new byte[field.Length]).ToArray();

    /// <summary>A file system where it is mounted.</summary>
    private sealed record Mount(byte[] Device, byte[] Mode, byte[] MountPoint, byte[] Type, FilesystemUsage Usage)
    {
        public HostPoints Add(HostPoints points, long value) => Describe(points.Add(value));

        public HostPoints Add(HostPoints points, double value) => Describe(points.Add(value));

        private HostPoints Describe(HostPoints points) =>
            points.With("device"u8, Device).With("mode"u8, Mode).With("mountpoint"u8, MountPoint).With("type"u8, Type);
    }
}
