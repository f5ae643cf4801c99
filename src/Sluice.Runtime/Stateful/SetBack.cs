namespace Sluice.Runtime.Stateful;

/// <summary>Tells where a clock was set back, for what is given out in steps.</summary>
public static class SetBack
{
    /// <summary>
    /// Whether a time that was reached lies so far ahead that only a clock that was set back explains it: more than two steps. Without that, nothing
    /// is planned more than one step ahead, and what begins again after a crash begins little before the last one.
    /// </summary>
    /// <param name="reachedUnixNano">The latest time that was reached or planned, in nanoseconds since 1970.</param>
    /// <param name="unixNano">The time that came after it.</param>
    /// <param name="interval">How far apart the steps are.</param>
    public static bool Explains(long reachedUnixNano, long unixNano, TimeSpan interval) =>
        reachedUnixNano - unixNano > 2 * interval.Ticks * TimeSpan.NanosecondsPerTick;
}
