namespace Sluice.Journal;

/// <summary>
/// What one consumer has to do with one topic, counted in records over the journal's life. It outlives an unsubscription, so that
/// <c>Subscribed = Settled + Dropped + Pending</c> holds at every moment and no record goes uncounted.
/// </summary>
internal sealed class Subscription(JournalTopic topic)
{
    public JournalTopic Topic { get; } = topic;

    /// <summary>Whether the consumer reads the topic now.</summary>
    public bool Active { get; set; }

    /// <summary>Entries from here on are the consumer's; earlier ones, still in the log for others, are not.</summary>
    public RecordId From { get; set; }

    /// <summary>Set during an opening, until what is already in the log has been counted.</summary>
    public bool IsNew { get; set; }

    public long Subscribed { get; set; }

    public long Settled { get; set; }

    public long Dropped { get; set; }

    public long Pending => Subscribed - Settled - Dropped;
}
