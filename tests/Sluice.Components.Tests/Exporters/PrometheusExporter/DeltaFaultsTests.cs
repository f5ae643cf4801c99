using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Deltas that cannot be added, beside others that can.</summary>
public sealed class DeltaFaultsTests : IAsyncDisposable
{
    private readonly PrometheusBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(double.NaN, true)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, true)]
    [InlineData(double.NegativeInfinity, false)]
    [InlineData(-0.5, true)]
    public void A_delta_that_cannot_be_added_leaves_the_sum_as_it_is(double delta, bool monotonic)
    {
        Add(Sum("d", monotonic: monotonic, temporality: AggregationTemporality.Delta, points: Point(5.5, 10)));
        var batch = _bench.Add(Request("s", "i", Sum("d", monotonic: monotonic, temporality: AggregationTemporality.Delta, points: [Point(delta, 20), Point(1, 30)])));
        Assert.EndsWith(" 6.5", Assert.Single(_bench.Samples("d")), StringComparison.Ordinal);
        Assert.Equal(1, LeftOut("malformed"));
        Assert.Equal("a delta that is infinite or no number, or negative in a sum that only goes up", Assert.Single(batch.Rejections).Reason);
        Assert.Equal(
            "A data point of d of job \"s\", instance \"i\", scope \"lib\" is left out, and its metric goes to the dead letters: "
            + "a delta that is infinite or no number, or negative in a sum that only goes up",
            Assert.Single(_bench.Fixture.Log));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_delta_histogram_whose_sum_is_no_number_leaves_the_series_as_it_is(double sum)
    {
        Add(Histogram("h", "", AggregationTemporality.Delta, Buckets([1], [1, 2], 9.5, 10)));
        Add(Exponential("e", AggregationTemporality.Delta, new ExponentialHistogramDataPoint { Count = 3, ZeroCount = 3, Sum = 4, TimeUnixNano = 10 }));
        var batch = _bench.Add(Request(
            "s",
            "i",
            Histogram("h", "", AggregationTemporality.Delta, Buckets([1], [1, 0], sum, 20)),
            Exponential("e", AggregationTemporality.Delta, new ExponentialHistogramDataPoint { Count = 1, ZeroCount = 1, Sum = sum, TimeUnixNano = 20 })));
        Assert.Equal(2, batch.Rejections.Count);
        Assert.Equal(2, LeftOut("malformed"));
        Assert.Equal(["h_sum 9.5", "h_count 3"], _bench.Samples("h_")[^2..]);
        Assert.Equal(["e_sum 4", "e_count 3"], _bench.Samples("e_")[^2..]);
    }

    [Fact]
    public void A_replay_of_a_metric_that_was_refused_for_one_delta_does_not_add_the_others_again()
    {
        var segment = _bench.Fixture.Segment(Signal.Metrics, Request(
            "s",
            "i",
            Sum("d", temporality: AggregationTemporality.Delta, points: [Point(1, 10, 1, Text("a", "1")), Point(double.NaN, 10, 1, Text("a", "2")), Point(2, 10, 1, Text("a", "3"))]),
            Sum("whole", temporality: AggregationTemporality.Delta, points: Point(4, 10))));
        Assert.Single(Deliver(segment).Rejections);
        string[] once = ["d_total{a=\"1\"} 1", "d_total{a=\"3\"} 2"];
        Assert.Equal(once, _bench.Samples("d_total"));

        var again = Deliver(segment with { Replay = new ReplayedEntry(segment.Pipeline, segment.FirstRecord, segment.FirstRecord.Plus(1000), 1) });
        Assert.Equal("a delta that is infinite or no number, or negative in a sum that only goes up", Assert.Single(again.Rejections).Reason);
        Assert.Equal(once, _bench.Samples("d_total"));
        Assert.Equal(["whole_total 8"], _bench.Samples("whole"));
    }

    private DeliveryBatch Deliver(DeliverySegment segment)
    {
        var batch = ExporterFixture.Batch(segment);
        _bench.Add(batch);
        return batch;
    }

    private long LeftOut(string reason) => _bench.Fixture.Counts.Of("sluice_prometheus_left_out_points", ("reason", reason));

    private void Add(params IEnumerable<Metric> metrics) => _bench.Add(Request("s", "i", metrics));
}
