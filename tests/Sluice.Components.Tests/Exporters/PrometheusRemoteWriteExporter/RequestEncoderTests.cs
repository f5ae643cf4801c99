using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Prometheus;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;
using Second = Prometheus.RemoteWrite.Proto2;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>What remote write 2.0 has that 1.0 has not. The bench checks every message by the specification.</summary>
public sealed class RequestEncoderTests : IAsyncDisposable
{
    private const ulong Ms = 1_000_000;

    private static readonly PrometheusRemoteWriteExporterOptions Options = EncoderBench.Plain with { ProtobufMessage = RemoteWriteMessage.Request };

    private EncoderBench _bench = new(Options);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void Every_series_has_its_type_its_description_and_its_unit()
    {
        var histogram = Histogram("h", "s", AggregationTemporality.Cumulative, Buckets([1], [1, 2], 9.5, 5 * Ms));
        histogram.Description = "How long.";
        var summary = new SummaryDataPoint { Count = 4, Sum = 10, TimeUnixNano = 5 * Ms, QuantileValues = { new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 0.5, Value = 2 } } };
        _bench.Encode(Request("s", "i", Gauge("g", "By", Point(1, 5 * Ms)), Sum("c", points: Whole(3, 5 * Ms)), Sum("u", monotonic: false, points: Whole(3, 5 * Ms)), histogram, new Metric { Name = "q", Summary = new Summary { DataPoints = { summary } } }));

        Assert.Equal(
            [
                "g_bytes Gauge A gauge. bytes", "c_total Counter  ", "u Gauge  ",
                "h_seconds_sum Histogram How long. seconds", "h_seconds_bucket Histogram How long. seconds", "h_seconds_bucket Histogram How long. seconds", "h_seconds_count Histogram How long. seconds",
                "q_sum Summary  ", "q_count Summary  ", "q Summary  ",
            ],
            _bench.Second.Timeseries.Select(series => $"{Name(series)} {series.Metadata.Type} {Symbol(series.Metadata.HelpRef)} {Symbol(series.Metadata.UnitRef)}"));
    }

    [Fact]
    public void What_is_counted_says_since_when()
    {
        var exponential = new ExponentialHistogramDataPoint { Count = 1, ZeroCount = 1, StartTimeUnixNano = 2 * Ms, TimeUnixNano = 5 * Ms };
        _bench.Encode(Request(
            "s", "i",
            Sum("known", points: Whole(3, 5 * Ms, 2 * Ms)),
            Sum("unknown", points: Whole(3, 5 * Ms, 0)),
            Sum("since_now", points: Whole(3, 5 * Ms, 5 * Ms)),
            Sum("up_and_down", monotonic: false, points: Whole(3, 5 * Ms, 2 * Ms)),
            Sum("ended", points: new NumberDataPoint { Flags = 1, TimeUnixNano = 5 * Ms, StartTimeUnixNano = 2 * Ms }),
            Gauge("g", "", Point(3, 5 * Ms, 2 * Ms)),
            Histogram("h", "", AggregationTemporality.Cumulative, Buckets([1], [1, 2], 9.5, 5 * Ms, 2 * Ms)),
            Exponential("e", AggregationTemporality.Cumulative, exponential)));

        Assert.Equal(
            ["known_total 2", "unknown_total 0", "since_now_total 0", "up_and_down 0", "ended_total 0", "g 0", "h_sum 2", "h_bucket 2", "h_bucket 2", "h_count 2", "e 2"],
            _bench.Second.Timeseries.Select(series => $"{Name(series)} {series.Samples.Select(sample => sample.StartTimestamp).Concat(series.Histograms.Select(one => one.StartTimestamp)).Single()}"));
    }

    [Fact]
    public void A_start_that_was_the_time_of_the_first_data_point_stays_unknown()
    {
        long StartOf(ulong time, ulong start)
        {
            _bench.Encode(Request("s", "i", Sum("c", points: Whole(7, time * Ms, start * Ms))));
            return _bench.Second.Timeseries.SelectMany(series => series.Samples).Select(sample => sample.StartTimestamp).First();
        }

        Assert.Equal((0L, 0L, 0L), (StartOf(5, 5), StartOf(6, 5), StartOf(7, 5)));
        Assert.Equal((8L, 8L), (StartOf(9, 8), StartOf(10, 8)));
    }

    [Fact]
    public void Exemplars_have_a_time_and_their_strings_are_there_once()
    {
        var point = Buckets([1, 10], [1, 1, 1], 9.5, 5 * Ms);
        point.Exemplars.AddRange([Exemplar(1, 4 * Ms), Exemplar(2, 0), new Exemplar { AsDouble = 20, TimeUnixNano = 3 * Ms }]);
        _bench.Encode(Request("s", "i", Histogram("h", "", AggregationTemporality.Cumulative, point)));

        Assert.Equal(
            [(1, 4, "span_id=0102030405060708,trace_id=0102030405060708090a0b0c0d0e0f10"), (2, 5, "span_id=0102030405060708,trace_id=0102030405060708090a0b0c0d0e0f10"), (20, 3, "")],
            _bench.Second.Timeseries.SelectMany(series => series.Exemplars).Select(exemplar => (
                exemplar.Value, exemplar.Timestamp, string.Join(',', exemplar.LabelsRefs.Chunk(2).Select(pair => $"{Symbol(pair[0])}={Symbol(pair[1])}")))));
    }

    [Fact]
    public async Task Histograms_become_native_ones_with_custom_buckets_where_that_is_wanted()
    {
        await UseAsync(Options with { ConvertHistogramsToNhcb = true });
        var point = Buckets([1, 2, 3, 4, 5, 6], [0, 2, 0, 0, 0, 3, 1], 9.5, 5 * Ms, 2 * Ms);
        point.Attributes.Add(Text("le", "mine"));
        point.Exemplars.Add(Exemplar(1.5, 4 * Ms));
        var stale = new HistogramDataPoint { Flags = 1, TimeUnixNano = 6 * Ms, ExplicitBounds = { 1 }, BucketCounts = { 0, 0 } };
        var resolved = _bench.Encode(Request(
            "s", "i",
            Histogram("h", "s", AggregationTemporality.Cumulative, point),
            Histogram("one", "", AggregationTemporality.Cumulative, Buckets([], [4], 8, 5 * Ms)),
            Histogram("none", "", AggregationTemporality.Cumulative, new HistogramDataPoint { Count = 4, Sum = 8, TimeUnixNano = 5 * Ms }),
            Histogram("ended", "", AggregationTemporality.Cumulative, stale)));

        Assert.Equal(["h_seconds", "one", "none", "ended"], _bench.Second.Timeseries.Select(Name));
        Assert.Contains(resolved.Timeseries[0].Labels, label => label is { Name: "le", Value: "mine" });
        var histograms = _bench.Second.Timeseries.Select(series => Assert.Single(series.Histograms)).ToArray();
        Assert.Equal([1, 2, 3, 4, 5, 6], histograms[0].CustomValues);
        Assert.Equal([(1, 1U), (3, 2U)], histograms[0].PositiveSpans.Select(span => (span.Offset, span.Length)));
        Assert.Equal([2, 1, -2], histograms[0].PositiveDeltas);
        Assert.Equal((6UL, 9.5, 5, 2), (histograms[0].CountInt, histograms[0].Sum, histograms[0].Timestamp, histograms[0].StartTimestamp));
        Assert.Single(_bench.Second.Timeseries[0].Exemplars);
        Assert.All(histograms[1..3], one => Assert.Equal(([], 4L, 8.0), (one.CustomValues, Assert.Single(one.PositiveDeltas), one.Sum)));
        Assert.Equal(0x7ff0_0000_0000_0002UL, BitConverter.DoubleToUInt64Bits(histograms[3].Sum));
    }

    [Fact]
    public async Task Target_info_is_an_info()
    {
        await UseAsync(Options with { TargetInfo = new() });
        _bench.Encode(Request("s", "i", Gauge("g", "", Point(1, 6 * Ms))));
        var target = _bench.Second.Timeseries[1];
        Assert.Equal(("target_info", Second.Metadata.Types.MetricType.Info, "Target metadata"), (Name(target), target.Metadata.Type, Symbol(target.Metadata.HelpRef)));
    }

    [Fact]
    public void Strings_are_forgotten_with_the_series_that_had_them_and_their_numbers_go_to_others()
    {
        for (var round = 0; round < 4; round++)
        {
            var time = (ulong)(round + 1) * Ms;
            var points = Enumerable.Range(0, 3000).Select(i => Point(i, time, 1, Text("series", $"{round}-{i}")));
            var resolved = _bench.Encode(Request("s", "i", Gauge("g", "", points), Gauge("kept", "", Point(round, time))));

            Assert.Equal(
                Enumerable.Range(0, 3000).Select(i => $"{round}-{i}"),
                resolved.Timeseries.SkipLast(1).Select(series => series.Labels.Single(label => label.Name == "series").Value));
            Assert.Equal(("kept", round), (series: resolved.Timeseries[^1].Labels.Single(label => label.Name == "__name__").Value, resolved.Timeseries[^1].Samples[0].Value));

            // Longer than silent series are kept, and in between something comes for one of them.
            _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(10));
            _bench.Encode(Request("s", "i", Gauge("kept", "", Point(round, time + 1))));
            _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(10));
        }
    }

    [Fact]
    public void Encoding_series_that_are_known_and_making_a_message_of_them_allocates_nothing()
    {
        var histogram = Buckets([1, 2], [1, 2, 3], 9.5, 1);
        histogram.TimeUnixNano = 0;
        var exponential = new ExponentialHistogramDataPoint { Count = 3, Sum = 1, Scale = 3, Positive = new() { BucketCounts = { 1, 2 } } };
        var sum = Whole(7, 0, 1, Text("a", "b"));
        sum.Exemplars.Add(Exemplar(3, Ms));
        var segment = _bench.Fixture.Segment(Signal.Metrics, Request(
            "s", "i", Sum("c", points: sum), Gauge("g", "", Point(1, 0)),
            Histogram("h", "", AggregationTemporality.Cumulative, histogram), Exponential("e", AggregationTemporality.Cumulative, exponential)));

        // Taken back each time, so that the same data points count again.
        Assert.Equal(0, Allocations.Least(() =>
        {
            _bench.Encoder.Begin();
            _bench.Encoder.BeginEntry(1_000_000_000, isReplay: false);
            for (var i = 0; i < segment.Count; i++)
            {
                _bench.Encoder.Encode(segment.Batch.GetRecord(i), i);
            }

            _bench.Encoder.EndEntry();
            _bench.Encoder.Body.Message(_bench.Encoder.Body.Length);
        }));
    }

    private async Task UseAsync(PrometheusRemoteWriteExporterOptions options)
    {
        await _bench.DisposeAsync();
        _bench = new EncoderBench(options);
    }

    private string Name(Second.TimeSeries series) => Symbol(series.LabelsRefs.Chunk(2).Single(pair => Symbol(pair[0]) == "__name__")[1]);

    private string Symbol(uint reference) => _bench.Second.Symbols[(int)reference];
}
