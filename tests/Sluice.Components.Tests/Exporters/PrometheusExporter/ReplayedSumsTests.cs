using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Records that come again after a kill, of which the state that was saved tells more already than they do.</summary>
public sealed class ReplayedSumsTests : IAsyncDisposable
{
    private const AggregationTemporality Delta = AggregationTemporality.Delta;

    private readonly PrometheusBench _bench = new();

    public ReplayedSumsTests() => _bench.Restart();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_histogram_of_other_buckets_that_comes_again_replaces_none_that_has_begun_earlier_since()
    {
        await AddAndSaveAsync(Request("s", "i", OfCount(100, 11, start: 10)));
        var refused = Batch(Request("s", "i", Histogram("x", "", Delta, Buckets([1], [1, 0], 1, 12, start: 8))));
        var earlier = Batch(Request("s", "i", OfCount(5, 13, start: 5)));
        await AddSaveAndKillAsync(refused, earlier);
        Assert.Equal(["x_count 105"], _bench.Samples("x_count"));
    }

    [Fact]
    public async Task A_histogram_of_other_buckets_that_comes_again_replaces_none_that_has_become_stale_since()
    {
        await AddAndSaveAsync(Request("s", "i", OfCount(100, 11, start: 10)));
        var refused = Batch(Request("s", "i", Histogram("x", "", Delta, Buckets([1], [1, 0], 1, 12, start: 8))));
        var stale = Batch(Request("s", "i", Exponential("x", Delta, new ExponentialHistogramDataPoint { TimeUnixNano = 13, StartTimeUnixNano = 11, Flags = 1 })));
        await AddSaveAndKillAsync(refused, stale);
        _bench.Add(Request("s", "i", OfCount(5, 14, start: 13)));
        Assert.Equal(["x_count 105"], _bench.Samples("x_count"));
    }

    [Fact]
    public async Task What_is_replaced_is_forgotten_with_the_cursor_and_not_before()
    {
        await AddAndSaveAsync(Request("s", "i", OfCount(100, 11, start: 1)));
        var last = Batch(Request("s", "i", OfCount(5, 16, start: 15)));
        var other = Batch(Request("s", "i", Histogram("x", "", Delta, Buckets([1], [7, 0], 1, 17, start: 10))));
        for (var committed = 0; committed < 5; committed++)
        {
            _bench.Add(last);
            _bench.Add(other);
            Assert.Equal(["x_count 7"], _bench.Samples("x_count"));
            var changes = _bench.TakeChanges(other, size: 1);
            await _bench.Fixture.CommitAsync(changes[..Math.Min(committed, changes.Count)]);
            changes[Math.Min(committed, changes.Count)..].ForEach(lost => lost.Dispose());
            _bench.Restart();
        }

        Assert.Equal(["x_count 7"], _bench.Samples("x_count"));
        await AddAndSaveAsync(Request("s", "i", Gauge("g", "", Point(1, 20))));
        Assert.Equal(4, _bench.SavedEntries);
    }

    [Fact]
    public async Task A_sum_does_not_expire_before_its_delta_has_come_again()
    {
        static ExportMetricsServiceRequest Of(params IEnumerable<string> names) =>
            Request("s", "i", names.Select(name => Sum(name, temporality: Delta, points: Whole(5, 10))));

        await AddAndSaveAsync(Of("x"));
        _bench.Fixture.Time.Advance(TimeSpan.FromSeconds(290));
        await AddAndSaveAsync(Of("y"));
        _bench.Fixture.Time.Advance(TimeSpan.FromSeconds(5));
        var (first, second) = (Batch(Of("y")), Batch(Of("x")));
        _bench.Add(first);
        _bench.Add(second);
        Assert.Equal(["x_total 10"], _bench.Samples("x_total"));

        // Nothing of it was committed, and there is much that comes again before it.
        _bench.Fixture.IsCaughtUp = () => false;
        _bench.Restart();
        _bench.Add(first);
        _bench.Fixture.Time.Advance(TimeSpan.FromSeconds(60));
        _bench.Add(Of("z"));
        _bench.Restart();
        _bench.Add(first);
        _bench.Fixture.Time.Advance(TimeSpan.FromSeconds(60));
        _bench.Add(second);
        Assert.Equal(["x_total 10"], _bench.Samples("x_total"));

        _bench.Fixture.IsCaughtUp = () => true;
        Assert.NotEqual("", _bench.Text());
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("", _bench.Text());
    }

    [Fact]
    public async Task A_sum_whose_delta_does_not_come_again_expires_when_all_has_come()
    {
        static ExportMetricsServiceRequest Of(string name) => Request("s", "i", Sum(name, temporality: Delta, points: Whole(5, 10)));

        await AddAndSaveAsync(Of("x"));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(4));
        await AddAndSaveAsync(Of("y"));
        _bench.Fixture.IsCaughtUp = () => false;
        _bench.Restart();
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(30));
        _bench.Add(Of("y"));
        _bench.Fixture.IsCaughtUp = () => true;
        Assert.Equal(["x_total 5"], _bench.Samples("x_total"));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(_bench.Samples("x_total"));
        Assert.Equal(["y_total 10"], _bench.Samples("y_total"));
    }

    [Fact]
    public async Task A_histogram_that_begins_anew_begins_later_whatever_its_deltas_say()
    {
        static Metric Of(double bound, ulong count, ulong time, ulong start) => Histogram("x", "", Delta, Buckets([bound], [count, 0], 1, time * Second, start * Second));

        await AddAndSaveAsync(Request("s", "i", Of(1, 100, 12, start: 10)));
        Assert.Equal((100ul, 10L), Begun());
        await AddAndSaveAsync(Request("s", "i", Of(2, 5, 11, start: 9)));
        Assert.Equal((5ul, 12L), Begun());

        // What comes late was counted before by the sender, and here after it began anew.
        await AddAndSaveAsync(Request("s", "i", Of(2, 1, 12, start: 8)));
        Assert.Equal((6ul, 12L), Begun());
        _bench.Restart();
        await AddAndSaveAsync(Request("s", "i", Of(2, 1, 12, start: 8)));
        Assert.Equal((7ul, 12L), Begun());

        await AddAndSaveAsync(Request("s", "i", OfCount(3, 14 * Second, start: 13 * Second)));
        await AddAndSaveAsync(Request("s", "i", OfCount(1, 14 * Second, start: 11 * Second)));
        Assert.Equal((4ul, 13L), Begun());
    }

    [Fact]
    public void A_histogram_that_takes_the_place_of_another_begins_later_than_any_start_that_this_one_had()
    {
        _bench.Add(Request("s", "i", OfCount(100, 12 * Second, start: 11 * Second)));
        Assert.Equal((100ul, 11L), Begun());
        _bench.Add(Request("s", "i", OfCount(1, 10 * Second, start: 8 * Second)));
        _bench.Add(Request("s", "i", Histogram("x", "", Delta, Buckets([1], [5, 0], 1, 11 * Second, start: 9 * Second))));
        Assert.Equal((5ul, 12L), Begun());
    }

    [Theory]
    [InlineData(Delta)]
    [InlineData(AggregationTemporality.Cumulative)]
    public void A_histogram_takes_the_place_of_one_of_other_buckets_that_was_silent_for_two_minutes(AggregationTemporality temporality)
    {
        Metric Of(ulong second) => Histogram("x", "", temporality, Buckets([1], [5, 0], 1, second * Second, start: 1));

        _bench.Add(Request("s", "i", OfCount(100, 100 * Second, start: 1)));
        _bench.Add(Request("s", "i", Of(220)));
        Assert.Equal(["x_count 100"], _bench.Samples("x_count"));
        _bench.Add(Request("s", "i", Of(221)));
        Assert.Equal(["x_count 5"], _bench.Samples("x_count"));
    }

    private (ulong Count, long Start) Begun()
    {
        var histogram = _bench.Messages().Single(family => family.Name == "x").Metric.Single().Histogram;
        return (histogram.SampleCount, histogram.CreatedTimestamp.Seconds);
    }

    private static Metric OfCount(ulong count, ulong time, ulong start) => Exponential("x", Delta, new ExponentialHistogramDataPoint
    {
        Count = count,
        TimeUnixNano = time,
        StartTimeUnixNano = start,
        Positive = new() { BucketCounts = { count } },
    });

    private DeliveryBatch Batch(ExportMetricsServiceRequest request) => ExporterFixture.Batch(_bench.Fixture.Segment(Signal.Metrics, request));

    /// <summary>Of what is added all sums are saved, and the cursor is not.</summary>
    private async Task AddSaveAndKillAsync(params DeliveryBatch[] batches)
    {
        foreach (var batch in batches)
        {
            _bench.Add(batch);
        }

        await _bench.SaveAsync(batches[^1]);
        var once = _bench.Text();
        _bench.Restart();
        Array.ForEach(batches, _bench.Add);
        Assert.Equal(once, _bench.Text());
    }

    private async Task AddAndSaveAsync(ExportMetricsServiceRequest request) => await _bench.SaveAsync(_bench.Add(request));
}
