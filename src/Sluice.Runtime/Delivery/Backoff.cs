namespace Sluice.Runtime.Delivery;

/// <summary>Exponential waits with jitter, as <c>retry_on_failure</c> describes them. Without I/O or a clock.</summary>
internal struct Backoff(RetryOptions options, Random random)
{
    /// <summary>No wait is longer, whatever is configured or asked for: a wrong number must not stop an exporter for good.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private double _seconds;

    /// <summary>The next wait; a wait that the destination asked for counts when it is longer.</summary>
    public TimeSpan Next(TimeSpan? retryAfter)
    {
        _seconds = Math.Min(
            _seconds == 0 ? options.InitialInterval.TotalSeconds : _seconds * options.Multiplier,
            Math.Min(options.MaxInterval.TotalSeconds, Longest.TotalSeconds / 2));
        var jitter = options.RandomizationFactor * ((2 * random.NextDouble()) - 1);
        var wait = TimeSpan.FromSeconds(_seconds * (1 + jitter));
        return retryAfter > wait ? TimeSpan.FromTicks(Math.Min(retryAfter.Value.Ticks, Longest.Ticks)) : wait;
    }
}
