using Sluice.Journal;

namespace Sluice.Runtime.Ledger;

/// <summary>
/// What became of the records offered to one pipeline, in durable counters that move in the group of the records themselves:
/// <c>accepted = filtered + sampled_out + rejected + committed</c>, exactly, after every commit and every restart.
/// </summary>
public sealed class PipelineLedger
{
    /// <summary>Opens the counters of a pipeline.</summary>
    public PipelineLedger(IJournal journal, string pipeline)
    {
        Pipeline = pipeline;
        Accepted = Open("accepted");
        Filtered = Open("filtered");
        SampledOut = Open("sampled_out");
        Rejected = Open("rejected");
        Committed = Open("committed");

        JournalCounter Open(string name) => journal.OpenCounter($"pipeline/{pipeline}/{name}");
    }

    /// <summary>The pipeline's id.</summary>
    public string Pipeline { get; }

    /// <summary>Records offered, refused ones included.</summary>
    public JournalCounter Accepted { get; }

    /// <summary>Records a processor removed by rule.</summary>
    public JournalCounter Filtered { get; }

    /// <summary>Records that sampling left to others to represent.</summary>
    public JournalCounter SampledOut { get; }

    /// <summary>Records refused by themselves in requests that were taken.</summary>
    public JournalCounter Rejected { get; }

    /// <summary>Records in the journal.</summary>
    public JournalCounter Committed { get; }

    /// <summary>Books one request in the group that carries its records.</summary>
    public void Book(JournalGroup group, int filtered, int sampledOut, int rejected, int committed)
    {
        group.AddUnlessZero(Accepted, filtered + sampledOut + rejected + committed);
        group.AddUnlessZero(Filtered, filtered);
        group.AddUnlessZero(SampledOut, sampledOut);
        group.AddUnlessZero(Rejected, rejected);
        group.AddUnlessZero(Committed, committed);
    }
}
