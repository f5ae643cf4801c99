namespace Sluice.Transport.Prometheus;

/// <summary>How far ahead of the clock here a sample may be, as in Prometheus: what is later keeps out all that come after it in a database.</summary>
public static class SampleTime
{
    /// <summary>How far that is.</summary>
    public static TimeSpan LongestAhead { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The latest time that a sample may have.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>In milliseconds since 1970.</returns>
    public static long LatestUnixMs(TimeProvider time) => (time.GetUtcNow() + LongestAhead).ToUnixTimeMilliseconds();
}
