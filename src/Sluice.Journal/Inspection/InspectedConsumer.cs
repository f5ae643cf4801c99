namespace Sluice.Journal;

/// <summary>One consumer as the files know it.</summary>
public sealed record InspectedConsumer
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The topics it reads.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>All records of its topics before this one are settled.</summary>
    public required RecordId Cursor { get; init; }

    /// <summary>Bytes of entries that it has not settled.</summary>
    public required long LagBytes { get; init; }

    /// <summary>Records that it has not settled.</summary>
    public required long LagRecords { get; init; }

    /// <summary>Seconds since the oldest of them was received; 0 without any.</summary>
    public required double LagSeconds { get; init; }

    /// <summary>Bytes it may lag; null without a limit of its own.</summary>
    public long? MaxLag { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    public required OnFull OnFull { get; init; }

    /// <summary>Records dropped, over the journal's life.</summary>
    public required long DroppedRecords { get; init; }

    /// <summary>Records that were gone when the journal was opened, over its life; those that an opening would miss now are in it.</summary>
    public required long LostRecords { get; init; }

    /// <summary>
    /// Since when nobody has read it; null when it was open when the files were last written. Closings reach the files with snapshots only.
    /// </summary>
    public DateTimeOffset? OrphanSince { get; init; }
}
