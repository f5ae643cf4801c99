namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>The time of the last sample of a series, or of the series of one histogram or summary: samples are sent in the order of time.</summary>
internal sealed class SeriesTime
{
    /// <summary>Later than any sample may be.</summary>
    private const ulong None = ulong.MaxValue;

    /// <summary>Milliseconds since 1970; before all times while there was no sample.</summary>
    public long LastMs => LastUnixNano == None ? long.MinValue : (long)(LastUnixNano / 1_000_000);

    /// <summary>The time of that sample's data point, in nanoseconds since 1970.</summary>
    public ulong LastUnixNano { get; set; } = None;

    /// <summary>The <see cref="PointPrint"/> of that sample.</summary>
    public ulong LastPrint { get; set; }

    /// <summary>Whose sample that was; null for none, and for <c>target_info</c>.</summary>
    public CachedPoint? Writer { get; set; }

    /// <summary>
    /// A start that a data point had as its own time, in milliseconds since 1970: its source does not know it, and those that follow with the same do
    /// not either. 0 while there was none.
    /// </summary>
    public long UnknownStartMs { get; set; }

    /// <summary>When a data point came last, in milliseconds since the encoder was made.</summary>
    public long SeenMs { get; set; }
}
