namespace Sluice.Journal;

/// <summary>A snapshot of one consumer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cursor">Its durable cursor.</param>
/// <param name="Lag">How far it is behind.</param>
/// <param name="DroppedRecords">Records it lost to <see cref="OnFull.DropOldest"/>.</param>
/// <param name="IsOpen">False for an orphan: nobody reads, and the log is kept for it until its time is over.</param>
public sealed record JournalConsumerStatus(string Name, RecordId Cursor, JournalLag Lag, long DroppedRecords, bool IsOpen)
{
    /// <summary>Records that were gone from the log when the journal was opened: damaged or missing files.</summary>
    public long LostRecords { get; init; }

    /// <summary>Since when nobody reads; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}
