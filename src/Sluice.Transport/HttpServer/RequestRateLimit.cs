namespace Sluice.Transport.HttpServer;

/// <summary>
/// Lets a number of requests through per second, and up to that number at once after a pause. The generic cell rate algorithm: all of its
/// state is one number, when the next request would come if all came evenly. Thread-safe, without locks.
/// </summary>
public sealed class RequestRateLimit
{
    private readonly TimeProvider _time;
    private readonly long _interval;
    private readonly long _burst;
    private long _next;

    /// <summary>Begins with a full second's worth.</summary>
    /// <param name="perSecond">Requests per second, at least 1.</param>
    /// <param name="time">The clock.</param>
    public RequestRateLimit(int perSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond, 1);
        _time = time;
        _interval = Math.Max(1, time.TimestampFrequency / perSecond);
        _burst = _interval * (perSecond - 1);
        _next = time.GetTimestamp();
    }

    /// <summary>Whether one more request may come now; it is counted when it may.</summary>
    public bool TryTake()
    {
        while (true)
        {
            var next = Volatile.Read(ref _next);
            var now = _time.GetTimestamp();
            if (next - now > _burst)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _next, Math.Max(next, now) + _interval, next) == next)
            {
                return true;
            }
        }
    }
}
