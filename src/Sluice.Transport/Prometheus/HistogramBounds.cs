using System.Diagnostics.Metrics;

namespace Sluice.Transport.Prometheus;

/// <summary>The buckets of our own histograms, the same wherever they are shown.</summary>
public static class HistogramBounds
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] Bytes = [256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20];
    private static readonly double[] Others = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000];

    /// <summary>Upper bounds in ascending order: those that the instrument advises, else by its unit.</summary>
    public static double[] Of(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> h => h.Advice?.HistogramBucketBoundaries,
            Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            _ => null,
        };
        return advised?.Order().ToArray() is { Length: > 0 } bounds
            ? bounds
            : instrument.Unit switch { "s" => Seconds, "By" => Bytes, _ => Others };
    }
}
