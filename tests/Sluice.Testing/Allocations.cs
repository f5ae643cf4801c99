namespace Sluice.Testing;

/// <summary>
/// Measures what code allocates on the heap: the least bytes that one run of many allocated on this thread. The least, since the runtime
/// allocates too (a pool trimmed after a collection), and so does code that is not compiled to its end yet; what the code allocates each time
/// is in every run.
/// </summary>
public static class Allocations
{
    /// <summary>Reached by a failing test alone: until then compiled code has long been replaced by optimized code, for which tests do not wait (Directory.Build.props).</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Runs <paramref name="round"/> until one run allocates no more than <paramref name="enough"/>, or for a long time.</summary>
    public static long Least(Action round, long enough = 0)
    {
        var least = long.MaxValue;
        for (var start = TimeProvider.System.GetTimestamp(); least > enough && TimeProvider.System.GetElapsedTime(start) < Deadline;)
        {
            least = Math.Min(least, Measure(round));
        }

        return least;
    }

    /// <summary>The least of some runs, to compare others with: those may then go on until they allocate no more.</summary>
    public static long LeastOf(int rounds, Action round)
    {
        var least = long.MaxValue;
        for (var i = 0; i < rounds; i++)
        {
            least = Math.Min(least, Measure(round));
        }

        return least;
    }

    /// <inheritdoc cref="Least"/>
    /// <remarks>For rounds that complete without waiting: what another thread allocates is not seen.</remarks>
    public static async Task<long> LeastAsync<T>(Func<ValueTask<T>> round, long enough = 0)
    {
        var least = long.MaxValue;
        for (var start = TimeProvider.System.GetTimestamp(); least > enough && TimeProvider.System.GetElapsedTime(start) < Deadline;)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            await round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static long Measure(Action round)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        round();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
