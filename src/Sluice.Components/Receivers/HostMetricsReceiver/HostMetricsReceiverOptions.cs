using Sluice.Components.Receivers.HostMetricsReceiver.Host;
using Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;
using Sluice.Configuration;

namespace Sluice.Components.Receivers.HostMetricsReceiver;

/// <summary>Options of the <c>hostmetrics</c> receiver: the Collector's keys and defaults.</summary>
[IgnoredOption("metadata_collection_interval", "the host sends no events of itself")]
public sealed record HostMetricsReceiverOptions : IValidatableOptions
{
    /// <summary>How often is measured.</summary>
    [Option("How often is measured.", Min = 0.1, Max = OptionAttribute.LongestWait)]
    public TimeSpan CollectionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When is measured first.</summary>
    [Option("How long after the start is measured first.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the host's root is; empty for the own.</summary>
    [Option("Where the root of the host is mounted, such as /hostfs in a container; empty for the own.")]
    public string RootPath { get; init; } = "";

    /// <summary>What is measured.</summary>
    [Option("What is measured: each with its name alone, or with options.", Required = true)]
    public ScraperOptions Scrapers { get; init; } = new();

    /// <summary>The scrapers that are configured.</summary>
    internal IReadOnlyList<(string Name, IHostScraper Scraper, MetricsOptions Options)> CreateScrapers()
    {
        var list = new List<(string, IHostScraper, MetricsOptions)>();
        Add("cpu", Scrapers.Cpu, _ => new CpuScraper());
        Add("load", Scrapers.Load, options => new LoadScraper(options.CpuAverage));
        Add("system", Scrapers.System, _ => new SystemScraper());
        Add("memory", Scrapers.Memory, _ => new MemoryScraper());
        Add("paging", Scrapers.Paging, _ => new PagingScraper());
        Add("disk", Scrapers.Disk, options => new DiskScraper(NameFilter.Of(options.Include?.Devices, options.Include?.MatchType, options.Exclude?.Devices, options.Exclude?.MatchType)));
        Add("filesystem", Scrapers.Filesystem, options => new FilesystemScraper(options));
        Add("network", Scrapers.Network, options => new NetworkScraper(NameFilter.Of(options.Include?.Interfaces, options.Include?.MatchType, options.Exclude?.Interfaces, options.Exclude?.MatchType)));
        Add("processes", Scrapers.Processes, _ => new ProcessesScraper());
        Add("process", Scrapers.Process, options => new ProcessScraper(options));
        return list;

        void Add<TOptions>(string name, TOptions? options, Func<TOptions, IHostScraper> create)
            where TOptions : MetricsOptions
        {
            if (options is not null)
            {
                list.Add((name, create(options), options));
            }
        }
    }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (context.IsFaulty("scrapers"))
        {
            return;
        }

        var scrapers = CreateScrapers();
        if (scrapers.Count == 0)
        {
            context.Error("scrapers", "nothing is measured", "name at least one, such as cpu: and memory:");
        }

        foreach (var (name, scraper, options) in scrapers)
        {
            foreach (var unknown in options.Metrics.Keys.Except(scraper.Metrics.Select(metric => metric.Name)))
            {
                context.Error($"scrapers::{name}::metrics", $"this version does not measure \"{unknown}\"", $"there are {string.Join(", ", scraper.Metrics.Select(metric => metric.Name))}");
            }
        }

        foreach (var unknown in (Scrapers.Process?.ResourceAttributes.Keys ?? []).Except(ProcessAttributes.Names))
        {
            context.Error("scrapers::process::resource_attributes", $"there is no \"{unknown}\"", $"there are {string.Join(", ", ProcessAttributes.Names)}");
        }
    }
}

/// <summary>What is measured; what has no key is not.</summary>
[UnsupportedOption("nfs", "this version does not measure it")]
public sealed record ScraperOptions
{
    /// <summary>Processors.</summary>
    [Option("Time that processors spent.")]
    public MetricsOptions? Cpu { get; init; }

    /// <summary>Load.</summary>
    [Option("Processes that run or wait to, on average.")]
    public LoadOptions? Load { get; init; }

    /// <summary>The machine as a whole.</summary>
    [Option("How long the machine has been running.")]
    public MetricsOptions? System { get; init; }

    /// <summary>Memory.</summary>
    [Option("Memory by use.")]
    public MetricsOptions? Memory { get; init; }

    /// <summary>Paging.</summary>
    [Option("Swap space, and pages that were moved.")]
    public MetricsOptions? Paging { get; init; }

    /// <summary>Disks.</summary>
    [Option("What was read from disks and written to them.")]
    public DiskOptions? Disk { get; init; }

    /// <summary>File systems.</summary>
    [Option("Space of file systems.")]
    public FilesystemOptions? Filesystem { get; init; }

    /// <summary>Network.</summary>
    [Option("What network interfaces sent and received, and TCP connections.")]
    public NetworkOptions? Network { get; init; }

    /// <summary>Processes in all.</summary>
    [Option("How many processes there are, by status.")]
    public MetricsOptions? Processes { get; init; }

    /// <summary>Each process.</summary>
    [Option("Time, memory and reads and writes of each process, with a resource for each.")]
    public ProcessOptions? Process { get; init; }
}

/// <summary>Which metrics of a scraper there are.</summary>
public record MetricsOptions
{
    /// <summary>Metrics that are switched on or off.</summary>
    [Option("Metrics that are switched on or off, by name; those that the Collector leaves off are off.")]
    public IReadOnlyDictionary<string, MetricSwitch> Metrics { get; init; } = new Dictionary<string, MetricSwitch>();
}

/// <summary>Whether a metric is measured.</summary>
public sealed record MetricSwitch
{
    /// <summary>Whether it is.</summary>
    [Option("Whether it is measured.")]
    public bool Enabled { get; init; } = true;
}

/// <summary>Load.</summary>
public sealed record LoadOptions : MetricsOptions
{
    /// <summary>Whether it is divided by the processors.</summary>
    [Option("Whether the load is divided by the number of processors.")]
    public bool CpuAverage { get; init; }
}

/// <summary>Disks.</summary>
public sealed record DiskOptions : MetricsOptions
{
    /// <summary>Disks that are measured.</summary>
    [Option("Which disks are measured; absent, all.")]
    public DeviceMatch? Include { get; init; }

    /// <summary>Disks that are not.</summary>
    [Option("Which disks are not measured.")]
    public DeviceMatch? Exclude { get; init; }
}

/// <summary>Network.</summary>
public sealed record NetworkOptions : MetricsOptions
{
    /// <summary>Interfaces that are measured.</summary>
    [Option("Which interfaces are measured; absent, all.")]
    public InterfaceMatch? Include { get; init; }

    /// <summary>Interfaces that are not.</summary>
    [Option("Which interfaces are not measured.")]
    public InterfaceMatch? Exclude { get; init; }
}

/// <summary>File systems.</summary>
public sealed record FilesystemOptions : MetricsOptions
{
    /// <summary>Whether those without a device are measured.</summary>
    [Option("Whether file systems without a device, such as tmpfs, are measured.")]
    public bool IncludeVirtualFilesystems { get; init; }

    /// <summary>By device.</summary>
    [Option("Which devices are measured; absent, all.")]
    public DeviceMatch? IncludeDevices { get; init; }

    /// <summary>By device.</summary>
    [Option("Which devices are not measured.")]
    public DeviceMatch? ExcludeDevices { get; init; }

    /// <summary>By type.</summary>
    [Option("Which types of file systems are measured; absent, all.")]
    public FsTypeMatch? IncludeFsTypes { get; init; }

    /// <summary>By type.</summary>
    [Option("Which types of file systems are not measured.")]
    public FsTypeMatch? ExcludeFsTypes { get; init; }

    /// <summary>By mount point.</summary>
    [Option("Which mount points are measured; absent, all.")]
    public MountPointMatch? IncludeMountPoints { get; init; }

    /// <summary>By mount point.</summary>
    [Option("Which mount points are not measured.")]
    public MountPointMatch? ExcludeMountPoints { get; init; }
}

/// <summary>Each process.</summary>
public sealed record ProcessOptions : MetricsOptions
{
    /// <summary>Processes that are measured.</summary>
    [Option("Which processes are measured, by the name of their program; absent, all.")]
    public NameMatch? Include { get; init; }

    /// <summary>Processes that are not.</summary>
    [Option("Which processes are not measured.")]
    public NameMatch? Exclude { get; init; }

    /// <summary>Attributes of resources.</summary>
    [Option("Attributes of the resources of processes that are switched on or off, by name.")]
    public IReadOnlyDictionary<string, AttributeSwitch> ResourceAttributes { get; init; } = new Dictionary<string, AttributeSwitch>();

    /// <summary>How long a process has to run.</summary>
    [Option("How long a process has to run before it is measured.", Min = 0)]
    public TimeSpan ScrapeProcessDelay { get; init; }

    /// <summary>All of the following.</summary>
    [Option("Whether it is not told, once, that something of processes cannot be read.")]
    public bool MuteProcessAllErrors { get; init; }

    /// <summary>Whether it is not told that processes cannot be read at all.</summary>
    [Option("The same for processes that cannot be read at all.")]
    public bool MuteProcessNameError { get; init; }

    /// <summary>Whether it is not told that the path of a program cannot be read.</summary>
    [Option("The same for the path of their program.")]
    public bool MuteProcessExeError { get; init; }

    /// <summary>Whether it is not told that reads and writes cannot be read.</summary>
    [Option("The same for what they read and write.")]
    public bool MuteProcessIoError { get; init; }

    /// <summary>Whether it is not told that a user has no name.</summary>
    [Option("The same for users without a name.")]
    public bool MuteProcessUserError { get; init; }

    /// <summary>Whether it is not told that a cgroup cannot be read.</summary>
    [Option("The same for their cgroup.")]
    public bool MuteProcessCgroupError { get; init; }
}

/// <summary>Whether a resource has an attribute.</summary>
public sealed record AttributeSwitch
{
    /// <summary>Whether it has.</summary>
    [Option("Whether resources have it.")]
    public bool Enabled { get; init; } = true;
}
