using Sluice.Configuration;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>When a file is renamed to a backup, and which backups are kept.</summary>
public sealed record FileRotationOptions
{
    /// <summary>The size of a file.</summary>
    [Option("Size at which a new file is begun. A batch is never split, so a file that holds a single batch may be larger.", Unit = "MiB", Min = 1, Max = 1 << 20)]
    public int MaxMegabytes { get; init; } = 100;

    /// <summary>The age of a file.</summary>
    [Option("Age at which a new file is begun, and at which backups are removed, by the time in their names; 0 for any age.", Unit = "days", Min = 0, Max = 36_500)]
    public int MaxDays { get; init; }

    /// <summary>How many backups are kept.</summary>
    [Option("Backups that are kept; 0 for all.", Min = 0)]
    public int MaxBackups { get; init; } = 100;

    /// <summary>Which clock names backups.</summary>
    [Option("Whether the times in the names of backups are local; otherwise they are UTC.", Key = "localtime")]
    public bool LocalTime { get; init; }
}
