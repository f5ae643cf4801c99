namespace Sluice.Journal;

/// <summary>What the parts of one journal on disk share.</summary>
internal sealed class DiskJournalContext(IJournalFiles files, DiskJournalOptions options, IJournalObserver observer, JournalState state, TailImage tail, TimeProvider time)
{
    /// <summary>Memory that the indexes of sealed segments may take: enough for the segments that a dozen lagging consumers stand in.</summary>
    private const long IndexCapacity = 16 << 20;

    public IJournalFiles Files => files;

    public DiskJournalOptions Options => options;

    public IJournalObserver Observer => observer;

    public Lock Gate => state.Gate;

    public JournalState State => state;

    public TailImage Tail => tail;

    public TimeProvider Time => time;

    public JournalDefects Defects { get; init; } = JournalDefects.None;

    /// <summary>Flushes that were slow.</summary>
    public RecentProblem SlowFlushes { get; } = new(time);

    /// <summary>Reads that failed.</summary>
    public RecentProblem FailedReads { get; } = new(time);

    public SegmentIndexCache Indexes { get; } = new(IndexCapacity);

    public IndexArrays IndexArrays { get; } = new();

    public DiskJournalCounts Counts { get; } = new();

    /// <summary>The number of the group that is being applied, or was last; under the gate.</summary>
    public ulong ApplyingLsn { get; set; }
}
