using System.Diagnostics;

namespace Sluice.Load.Sending;

/// <summary>Says when each request of a run is to be sent. Thread-safe.</summary>
internal sealed class Pace
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long? _limit;
    private readonly TimeSpan? _duration;
    private readonly TimeSpan _settling;
    private readonly TimeSpan _interval;
    private long _begun;

    public Pace(LoadSettings settings)
    {
        _limit = settings.Requests;
        _duration = settings.Duration;
        _settling = settings.Settling;
        _interval = settings.RecordsPerSecond is { } rate ? TimeSpan.FromSeconds(settings.RecordsPerRequest / rate) : TimeSpan.Zero;
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Whether the latency of a request counts.</summary>
    /// <param name="start">From when it counts.</param>
    public bool IsSettled(long start) => Stopwatch.GetElapsedTime(_start, start) >= _settling;

    /// <summary>Waits for the time of the next request.</summary>
    /// <returns>
    /// From when its latency counts; null when there is none. A sender that is behind counts from when it should have sent, or a receiver that
    /// stalls would be asked less often while it does; one that had to wait counts from when it really sends, which leaves the timer out of it.
    /// </returns>
    public async ValueTask<long?> NextAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _begun) - 1;
        var due = _interval * number;
        if (number >= _limit || due >= _duration || Elapsed >= _duration || cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        if (_interval == TimeSpan.Zero)
        {
            return Stopwatch.GetTimestamp();
        }

        var wait = due - Elapsed;
        if (wait <= TimeSpan.Zero)
        {
            return _start + (long)(due.TotalSeconds * Stopwatch.Frequency);
        }

        await Task.Delay(wait, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return cancellationToken.IsCancellationRequested ? null : Stopwatch.GetTimestamp();
    }
}
