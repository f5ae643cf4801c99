namespace Sluice.Store.Files;

/// <summary>Times in the store are nanoseconds since 1970 as signed 64-bit integers: until the year 2262.</summary>
internal static class StoreTime
{
    public const long NanosecondsPerMinute = 60_000_000_000;

    /// <summary>The time a record is found by: its own, or that of its receipt if it has none.</summary>
    public static long OfRecord(ulong timeUnixNano, long receivedUnixNano) =>
        timeUnixNano == 0 ? receivedUnixNano : (long)Math.Min(timeUnixNano, long.MaxValue);

    /// <summary>The time of day and date, to 100 ns.</summary>
    public static DateTimeOffset ToDateTime(long unixNano) => DateTimeOffset.UnixEpoch.AddTicks(unixNano / TimeSpan.NanosecondsPerTick);
}
