namespace Sluice.Telemetry;

/// <summary>Points in time in the unit of OTLP: nanoseconds since 1970, as a signed 64-bit integer until the year 2262.</summary>
public static class UnixTime
{
    /// <summary>The nanoseconds since 1970 of a point in time, whatever its offset.</summary>
    public static long ToNano(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;

    /// <summary>The point in time of nanoseconds since 1970, in UTC, to the tick before.</summary>
    public static DateTimeOffset ToDateTimeOffset(long unixNano) => DateTimeOffset.UnixEpoch.AddTicks(unixNano / TimeSpan.NanosecondsPerTick);
}
