namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>The types of metrics that are exposed.</summary>
public enum SeriesType
{
    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>A value that only grows, but for resets.</summary>
    Counter,

    /// <summary>Counts of observations by value.</summary>
    Histogram,

    /// <summary>Quantiles of observations.</summary>
    Summary,

    /// <summary>Facts in labels, with the value 1.</summary>
    Info,
}
