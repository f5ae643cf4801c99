namespace Sluice.Runtime.Delivery;

/// <summary>Exponential waits with jitter, as <c>retry_on_failure</c> describes them. Without I/O or a clock.</summary>
internal struct Backoff(RetryOptions options, Random random)
{
    private double _seconds;

    /// <summary>The next wait; a wait that the destination asked for counts when it is longer.</summary>
    public TimeSpan Next(TimeSpan? retryAfter)
    {
        _seconds = _seconds == 0
            ? options.InitialInterval.TotalSeconds
            : Math.Min(_seconds * options.Multiplier, options.MaxInterval.TotalSeconds);
        var jitter = options.RandomizationFactor * ((2 * random.NextDouble()) - 1);
        var wait = TimeSpan.FromSeconds(_seconds * (1 + jitter));
        return retryAfter > wait ? retryAfter.Value : wait;
    }
}
