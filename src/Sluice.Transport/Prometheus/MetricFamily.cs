using System.Diagnostics.Metrics;

namespace Sluice.Transport.Prometheus;

/// <summary>One metric of the exposition: the series of all instruments of one name.</summary>
internal sealed class MetricFamily(string name, string help, MetricKind kind, bool observed, double[] bounds)
{
    private static readonly double[] SecondBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] ByteBounds =
        [256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20];

    private static readonly double[] OtherBounds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000];

    public string Name { get; } = name;

    public string Help { get; } = help;

    public MetricKind Kind { get; } = kind;

    /// <summary>Its values are asked for at each collection; what is not given then is gone.</summary>
    public bool Observed { get; } = observed;

    public double[] Bounds { get; } = bounds;

    public MetricSeriesTable Series { get; } = new(bounds);

    public static MetricFamily For(Instrument instrument)
    {
        var kind = KindOf(instrument);
        return new MetricFamily(
            MetricNames.ToExposition(instrument.Name, instrument.Unit, kind),
            instrument.Description ?? "",
            kind,
            instrument.IsObservable,
            kind == MetricKind.Histogram ? BoundsOf(instrument) : []);
    }

    public static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
        {
            return MetricKind.Counter;
        }

        return type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }

    /// <summary>Counts a measurement. Up-down counters and gauges are both gauges here, but the first add and the second set.</summary>
    public void Measure(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long generation)
    {
        var series = Series.Get(tags);
        if (Kind == MetricKind.Histogram)
        {
            series.Record(value);
        }
        else if (Observed || IsGauge(instrument))
        {
            series.Set(value, generation);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <inheritdoc cref="Measure(Instrument, long, ReadOnlySpan{KeyValuePair{string, object?}}, long)"/>
    public void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long generation)
    {
        var series = Series.Get(tags);
        if (Kind == MetricKind.Histogram)
        {
            series.Record(value);
        }
        else if (Observed || IsGauge(instrument))
        {
            series.Set(value, generation);
        }
        else
        {
            series.Add(value);
        }
    }

    private static bool IsGauge(Instrument instrument) =>
        instrument is Gauge<long> or Gauge<double> or Gauge<int> or Gauge<float> or Gauge<short> or Gauge<byte> or Gauge<decimal>;

    private static double[] BoundsOf(Instrument instrument)
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
            : instrument.Unit switch { "s" => SecondBounds, "By" => ByteBounds, _ => OtherBounds };
    }
}
