using Sluice.Telemetry;

namespace Sluice.Runtime;

/// <summary>The clock in the unit of OTLP and of the journal.</summary>
internal static class TimeProviderExtensions
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long GetUnixNano(this TimeProvider time) => UnixTime.ToNano(time.GetUtcNow());
}
