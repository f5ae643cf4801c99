namespace Sluice.Journal;

/// <summary>
/// What one consumer has to do with one topic, counted in records over the journal's life. It outlives an unsubscription, so that
/// <c>Subscribed = Settled + Dropped + Lost + Pending</c> holds at every moment and no record goes uncounted.
/// </summary>
internal sealed class Subscription(JournalTopic topic)
{
    /// <summary>An end that no record reaches.</summary>
    public static readonly RecordId NoEnd = new(ulong.MaxValue, ulong.MaxValue);

    public JournalTopic Topic { get; } = topic;

    /// <summary>Whether the consumer reads the topic now.</summary>
    public bool Active { get; set; }

    /// <summary>Entries from here on are the consumer's; earlier ones, still in the log for others, are not.</summary>
    public RecordId From { get; set; }

    /// <summary>Entries that begin here or behind are not the consumer's; <see cref="NoEnd"/> when it never ends.</summary>
    public RecordId Until { get; set; } = NoEnd;

    /// <summary>During an opening: entries from here on are in the log and not yet counted as subscribed.</summary>
    public RecordId UncountedFrom { get; set; } = NoEnd;

    /// <summary>During an opening: its end is before the one it had.</summary>
    public bool IsCutBack { get; set; }

    public long Subscribed { get; set; }

    public long Settled { get; set; }

    public long Dropped { get; set; }

    /// <summary>Records that it had not settled and that cannot be read any more, because the log lost their bytes.</summary>
    public long Lost { get; set; }

    /// <summary>Unsettled records whose entries are there: as many as are pending, unless a recovery found fewer and has not counted them yet.</summary>
    public long Present { get; set; }

    public long Pending => Subscribed - Settled - Dropped - Lost;

    public bool Reads(RecordId record) => Active && record >= From && record < Until;
}
