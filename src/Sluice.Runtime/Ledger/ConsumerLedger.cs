using Sluice.Journal;

namespace Sluice.Runtime.Ledger;

/// <summary>
/// What became of one pipeline's records at one exporter, in durable counters that move in the group of the cursor:
/// <c>subscribed = delivered + duplicate + dead_lettered + dropped + corrupt + pending</c>, where the journal itself counts
/// subscribed, dropped, pending, and those of the corrupt that were gone when it was opened.
/// </summary>
public sealed class ConsumerLedger
{
    /// <summary>Opens the counters of an exporter for one of its pipelines.</summary>
    public ConsumerLedger(IJournal journal, string consumer, JournalTopic pipeline)
    {
        Consumer = consumer;
        Pipeline = pipeline;
        Delivered = Open("delivered");
        Duplicate = Open("duplicate");
        DeadLettered = Open("dead_lettered");
        Corrupt = Open("corrupt");

        JournalCounter Open(string name) => journal.OpenCounter($"consumer/{consumer}/{pipeline.Name}/{name}");
    }

    /// <summary>The exporter's id.</summary>
    public string Consumer { get; }

    /// <summary>The pipeline's topic.</summary>
    public JournalTopic Pipeline { get; }

    /// <summary>Records the destination took.</summary>
    public JournalCounter Delivered { get; }

    /// <summary>Records the destination had already.</summary>
    public JournalCounter Duplicate { get; }

    /// <summary>Records the destination refuses for good.</summary>
    public JournalCounter DeadLettered { get; }

    /// <summary>Records whose bytes could no longer be read.</summary>
    public JournalCounter Corrupt { get; }
}
