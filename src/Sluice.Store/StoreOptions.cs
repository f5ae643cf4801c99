using Sluice.Store.Sqlite;

namespace Sluice.Store;

/// <summary>Where a store is and how much it keeps.</summary>
public sealed record StoreOptions
{
    /// <summary>Its directory, for itself alone; made when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>How much receive time goes into one file. An hour: long enough for few files, short enough to be dropped whole.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Files whose period ended longer ago are dropped. 7 days.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The oldest files are dropped while all of them are larger than this, in bytes; the file being written stays. 5 GiB.</summary>
    public long MaxSize { get; init; } = 5L << 30;

    /// <summary>
    /// A file ends before its period at this size, in bytes, so that retention by size drops an eighth at a time even if all data came
    /// within one period.
    /// </summary>
    public long MaxFileSize => Math.Max(MaxSize / 8, 1 << 20);

    /// <summary>Called with each connection that is opened for writing records: how tests make a disk full.</summary>
    internal Action<SqliteConnection>? Opened { get; init; }
}
