using Sluice.Buffers;
using Sluice.Configuration;
using Sluice.Journal;

namespace Sluice.Runtime.Graph;

/// <summary><c>service::journal</c>: where the journal is, its limits and its habits.</summary>
public sealed record JournalServiceOptions : IValidatableOptions
{
    private static readonly string[] OnlyOnDisk = ["directory", "sync", "sync_interval", "retention", "orphan_retention"];

    /// <summary>On disk or in memory.</summary>
    [Option("Where it is: disk, where what was acknowledged outlives the process, or memory, where it does not.")]
    public JournalKind Type { get; init; } = JournalKind.Disk;

    /// <summary>Where the files are; relative to the data directory.</summary>
    [Option("The directory of its files, for itself alone; a relative path is in the data directory. Only on disk.")]
    public string Directory { get; init; } = "journal";

    /// <summary>Bytes it may hold; null for the default of its kind.</summary>
    [Option(
        "Bytes it may hold; what exporters have not delivered counts. Absent: on disk 10GiB, or a fifth of the space that is free and its own if "
        + "that is less; in memory 128MiB.",
        Min = 1 << 20)]
    public ByteSize? MaxSize { get; init; }

    /// <summary>The largest group.</summary>
    [Option("The largest group: one request, once for every pipeline that takes it.", Min = 1 << 16, Max = 1 << 30)]
    public ByteSize MaxGroupSize { get; init; } = ByteSize.MiB(32);

    /// <summary>How long a request waits for space.</summary>
    [Option("How long a request waits for space before it is refused.", Min = 0, Max = 86400)]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory of each exporter for what it has read and not settled.</summary>
    [Option("Memory of each exporter for what it has read and not yet settled.", Min = 1 << 16)]
    public ByteSize ConsumerWindow { get; init; } = ByteSize.MiB(32);

    /// <summary>When writes are flushed.</summary>
    [Option(
        "When writes are flushed to the disk: always (before a request is answered, so that a power cut takes nothing that was acknowledged), "
        + "interval (a power cut takes what was acknowledged within sync_interval), or never (it takes what the system had not yet written). "
        + "The end of the process alone takes nothing in any mode. Only on disk.")]
    public SyncMode Sync { get; init; } = SyncMode.Always;

    /// <summary>The longest that a write stays unflushed.</summary>
    [Option("The longest that a write stays unflushed with sync: interval.", Min = 0.001, Max = 3600)]
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long settled entries are kept.</summary>
    [Option("How long entries are kept for replay after every exporter has settled them; less when their space is needed. Only on disk.", Min = 0)]
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long the backlog of an exporter that is gone is kept.</summary>
    [Option("How long the backlog of an exporter that is no longer configured is kept; then it is dropped and counted. Only on disk.", Min = 0)]
    public TimeSpan OrphanRetention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The directory of the journal's files.</summary>
    /// <param name="dataDirectory">The instance's data directory.</param>
    public string DirectoryIn(string dataDirectory) => Path.Combine(dataDirectory, Directory);

    /// <summary>The limits of a journal in memory.</summary>
    public JournalOptions ForMemory() => Limits(MaxSize?.Bytes ?? new JournalOptions().MaxSize);

    /// <summary>The limits and habits of a journal on disk.</summary>
    /// <param name="defaultMaxSize">Bytes that it may hold if the configuration does not say.</param>
    public DiskJournalOptions ForDisk(long defaultMaxSize) => new()
    {
        Limits = Limits(MaxSize?.Bytes ?? defaultMaxSize) with { OrphanRetention = OrphanRetention },
        Sync = Sync,
        SyncInterval = SyncInterval,
        Retention = Retention,
    };

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Type == JournalKind.Memory)
        {
            ValidateMemory(context);
        }
        else
        {
            ValidateDisk(context);
        }
    }

    private void ValidateMemory(OptionsValidation context)
    {
        foreach (var key in OnlyOnDisk.Where(context.IsSet))
        {
            context.Error(key, "has no meaning for a journal in memory", "remove it, or set type: disk");
        }

        // The journal in memory keeps a twentieth for its own groups, and takes a large group in one piece of its pool.
        var maxSize = new ByteSize(ForMemory().MaxSize);
        var room = maxSize.Bytes - (maxSize.Bytes / 20);
        var taken = BufferPool.CapacityFor((int)Math.Min(MaxGroupSize.Bytes, int.MaxValue));
        if (taken > room)
        {
            context.Error(
                "max_group_size",
                $"a group of {MaxGroupSize} takes {new ByteSize(taken)}, and of max_size, which is {maxSize}, requests get {new ByteSize(room)}",
                "lower it, or raise max_size");
        }
    }

    private void ValidateDisk(OptionsValidation context)
    {
        if (string.IsNullOrWhiteSpace(Directory))
        {
            context.Error("directory", "is empty", "name a directory, or remove the key for journal in the data directory");
        }

        if (context.IsSet("sync_interval") && Sync != SyncMode.Interval)
        {
            context.Error("sync_interval", $"has no meaning with sync: {Sync.ToString().ToLowerInvariant()}", "remove it, or set sync: interval");
        }

        if (MaxGroupSize.Bytes > DiskJournalOptions.LargestGroupSize)
        {
            context.Error(
                "max_group_size", "is more than a file of a journal on disk can hold", $"set at most {new ByteSize(DiskJournalOptions.LargestGroupSize)}, or type: memory");
        }
        else if (MaxSize is { } maxSize && maxSize.Bytes < DiskJournalOptions.SmallestMaxSizeFor((int)MaxGroupSize.Bytes))
        {
            context.Error(
                "max_size",
                $"is {maxSize}, and a journal on disk is made of at least four files, each of which holds a group of max_group_size, which is {MaxGroupSize}",
                $"set at least {new ByteSize(DiskJournalOptions.SmallestMaxSizeFor((int)MaxGroupSize.Bytes))}, or lower max_group_size");
        }
    }

    private JournalOptions Limits(long maxSize) => new()
    {
        MaxSize = maxSize,
        MaxGroupSize = (int)MaxGroupSize.Bytes,
        MaxWait = MaxWait,
    };
}
