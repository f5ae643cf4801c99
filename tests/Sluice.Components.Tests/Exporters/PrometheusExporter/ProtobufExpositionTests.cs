using Io.Prometheus.Client;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Runtime.Delivery;
using Sluice.Testing;
using Sluice.Transport.Prometheus.Exposition;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Messages, read by a decoder that knows nothing of ours: the classes of the published metrics.proto.</summary>
public sealed class ProtobufExpositionTests : IAsyncDisposable
{
    private const AggregationTemporality Cumulative = AggregationTemporality.Cumulative;

    private readonly PrometheusBench _bench = new(new PrometheusExporterOptions { WithoutScopeInfo = true, SendTimestamps = true });

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>A message of many series is sent before it is complete, behind its length.</summary>
    [Fact]
    public async Task A_metric_of_many_series_is_one_message_all_the_same()
    {
        await using var bench = new PrometheusBench();
        var points = Enumerable.Range(0, 5000).Select(n => Whole(n, 10, 1, Text("n", $"{n}"))).ToList();
        points[0].Flags = 1;
        var stale = points.Select(point => new NumberDataPoint(point) { Flags = 1 });
        bench.Add(Request("s", "i", Sum("a", points: points), Gauge("b", "", Point(1, 10)), Gauge("c", "", stale)));

        var families = bench.Messages();
        Assert.Equal(["target_info", "a_total", "b"], families.Select(family => family.Name));
        Assert.Equal(Enumerable.Range(1, 4999).Select(n => (double)n), families[1].Metric.Select(metric => metric.Counter.Value));
    }

    [Fact]
    public void Every_kind_is_a_message_of_its_own()
    {
        var counter = Whole(42, 10 * Second, 3 * Second, Text("q", "a\"b\\c\nd"), Text("long", new string('x', 300)));
        counter.Exemplars.Add(Exemplar(1.5, (9 * Second) + 5_000_000));
        var histogram = Buckets([0.5, 2], [1, 2, 3], 12.25, 10 * Second, 3 * Second);
        histogram.Exemplars.Add(Exemplar(7.5, 9 * Second));
        var summary = new SummaryDataPoint { Count = 10, Sum = 55.5, TimeUnixNano = 10 * Second };
        summary.QuantileValues.Add(new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 0.99, Value = 7 });
        _bench.Add(Request(
            "s",
            "i",
            Gauge("g", "Cel", Point(-1.5, 10 * Second)),
            Sum("c", "By", points: counter),
            Sum("u", monotonic: false, points: Whole(-3, 10 * Second)),
            Histogram("h", "s", Cumulative, histogram),
            new() { Name = "y", Summary = new OpenTelemetry.Proto.Metrics.V1.Summary { DataPoints = { summary } } }));

        var families = _bench.Messages().ToDictionary(family => family.Name);
        Assert.Equal(["c_bytes_total", "g_celsius", "h_seconds", "target_info", "u", "y"], families.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((MetricType.Gauge, "celsius", "A gauge."), (families["g_celsius"].Type, families["g_celsius"].Unit, families["g_celsius"].Help));
        Assert.Equal((-1.5, 10_000L), (families["g_celsius"].Metric[0].Gauge.Value, families["g_celsius"].Metric[0].TimestampMs));
        Assert.Equal((MetricType.Gauge, -3.0), (families["u"].Type, families["u"].Metric[0].Gauge.Value));
        Assert.Equal(1, families["target_info"].Metric[0].Gauge.Value);

        var c = families["c_bytes_total"];
        Assert.Equal((MetricType.Counter, 42.0, 3L), (c.Type, c.Metric[0].Counter.Value, c.Metric[0].Counter.CreatedTimestamp.Seconds));
        Assert.Equal(
            [("instance", "i"), ("job", "s"), ("long", new string('x', 300)), ("q", "a\"b\\c\nd")], c.Metric[0].Label.Select(label => (label.Name, label.Value)));
        var exemplar = c.Metric[0].Counter.Exemplar;
        Assert.Equal((1.5, 9L, 5_000_000), (exemplar.Value, exemplar.Timestamp.Seconds, exemplar.Timestamp.Nanos));
        Assert.Equal([("trace_id", "0102030405060708090a0b0c0d0e0f10"), ("span_id", "0102030405060708")], exemplar.Label.Select(label => (label.Name, label.Value)));

        var h = families["h_seconds"].Metric[0].Histogram;
        Assert.Equal((6UL, 12.25, 3L, 0), (h.SampleCount, h.SampleSum, h.CreatedTimestamp.Seconds, h.PositiveSpan.Count));
        Assert.Equal([(1UL, 0.5), (3UL, 2.0), (6UL, double.PositiveInfinity)], h.Bucket.Select(bucket => (bucket.CumulativeCount, bucket.UpperBound)));
        Assert.Equal([null, null, 7.5], h.Bucket.Select(bucket => bucket.Exemplar?.Value));

        var y = families["y"].Metric[0].Summary;
        Assert.Equal((MetricType.Summary, 10UL, 55.5, 0.99, 7.0), (families["y"].Type, y.SampleCount, y.SampleSum, y.Quantile[0].Quantile_, y.Quantile[0].Value));
    }

    [Fact]
    public async Task A_start_that_was_the_time_of_the_first_data_point_is_not_exposed()
    {
        _bench.Restart();
        DeliveryBatch Add(ulong time, ulong start) => _bench.Add(Request(
            "s",
            "i",
            Sum("c", points: Whole(7, time * Second, start * Second)),
            Sum("d", temporality: AggregationTemporality.Delta, points: Whole(7, time * Second, start * Second)),
            Histogram("h", "", Cumulative, Buckets([1], [1, 1], 1, time * Second, start * Second))));
        long?[] Starts()
        {
            var families = _bench.Messages().ToDictionary(family => family.Name);
            return
            [
                families["c_total"].Metric[0].Counter.CreatedTimestamp?.Seconds,
                families["d_total"].Metric[0].Counter.CreatedTimestamp?.Seconds,
                families["h"].Metric[0].Histogram.CreatedTimestamp?.Seconds,
            ];
        }

        Add(5, 5);
        Assert.Equal([null, null, null], Starts());
        await _bench.SaveAsync(Add(6, 5));
        Assert.Equal([null, null, null], Starts());

        // That the start of a sum is not known outlives a restart.
        _bench.Restart();
        Add(7, 5);
        Assert.Null(Starts()[1]);

        // Another start is known; that of deltas stays the earliest.
        Add(9, 8);
        Assert.Equal([8L, null, 8L], Starts());
        Add(10, 8);
        Assert.Equal([8L, null, 8L], Starts());
    }

    [Fact]
    public void An_exponential_histogram_is_a_native_one()
    {
        var point = new ExponentialHistogramDataPoint
        {
            Count = 25,
            Sum = 12,
            Scale = 2,
            ZeroCount = 1,
            ZeroThreshold = 0.25,
            Positive = new() { Offset = -3, BucketCounts = { 5, 0, 0, 3, 0, 0, 0, 2 } },
            Negative = new() { Offset = 1, BucketCounts = { 10, 4 } },
            TimeUnixNano = 10 * Second,
        };
        point.Exemplars.Add(Exemplar(0.8, 9 * Second));
        _bench.Add(Request("s", "i", Exponential("e", Cumulative, point)));

        var native = Native("e");
        Assert.Equal((25UL, 12.0, 2, 0.25, 1UL, 0), (native.SampleCount, native.SampleSum, native.Schema, native.ZeroThreshold, native.ZeroCount, native.Bucket.Count));

        // Two empty buckets are cheaper than another run; three are not. Runs begin a bucket later than in OpenTelemetry's counting.
        Assert.Equal([(-2, 4U), (3, 1U)], native.PositiveSpan.Select(span => (span.Offset, span.Length)));
        Assert.Equal([5L, -5, 0, 3, -1], native.PositiveDelta);
        Assert.Equal([(2, 2U)], native.NegativeSpan.Select(span => (span.Offset, span.Length)));
        Assert.Equal([10L, -6], native.NegativeDelta);
        Assert.Equal(0.8, Assert.Single(native.Exemplars).Value);
    }

    [Fact]
    public void One_without_observations_is_told_by_an_empty_run()
    {
        _bench.Add(Request("s", "i", Exponential("e", Cumulative, new ExponentialHistogramDataPoint { TimeUnixNano = 10 })));
        var span = Assert.Single(Native("e").PositiveSpan);
        Assert.Equal((0, 0U), (span.Offset, span.Length));
    }

    [Theory]
    [InlineData(-5, 0, 6UL, 6UL)]
    [InlineData(0, 0, 7UL, 6UL)]
    [InlineData(0, int.MaxValue - 1, 6UL, 0UL)]
    public void What_native_histograms_have_no_place_for_has_classic_buckets(int scale, int offset, ulong count, ulong finite)
    {
        var point = new ExponentialHistogramDataPoint { Count = count, Sum = 5, Scale = scale, Positive = new() { Offset = offset, BucketCounts = { 2, 4 } }, TimeUnixNano = 10 };
        _bench.Add(Request("s", "i", Exponential("e", Cumulative, point)));
        var classic = Native("e");
        Assert.Empty(classic.PositiveSpan);
        Assert.Equal((count, double.PositiveInfinity), (classic.Bucket[^1].CumulativeCount, classic.Bucket[^1].UpperBound));
        Assert.Equal(finite, classic.Bucket[^2].CumulativeCount);
    }

    [Fact]
    public async Task Any_buckets_are_counted_at_the_same_place()
    {
        var random = new Random(RandomSeed.Value);
        for (var number = 0; number < 300; number++)
        {
            var scale = random.Next(-4, 15);
            var (positive, negative) = (AnyBuckets(random), AnyBuckets(random));
            var total = (ulong)positive.BucketCounts.Concat(negative.BucketCounts).Sum(count => (long)count);
            await using var bench = new PrometheusBench(_bench.Options);
            bench.Add(Request("s", "i", Exponential(
                "e", Cumulative, new ExponentialHistogramDataPoint { Count = total, Sum = 1, Scale = scale, Positive = positive, Negative = negative, TimeUnixNano = 10 })));
            var native = bench.Messages().Single(family => family.Name == "e").Metric[0].Histogram;
            Assert.Equal(Math.Min(scale, 8), native.Schema);
            Assert.Equal(Expected(positive, scale), Found(native.PositiveSpan, native.PositiveDelta));
            Assert.Equal(Expected(negative, scale), Found(native.NegativeSpan, native.NegativeDelta));
        }
    }

    [Fact]
    public async Task Names_are_as_the_scraper_wants_them()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { TranslationStrategy = NameStrategy.NoTranslation, WithoutScopeInfo = true });
        bench.Add(Request("s", "i", Gauge("a.\"b\\n", "s", Point(1, 10, 1, Text("k\\n\"x", "v")))));
        var utf8 = bench.Messages(NameEscaping.AllowUtf8).Single(family => family.Name != "target_info");
        Assert.Equal(("a.\"b\\n", "k\\n\"x"), (utf8.Name, utf8.Metric[0].Label[^1].Name));
        var escaped = bench.Messages().Single(family => family.Name != "target_info");
        Assert.Equal(("a__b_n", "k_n_x"), (escaped.Name, escaped.Metric[0].Label[^1].Name));
    }

    [Fact]
    public void A_metric_of_many_pieces_of_memory_has_its_length_before_it()
    {
        _bench.Add(Request("s", "i", Gauge("g", "", Enumerable.Range(0, 10_000).Select(n => Point(n, 10, 1, Text("n", $"{n}"))))));
        var family = _bench.Messages().Single(family => family.Name == "g");
        Assert.True(family.CalculateSize() > 1 << 18);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(n => (double)n), family.Metric.Select(metric => metric.Gauge.Value));
    }

    private static ExponentialHistogramDataPoint.Types.Buckets AnyBuckets(Random random)
    {
        var buckets = new ExponentialHistogramDataPoint.Types.Buckets { Offset = random.Next(-400, 400) };
        buckets.BucketCounts.AddRange(Enumerable.Range(0, random.Next(0, 60)).Select(_ => random.Next(3) == 0 ? (ulong)random.Next(1, 1000) : 0));
        return buckets;
    }

    private static SortedDictionary<int, long> Expected(ExponentialHistogramDataPoint.Types.Buckets buckets, int scale)
    {
        var expected = new SortedDictionary<int, long>();
        for (var i = 0; i < buckets.BucketCounts.Count; i++)
        {
            if (buckets.BucketCounts[i] > 0)
            {
                var index = (int)Math.Floor((buckets.Offset + i) / Math.Pow(2, Math.Max(0, scale - 8))) + 1;
                expected[index] = expected.GetValueOrDefault(index) + (long)buckets.BucketCounts[i];
            }
        }

        return expected;
    }

    private static SortedDictionary<int, long> Found(IReadOnlyList<BucketSpan> spans, IReadOnlyList<long> deltas)
    {
        var found = new SortedDictionary<int, long>();
        var (index, next, count) = (0, 0, 0L);
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var left = span.Length; left > 0; left--, index++)
            {
                count += deltas[next++];
                if (count > 0)
                {
                    found.Add(index, count);
                }
            }
        }

        Assert.Equal(deltas.Count, next);
        return found;
    }

    private Io.Prometheus.Client.Histogram Native(string name) => _bench.Messages().Single(family => family.Name == name).Metric[0].Histogram;
}
