using System.Diagnostics;

namespace Sluice.Journal.Benchmarks;

/// <summary>Durations of single operations, kept in memory made beforehand. Thread-safe.</summary>
internal sealed class Latencies
{
    private readonly long[] _ticks = new long[4 << 20];
    private int _count;

    public void Add(long ticks)
    {
        var index = Interlocked.Increment(ref _count) - 1;
        if (index < _ticks.Length)
        {
            _ticks[index] = ticks;
        }
    }

    /// <summary>The median and the 99th percentile.</summary>
    public (TimeSpan Median, TimeSpan P99) Summarize()
    {
        var sorted = _ticks[..Math.Min(_count, _ticks.Length)];
        Array.Sort(sorted);
        return (Stopwatch.GetElapsedTime(0, Rounds.Percentile(sorted, 0.5)), Stopwatch.GetElapsedTime(0, Rounds.Percentile(sorted, 0.99)));
    }
}
