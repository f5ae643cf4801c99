using System.Diagnostics;

namespace Sluice.Journal.Benchmarks;

/// <summary>Senders, each of which has one group under way: it builds it, commits it, and begins the next one when it is answered.</summary>
internal sealed class Writers(Subject subject, int count, Latencies? latencies = null)
{
    /// <summary>Groups between two moves of the settling cursor: about 4 MiB.</summary>
    private const int SettleEvery = (4 << 20) / Payload.Size;

    private readonly byte[] _payload = Payload.Create();
    private long _left;
    private long _deadline;
    private long _written;

    /// <summary>Writes for the length of a round.</summary>
    /// <returns>Groups written.</returns>
    public Task<long> RunAsync() =>
        RunAsync(long.MaxValue, Stopwatch.GetTimestamp() + (long)(Rounds.Length.TotalSeconds * Stopwatch.Frequency));

    /// <summary>Writes so many bytes of entries.</summary>
    /// <returns>Groups written.</returns>
    public Task<long> WriteAsync(long bytes) => RunAsync(bytes / Payload.Size, long.MaxValue);

    private async Task<long> RunAsync(long groups, long deadline)
    {
        _left = groups;
        _deadline = deadline;
        _written = 0;
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(WriteAsync))).ConfigureAwait(false);
        return _written;
    }

    private async Task WriteAsync()
    {
        while (Interlocked.Decrement(ref _left) >= 0 && Stopwatch.GetTimestamp() is var start && start < _deadline)
        {
            var first = Subject.Committed(await subject.WriteAsync(_payload).ConfigureAwait(false)).FirstRecord;
            latencies?.Add(Stopwatch.GetTimestamp() - start);
            if (Interlocked.Increment(ref _written) % SettleEvery == 0 && subject.Settles)
            {
                await subject.SettleAsync(first).ConfigureAwait(false);
            }
        }
    }
}
