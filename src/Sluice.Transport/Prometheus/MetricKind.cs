namespace Sluice.Transport.Prometheus;

/// <summary>The metric types of the text format that we write.</summary>
public enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>Counts of measurements in fixed buckets.</summary>
    Histogram,
}
