using OpenTelemetry.Proto.Metrics.V1;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>How a series is written.</summary>
internal enum WrittenAs
{
    Counter,
    CounterOfDeltas,
    UpDown,
    UpDownOfDeltas,
    Gauge,
    Histogram,
    HistogramOfDeltas,
    Exponential,
    ExponentialOfDeltas,
}

/// <summary>Who writes one series, and begins anew now and then as something else: with a later start, as a process does that is restarted.</summary>
/// <param name="name">The name of the metric.</param>
/// <param name="attribute">What tells its series from others of the metric.</param>
/// <param name="kinds">As what it may be written.</param>
internal sealed class ChangingWriter(string name, string attribute, WrittenAs[] kinds)
{
    private ulong _start;
    private ulong _last;
    private long _value;
    private double _bound;

    /// <summary>The name of the metric.</summary>
    public string Name => name;

    /// <summary>As what it is written now.</summary>
    public WrittenAs Kind { get; private set; }

    /// <summary>Whether it is written as deltas now.</summary>
    public bool IsDelta => Kind is WrittenAs.CounterOfDeltas or WrittenAs.UpDownOfDeltas or WrittenAs.HistogramOfDeltas or WrittenAs.ExponentialOfDeltas;

    /// <summary>The value of its last data point.</summary>
    public long Value => _value;

    /// <summary>Whether its last data point said that there is none.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Changes when nothing that was written before can be a part of what is shown.</summary>
    public (WrittenAs Kind, double Bound) Shape => (Kind, Kind == WrittenAs.HistogramOfDeltas ? _bound : 0);

    /// <summary>Its next data point.</summary>
    public Metric Next(Random random, ulong time)
    {
        var isNew = _start == 0 || random.Next(6) == 0;
        if (isNew)
        {
            Kind = kinds[random.Next(kinds.Length)];
            (_start, _last, _value, _bound) = (time - 1, time - 1, 0, random.Next(1, 3));
        }

        var start = IsDelta ? _last : _start;
        if (IsDelta && !isNew && random.Next(20) == 0)
        {
            // It does not know it.
            start = time;
        }

        _last = time;
        IsStale = random.Next(12) == 0;
        var flags = IsStale ? 1u : 0;
        _value = random.Next(1, 1 << 20) + (IsDelta || Kind == WrittenAs.Gauge ? 0 : _value);
        var isDown = Kind is WrittenAs.UpDown or WrittenAs.UpDownOfDeltas && random.Next(2) == 0;
        var temporality = IsDelta ? AggregationTemporality.Delta : AggregationTemporality.Cumulative;
        if (Kind is WrittenAs.Histogram or WrittenAs.HistogramOfDeltas)
        {
            var buckets = Buckets([_bound], [(ulong)_value, 0], _value, time, start);
            buckets.Flags = flags;
            buckets.Attributes.Add(Text("a", attribute));
            return Histogram(name, "", temporality, buckets);
        }

        if (Kind is WrittenAs.Exponential or WrittenAs.ExponentialOfDeltas)
        {
            return Exponential(name, temporality, new ExponentialHistogramDataPoint
            {
                Count = (ulong)_value,
                Sum = _value,
                Scale = random.Next(-1, 4),
                Positive = new() { Offset = random.Next(-20, 20), BucketCounts = { (ulong)_value } },
                TimeUnixNano = time,
                StartTimeUnixNano = start,
                Flags = flags,
                Attributes = { Text("a", attribute) },
            });
        }

        var number = Whole(isDown ? -_value : _value, time, start, Text("a", attribute));
        number.Flags = flags;
        return Kind == WrittenAs.Gauge
            ? Gauge(name, "", number)
            : Sum(name, monotonic: Kind is WrittenAs.Counter or WrittenAs.CounterOfDeltas, temporality: temporality, points: number);
    }
}
