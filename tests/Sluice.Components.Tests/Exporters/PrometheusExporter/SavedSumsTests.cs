using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Sums of deltas, saved beside the cursor and restored.</summary>
public sealed class SavedSumsTests : IAsyncDisposable
{
    private const AggregationTemporality Delta = AggregationTemporality.Delta;

    private readonly PrometheusBench _bench = new();

    public SavedSumsTests() => _bench.Restart();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Every_kind_of_sum_goes_on_after_a_restart()
    {
        var exponential = new ExponentialHistogramDataPoint
        {
            Count = 10,
            Sum = 12,
            Scale = 1,
            ZeroCount = 1,
            ZeroThreshold = 0.25,
            Positive = new() { Offset = -1, BucketCounts = { 2, 0, 300 } },
            Negative = new() { Offset = 2, BucketCounts = { 3, 1 } },
            TimeUnixNano = 10,
        };
        var request = Request(
            "s",
            "i",
            Sum("d", "s", temporality: Delta, points: [Whole(5, 10, 3, Text("a", "1")), Whole(7, 10, 3, Text("a", "2"))]),
            Sum("u", monotonic: false, temporality: Delta, points: Point(-1.5, 10)),
            Histogram("h", "s", Delta, Buckets([1, 2.5], [1, 2, 3], 9.5, 10)),
            Histogram("n", "s", Delta, new HistogramDataPoint { Count = 4, TimeUnixNano = 10 }),
            Exponential("e", Delta, exponential));
        await AddAndSaveAsync(request);
        var once = _bench.Text();
        _bench.Restart();
        Assert.Equal(once, _bench.Text());

        _bench.Add(request);
        var twice = _bench.Text();
        Assert.Equal(["d_seconds_total{a=\"1\"} 10", "d_seconds_total{a=\"2\"} 14"], _bench.Samples("d_"));
        Assert.Equal(["u -3"], _bench.Samples("u"));
        await using var reference = new PrometheusBench();
        reference.Add(request);
        reference.Add(request);
        Assert.Equal(reference.Text(), twice);
    }

    [Fact]
    public async Task Wherever_it_is_killed_nothing_is_missing_and_nothing_twice()
    {
        await using var reference = new PrometheusBench();
        var random = new Random(RandomSeed.Value);
        List<DeliveryBatch> unsaved = [];
        for (var step = 0; step < 300; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    _bench.Restart();
                    unsaved.ForEach(_bench.Add);
                    break;
                case 1 when unsaved.Count > 0:
                    await _bench.SaveAsync(unsaved[^1]);
                    unsaved.Clear();
                    break;
                default:
                    var batch = ExporterFixture.Batch(_bench.Fixture.Segment(Signal.Metrics, Any(random, step)));
                    unsaved.Add(batch);
                    _bench.Add(batch);
                    reference.Add(batch);
                    break;
            }

            Assert.Equal(reference.Text().Split('\n').Order(StringComparer.Ordinal), _bench.Text().Split('\n').Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_a_part_of_the_changes_covers_is_not_added_again()
    {
        var batch = ExporterFixture.Batch(_bench.Fixture.Segment(Signal.Metrics, Request("s", "i", Sum("d", temporality: Delta, points: Whole(5, 10)))));
        _bench.Add(batch);
        await _bench.SaveAsync(batch);

        // The entries were committed, and the cursor with what followed was not.
        _bench.Restart();
        _bench.Add(batch);
        Assert.Equal(["d_total 5"], _bench.Samples("d_total"));
        _bench.Add(Request("s", "i", Sum("d", temporality: Delta, points: Whole(1, 20))));
        Assert.Equal(["d_total 6"], _bench.Samples("d_total"));
    }

    [Fact]
    public async Task A_sum_that_was_to_expire_outlives_a_kill_if_its_next_delta_comes_again()
    {
        static ExportMetricsServiceRequest Of(params IEnumerable<string> names) =>
            Request("s", "i", names.Select(name => Sum(name, temporality: Delta, points: Whole(5, 10))));

        await AddAndSaveAsync(Of("x"));
        _bench.Fixture.Time.Advance(TimeSpan.FromSeconds(290));
        await AddAndSaveAsync(Of("y"));
        _bench.Fixture.Time.Advance(TimeSpan.FromSeconds(15));
        var batch = _bench.Add(Of("y", "x"));
        Assert.Equal(["x_total 10"], _bench.Samples("x_total"));

        // Of the changes only a part was committed.
        var changes = _bench.TakeChanges(batch, size: 1);
        Assert.Equal(2, changes.Count);
        await _bench.Fixture.CommitAsync(changes[..1]);
        changes[1].Dispose();
        _bench.Restart();
        _bench.Add(batch);
        Assert.Equal(["x_total 10"], _bench.Samples("x_total"));
        Assert.Equal(["y_total 10"], _bench.Samples("y_total"));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("", _bench.Text());
    }

    [Fact]
    public async Task Cumulative_series_are_not_saved_and_one_that_is_taken_over_is_forgotten()
    {
        await AddAndSaveAsync(Request("s", "i", Sum("c", points: Whole(5, 10)), Gauge("g", "", Point(1, 10))));
        Assert.Equal(0, _bench.SavedEntries);
        await AddAndSaveAsync(Request("s", "i", Sum("x", temporality: Delta, points: Whole(5, 10))));
        Assert.Equal(4, _bench.SavedEntries);
        await AddAndSaveAsync(Request("s", "i", Sum("x", points: Whole(50, 20, start: 15))));
        Assert.Equal(0, _bench.SavedEntries);
        Assert.Equal(["x_total 50"], _bench.Samples("x_total"));
    }

    [Fact]
    public async Task What_expires_is_forgotten_and_time_without_a_process_expires_nothing()
    {
        await AddAndSaveAsync(Request("s", "i", Sum("x", temporality: Delta, points: Whole(5, 10))));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(3));
        await AddAndSaveAsync(Request("s", "i", Sum("y", temporality: Delta, points: Whole(5, 10))));
        _bench.Fixture.Time.Advance(TimeSpan.FromDays(1));
        _bench.Restart();
        Assert.Equal(["x_total 5"], _bench.Samples("x_total"));

        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Empty(_bench.Samples("x_total"));
        Assert.Equal(["y_total 5"], _bench.Samples("y_total"));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("", _bench.Text());
        await AddAndSaveAsync(Request("s", "i", Gauge("g", "", Point(1, 10))));
        Assert.Equal(0, _bench.SavedEntries);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_was_set_makes_no_sum_older_or_younger_at_a_restart(int days)
    {
        await AddAndSaveAsync(Request("s", "i", Sum("x", temporality: Delta, points: Whole(5, 10))));
        _bench.Fixture.Time.ShiftWallClock(TimeSpan.FromDays(days));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(3));
        await AddAndSaveAsync(Request("s", "i", Sum("y", temporality: Delta, points: Whole(5, 10))));
        _bench.Restart();
        Assert.Equal(["x_total 5"], _bench.Samples("x_total"));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Empty(_bench.Samples("x_total"));

        // The clock of the sums goes on over further restarts.
        await AddAndSaveAsync(Request("s", "i", Sum("z", temporality: Delta, points: Whole(5, 10))));
        _bench.Restart();
        Assert.Equal(["y_total 5"], _bench.Samples("y_total"));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Empty(_bench.Samples("y_total"));
        Assert.Equal(["z_total 5"], _bench.Samples("z_total"));
    }

    [Fact]
    public async Task Sums_of_several_sources_outlive_the_first_of_them()
    {
        var first = Request("s", "i", Sum("d", temporality: Delta, points: Whole(5, 10)));
        var second = Request("s", "i", Sum("d", temporality: Delta, points: Whole(1, 10)));
        second.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", "2"));
        await AddAndSaveAsync(first);
        for (var minute = 0; minute < 10; minute++)
        {
            _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await AddAndSaveAsync(second);
        }

        _bench.Restart();
        await AddAndSaveAsync(second);
        Assert.Equal(["d_total 16"], _bench.Samples("d_total"));
        await AddAndSaveAsync(first);
        Assert.Equal(["d_total 21"], _bench.Samples("d_total"));
    }

    [Fact]
    public async Task What_the_configuration_has_no_place_for_is_forgotten()
    {
        await AddAndSaveAsync(Request(
            "s", "i", Sum("d", temporality: Delta, points: [Whole(5, 10, 1, Text("a", "1")), Whole(6, 10, 1, Text("a", "2"))])));
        await AddAndSaveAsync(Request("s", "j", Sum("d", temporality: Delta, points: Whole(7, 10))));
        _bench.Options = new PrometheusExporterOptions { MaxSeriesPerMetric = 1, TranslationStrategy = NameStrategy.NoTranslation };
        _bench.Restart();
        Assert.Equal(["d{a=\"1\"} 5"], _bench.Samples("d"));
        await AddAndSaveAsync(Request("s", "i", Gauge("g", "", Point(1, 10))));
        Assert.Equal(4, _bench.SavedEntries);
    }

    /// <summary>A few series of every kind from two instances, so that they meet again and again.</summary>
    private static ExportMetricsServiceRequest Any(Random random, int step)
    {
        var time = (ulong)(step + 1) * Second;
        Metric metric = random.Next(4) switch
        {
            0 => Sum("d", temporality: Delta, points: Enumerable.Range(0, random.Next(1, 5)).Select(_ => Whole(random.Next(100), time, time - 1, Text("a", $"{random.Next(3)}")))),
            1 => Histogram("h", "s", Delta, Buckets(random.Next(10) == 0 ? [3] : [1], [(ulong)random.Next(5), (ulong)random.Next(5)], random.Next(50), time)),
            2 => Exponential("e", Delta, AnyExponential(random, time)),
            _ => Sum("r", temporality: Delta, points: Point(random.Next(1000) / 8.0, time)),
        };
        return Request("s", $"i{random.Next(2)}", metric);
    }

    private static ExponentialHistogramDataPoint AnyExponential(Random random, ulong time)
    {
        var point = new ExponentialHistogramDataPoint { Scale = random.Next(-1, 4), TimeUnixNano = time, Sum = random.Next(9), Positive = new() { Offset = random.Next(-20, 20) } };
        point.Positive.BucketCounts.AddRange(Enumerable.Range(0, random.Next(1, 30)).Select(_ => (ulong)random.Next(3)));
        point.Count = (ulong)point.Positive.BucketCounts.Sum(count => (long)count);
        return point;
    }

    private async Task AddAndSaveAsync(ExportMetricsServiceRequest request) => await _bench.SaveAsync(_bench.Add(request));
}
