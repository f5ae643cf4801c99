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
    private long _count;
    private double _bound;

    /// <summary>As what it is written now.</summary>
    public WrittenAs Kind { get; private set; }

    /// <summary>Whether it is written as deltas now.</summary>
    public bool IsDelta => Kind is WrittenAs.CounterOfDeltas or WrittenAs.UpDownOfDeltas or WrittenAs.HistogramOfDeltas or WrittenAs.ExponentialOfDeltas;

    /// <summary>Its next data point.</summary>
    public Metric Next(Random random, ulong time)
    {
        if (_start == 0 || random.Next(6) == 0)
        {
            Kind = kinds[random.Next(kinds.Length)];
            (_start, _last, _value, _count, _bound) = (time - 1, time - 1, 0, 0, random.Next(1, 3));
        }

        var start = IsDelta ? _last : _start;
        if (IsDelta && random.Next(20) == 0)
        {
            start = time;
        }

        _last = time;
        var flags = random.Next(12) == 0 ? 1u : 0;
        var step = random.Next(1, 1 << 20);
        (_value, _count) = IsDelta || Kind == WrittenAs.Gauge ? (step, step) : (_value + step, _count + step);
        var isDown = Kind is WrittenAs.UpDown or WrittenAs.UpDownOfDeltas && random.Next(2) == 0;
        var temporality = IsDelta ? AggregationTemporality.Delta : AggregationTemporality.Cumulative;
        if (Kind is WrittenAs.Histogram or WrittenAs.HistogramOfDeltas)
        {
            var buckets = Buckets([_bound], [(ulong)_count, 0], _value, time, start);
            buckets.Flags = flags;
            buckets.Attributes.Add(Text("a", attribute));
            return Histogram(name, "", temporality, buckets);
        }

        if (Kind is WrittenAs.Exponential or WrittenAs.ExponentialOfDeltas)
        {
            return Exponential(name, temporality, new ExponentialHistogramDataPoint
            {
                Count = (ulong)_count,
                Sum = _value,
                Scale = random.Next(-1, 4),
                Positive = new() { Offset = random.Next(-20, 20), BucketCounts = { (ulong)_count } },
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
