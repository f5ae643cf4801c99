namespace Sluice.Components.Exporters.Prometheus;

/// <summary>How much is logged of what many senders may cause at once: twenty causes in each minute of the clock. Thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class LogBudget(TimeProvider time)
{
    private const int PerMinute = 20;

    private readonly Lock _lock = new();
    private long _minute;
    private int _taken;

    /// <summary>Takes one of this minute's.</summary>
    /// <returns>False when none is left.</returns>
    public bool TryTake()
    {
        lock (_lock)
        {
            var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
            if (minute != _minute)
            {
                (_minute, _taken) = (minute, 0);
            }

            return _taken++ < PerMinute;
        }
    }
}
