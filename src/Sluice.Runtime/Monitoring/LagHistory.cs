namespace Sluice.Runtime.Monitoring;

/// <summary>The lag of one consumer, or what the journal holds, over the last minute.</summary>
internal sealed class LagHistory(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    /// <summary>Less says nothing: a batch that comes or goes would look like a trend.</summary>
    private static readonly TimeSpan ShortestSpan = TimeSpan.FromSeconds(5);

    private readonly Queue<(long Time, long Bytes)> _samples = new();

    /// <summary>Adds what the lag is now.</summary>
    /// <returns>Bytes by which it grew each second since the oldest sample, negative when it shrinks; 0 when that is not known yet.</returns>
    public double Add(long bytes)
    {
        var now = time.GetTimestamp();
        while (_samples.TryPeek(out var first) && time.GetElapsedTime(first.Time, now) > Span)
        {
            _samples.Dequeue();
        }

        _samples.Enqueue((now, bytes));
        var oldest = _samples.Peek();
        var elapsed = time.GetElapsedTime(oldest.Time, now);
        return elapsed < ShortestSpan ? 0 : (bytes - oldest.Bytes) / elapsed.TotalSeconds;
    }
}
