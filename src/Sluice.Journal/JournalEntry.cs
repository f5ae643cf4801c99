namespace Sluice.Journal;

/// <summary>One entry as a consumer reads it; its bytes are in the buffer that was handed to the read.</summary>
/// <param name="Topic">Where it was written.</param>
/// <param name="FirstRecord">The id of its first record; the others follow.</param>
/// <param name="RecordCount">How many records it holds.</param>
/// <param name="SettledRecords">How many of its first records the cursor already covers: more than 0 only for the first entry after an opening or a seek.</param>
/// <param name="ReceivedUnixNano">When its group was received, in nanoseconds since 1970.</param>
/// <param name="ContextLength">How many bytes of the group's context precede the entry's own bytes in the buffer.</param>
public readonly record struct JournalEntry(
    JournalTopic Topic, RecordId FirstRecord, int RecordCount, int SettledRecords, long ReceivedUnixNano, int ContextLength)
{
    /// <summary>The position behind it.</summary>
    public RecordId End => FirstRecord.Plus(RecordCount);

    /// <summary>The bytes are damaged or cannot be read, and none were appended: there is nothing left of its records but their number.</summary>
    public bool IsCorrupt { get; init; }
}
