using System.Diagnostics.Metrics;

namespace Sluice.Transport.Prometheus;

/// <summary>One metric of the exposition: the series of all instruments of one name.</summary>
internal sealed class MetricFamily(string name, string help, MetricKind kind, bool observed, double[] bounds)
{
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
            kind == MetricKind.Histogram ? HistogramBounds.Of(instrument) : []);
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
}
