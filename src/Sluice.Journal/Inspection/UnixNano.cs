namespace Sluice.Journal;

/// <summary>Nanoseconds since 1970, as groups carry them.</summary>
internal static class UnixNano
{
    public static long Of(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>The time, or null for 0, which stands for none.</summary>
    public static DateTimeOffset? ToTime(long unixNano) => unixNano == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(unixNano / 100);
}
