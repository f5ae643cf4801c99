using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.StoreExporter;

/// <summary>Options of the <c>store</c> exporter.</summary>
public sealed record StoreExporterOptions : IValidatableOptions, IDeliveryOptions, IPathOwner
{
    /// <summary>Where the store is; empty for a place in the data directory.</summary>
    [Option("Directory of the store, for itself alone. Absent: store in the data directory, or store-NAME for an exporter called store/NAME.")]
    public string Directory { get; init; } = "";

    /// <summary>Receive time per file.</summary>
    [Option("How much receive time goes into one file. Retention drops whole files.", Min = 60, Max = 31 * 86400)]
    public TimeSpan Period { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long files are kept.</summary>
    [Option("Files whose period ended longer ago are dropped.", Min = 60)]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How large the store may grow.</summary>
    [Option("The oldest files are dropped while all of them together are larger.", Min = 8 << 20)]
    public ByteSize MaxSize { get; init; } = ByteSize.MiB(5 * 1024);

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are stored: one transaction per batch.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>What happens when the store cannot be written.</summary>
    [Option("What happens when the store cannot be written, such as while the disk is full.")]
    public RetryOptions RetryOnFailure { get; init; } = new() { InitialInterval = TimeSpan.FromSeconds(1) };

    /// <summary>Bytes it may lag behind.</summary>
    [Option("Bytes of the journal it may lag behind; absent for all of it. Beyond that its oldest records are dropped and counted: it never holds intake back.")]
    public ByteSize? MaxLag { get; init; }

    /// <summary>Where it starts when it is new.</summary>
    [Option("Where it starts when it is new: latest (new records only) or earliest (all that the journal still holds).")]
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <summary>The directory of the store, for the exporter and for those who search it.</summary>
    /// <param name="dataDirectory">The instance's data directory.</param>
    /// <param name="exporterName">What stands behind the slash in the exporter's id; empty when nothing does.</param>
    public string DirectoryIn(string dataDirectory, string exporterName) => Directory.Length > 0
        ? Directory
        : Path.Combine(dataDirectory, exporterName.Length == 0 ? "store" : $"store-{exporterName.Replace('/', '-')}");

    /// <summary>It never holds intake back: beyond <c>max_lag</c> it loses its oldest records.</summary>
    OnFull IDeliveryOptions.OnFull => OnFull.DropOldest;

    string IPathOwner.PathKey => "directory";

    string? IPathOwner.OwnedPath => Directory.Length == 0 ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory));

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (MaxAge < Period)
        {
            context.Error("max_age", "is shorter than period, so that a file would be dropped while it is written", "raise max_age or lower period");
        }

        if (Period.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            context.Error("period", "is not a whole number of seconds", "round it");
        }
    }
}
