using Sluice.Journal;

namespace Sluice.Runtime.Delivery;

/// <summary>Where records stand in the journal that are delivered again, under the ids that they had at first.</summary>
public sealed class ReplayedEntry
{
    private readonly RecordId _firstRecord;
    private readonly RecordId _position;

    /// <summary>Creates it.</summary>
    /// <param name="topic">The topic of the replay.</param>
    /// <param name="firstRecord">The id of the entry's first record.</param>
    /// <param name="position">The place of this record in the journal now.</param>
    /// <param name="appendedUnixNano">When it was appended, in nanoseconds since 1970.</param>
    public ReplayedEntry(JournalTopic topic, RecordId firstRecord, RecordId position, long appendedUnixNano)
    {
        Topic = topic;
        AppendedUnixNano = appendedUnixNano;
        _firstRecord = firstRecord;
        _position = position;
    }

    /// <summary>The topic of the replay.</summary>
    public JournalTopic Topic { get; }

    /// <summary>When the entry was appended, in nanoseconds since 1970.</summary>
    public long AppendedUnixNano { get; }

    /// <summary>The place in the journal of a record of the entry, given its id.</summary>
    internal RecordId PositionOf(RecordId record) => _position.Plus((long)(record.Sequence - _firstRecord.Sequence));
}
