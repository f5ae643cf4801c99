namespace Sluice.Store;

/// <summary>A range of event time in nanoseconds since 1970; records without a time of their own count at the time of their receipt.</summary>
/// <param name="From">First nanosecond of the range.</param>
/// <param name="To">First nanosecond behind the range.</param>
public readonly record struct TimeRange(long From, long To)
{
    /// <summary>No limit.</summary>
    public static TimeRange All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>Whether it limits nothing.</summary>
    public bool IsAll => From == long.MinValue && To == long.MaxValue;
}
