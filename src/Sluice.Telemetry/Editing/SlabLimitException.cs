namespace Sluice.Telemetry.Editing;

/// <summary>The edits of one view take more memory than <see cref="TelemetryPool.SlabLimit"/>. The same request would fail again.</summary>
public sealed class SlabLimitException : EditException
{
    internal SlabLimitException(long needed, long limit)
        : base($"The edited records of one request take {needed} bytes, above the limit of {limit}: send smaller requests, or add less to each record.")
    {
        Needed = needed;
        Limit = limit;
    }

    /// <summary>Bytes of edited records with the edit that was refused.</summary>
    public long Needed { get; }

    /// <summary>Bytes allowed.</summary>
    public long Limit { get; }
}
