namespace Sluice.Journal;

/// <summary>How far a consumer is behind the durable end, exactly.</summary>
/// <param name="Bytes">Bytes of entries not yet covered by the cursor.</param>
/// <param name="Records">Records not yet covered by the cursor.</param>
/// <param name="OldestUnixNano">When the oldest of them was received, in nanoseconds since 1970; 0 when there is none.</param>
public readonly record struct JournalLag(long Bytes, long Records, long OldestUnixNano)
{
    /// <summary>Seconds since the oldest was received; 0 when there is none, or the clock was set back.</summary>
    /// <param name="nowUnixNano">The present time, in nanoseconds since 1970.</param>
    public double AgeSeconds(long nowUnixNano) => OldestUnixNano == 0 ? 0 : Math.Max(0, nowUnixNano - OldestUnixNano) / 1e9;
}
