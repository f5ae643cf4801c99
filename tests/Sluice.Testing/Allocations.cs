namespace Sluice.Testing;

/// <summary>Measures what code allocates on the heap.</summary>
public static class Allocations
{
    /// <summary>
    /// The least bytes that one of <paramref name="rounds"/> runs allocated on this thread, after one run that lets tables and buffers grow. The
    /// least, since now and then the runtime itself allocates on a thread (code compiled again, a pool trimmed after a collection): what the code
    /// allocates each time is in every run.
    /// </summary>
    public static long Least(Action round, int rounds = 50)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < rounds && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <inheritdoc cref="Least"/>
    /// <remarks>For rounds that complete without waiting: what another thread allocates is not seen.</remarks>
    public static async Task<long> LeastAsync<T>(Func<ValueTask<T>> round, int rounds = 50)
    {
        await round();
        var least = long.MaxValue;
        for (var i = 0; i < rounds && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            await round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
