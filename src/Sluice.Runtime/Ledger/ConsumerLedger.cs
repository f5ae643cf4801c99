using Sluice.Journal;

namespace Sluice.Runtime.Ledger;

/// <summary>
/// What became of one topic's records at one exporter (a pipeline's, or those of replays), in durable counters that move in the group of the cursor:
/// <c>subscribed = delivered + duplicate + rejected + dead_lettered + dropped + corrupt + pending</c>, where the journal itself counts
/// subscribed, dropped, pending, and those of the corrupt that were gone when it was opened.
/// </summary>
public sealed class ConsumerLedger
{
    /// <summary>Opens the counters of an exporter for one of its topics.</summary>
    public ConsumerLedger(IJournal journal, string consumer, JournalTopic topic)
    {
        Consumer = consumer;
        Topic = topic;
        Delivered = Open("delivered");
        Duplicate = Open("duplicate");
        Rejected = Open("rejected");
        DeadLettered = Open("dead_lettered");
        Corrupt = Open("corrupt");

        JournalCounter Open(string name) => journal.OpenCounter($"consumer/{consumer}/{topic.Name}/{name}");
    }

    /// <summary>The exporter's id.</summary>
    public string Consumer { get; }

    /// <summary>The topic.</summary>
    public JournalTopic Topic { get; }

    /// <summary>Records the destination took.</summary>
    public JournalCounter Delivered { get; }

    /// <summary>Records the destination had already.</summary>
    public JournalCounter Duplicate { get; }

    /// <summary>Records the destination refused of batches that it took, without saying which.</summary>
    public JournalCounter Rejected { get; }

    /// <summary>Records the destination refuses for good.</summary>
    public JournalCounter DeadLettered { get; }

    /// <summary>Records whose bytes could no longer be read.</summary>
    public JournalCounter Corrupt { get; }

    /// <summary>The account as it stands, together with what the journal counts.</summary>
    internal ConsumerLedgerLine Read(IJournalConsumer consumer) => new(
        Consumer,
        consumer.SubscribedRecords(Topic),
        Delivered.Value,
        Duplicate.Value,
        Rejected.Value,
        DeadLettered.Value,
        consumer.DroppedRecords(Topic),
        Corrupt.Value + consumer.LostRecords(Topic),
        consumer.PendingRecords(Topic));
}
