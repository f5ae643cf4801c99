namespace Sluice.Journal.Benchmarks;

/// <summary>Counts flushes, and prints what an operator should know: figures of a journal in trouble mean nothing.</summary>
internal sealed class FlushCounter : IJournalObserver
{
    private long _flushes;
    private long _groups;

    public void OnNotice(JournalNoticeLevel level, string message)
    {
        if (level != JournalNoticeLevel.Information)
        {
            Console.WriteLine($"{level}: {message}");
        }
    }

    public void OnFlush(int groups, long bytes, TimeSpan duration)
    {
        Interlocked.Increment(ref _flushes);
        Interlocked.Add(ref _groups, groups);
    }

    /// <summary>Groups per flush since the last call.</summary>
    public double TakeGroupsPerFlush()
    {
        var flushes = Interlocked.Exchange(ref _flushes, 0);
        var groups = Interlocked.Exchange(ref _groups, 0);
        return flushes == 0 ? 0 : (double)groups / flushes;
    }
}
