namespace Sluice.Journal.Tests.PowerCut;

/// <summary>A consumer and what it has read since it was opened.</summary>
internal sealed class ConsumerReading(IJournalConsumer consumer, OnFull onFull)
{
    public IJournalConsumer Consumer { get; } = consumer;

    public OnFull OnFull { get; } = onFull;

    public string Name => Consumer.Name;

    /// <summary>In order, with how many records of the entry the cursor had covered already.</summary>
    public List<(AttemptEntry Entry, int Settled)> Read { get; } = [];

    /// <summary>Records of entries whose bytes were damaged.</summary>
    public long CorruptRecords { get; set; }

    /// <summary>How much of <see cref="Read"/> the workload has settled.</summary>
    public int Settled { get; set; }
}
