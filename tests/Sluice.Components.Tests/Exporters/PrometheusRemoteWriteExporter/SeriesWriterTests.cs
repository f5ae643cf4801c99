using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Testing;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>Attributes that differ may become the same labels: one set of them writes the series at a time.</summary>
public sealed class SeriesWriterTests : IAsyncDisposable
{
    private readonly EncoderBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void The_first_writes_the_series_and_the_other_is_refused_counted_and_logged_once()
    {
        for (ulong second = 10; second <= 30; second += 10)
        {
            Assert.Equal([$"c_total{{http_code=\"x\"}} {100 + second} {1000 * second}"], Send(100 + second, second, Text("http.code", "x")));
            Assert.Empty(Send(second, second + 5, Text("http_code", "x")));
            Assert.Contains("written with other attributes", Assert.Single(_bench.Refusals), StringComparison.Ordinal);
        }

        Assert.Equal(3, _bench.Fixture.Counts.Of("sluice_remote_write_left_out_points", ("reason", "other_attributes")));
        Assert.Contains("first http_code=\"x\", become the labels of a series", Assert.Single(_bench.Fixture.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_writes_it_when_the_first_is_silent_or_has_ended()
    {
        Assert.Single(Send(1, 10, Text("a.b", "x")));
        Assert.Empty(Send(2, 130, Text("a_b", "x")));
        Assert.Single(Send(3, 131, Text("a_b", "x")));
        Assert.Empty(Send(4, 132, Text("a.b", "x")));
        Assert.Single(_bench.Samples(Request("s", "i", Sum("c", points: new NumberDataPoint { TimeUnixNano = 133 * Second, Flags = 1, Attributes = { Text("a_b", "x") } }))));
        Assert.Single(Send(5, 134, Text("a.b", "x")));
    }

    [Fact]
    public void Their_order_makes_no_difference()
    {
        KeyValue[] attributes = [Text("a", "x"), Text("b", "y"), Text("n", "1")];
        var random = new Random(RandomSeed.Value);
        for (ulong second = 1; second <= 20; second++)
        {
            random.Shuffle(attributes);
            Assert.Single(Send(second, second, attributes));
        }
    }

    [Fact]
    public void Another_source_goes_on_with_it_at_once()
    {
        Assert.Single(Send(1, 10, Text("a.b", "x")));
        var request = Sent(2, 11, Text("a_b", "x"));
        request.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", "2"));
        Assert.Single(_bench.Samples(request));
    }

    [Fact]
    public void Who_wrote_what_was_not_sent_has_not_written_it()
    {
        _bench.EncodeOnly(_bench.Fixture.Segment(Sluice.Telemetry.Signal.Metrics, Sent(1, 10, Text("a.b", "x"))));
        Assert.Single(Send(2, 11, Text("a_b", "x")));
    }

    /// <summary>Sets of attributes that become the labels of one series, in any order, that end, are silent, and are not sent at first.</summary>
    [Fact]
    public void A_series_is_written_by_whom_a_model_says()
    {
        KeyValue[][] sets = [[Text("a.b", "x"), Text("n", "1")], [Text("a_b", "x"), Text("n", "1")], [Text("a-b", "x"), Text("n", "1")]];
        var random = new Random(RandomSeed.Value);
        var steps = new List<string>();
        var (writer, last, hasEnded) = (-1, 1UL, false);
        for (var step = 0; step < 500; step++)
        {
            var set = random.Next(sets.Length);
            var second = last + (ulong)random.Next(20) switch { 0 => 121UL, 1 => 120, 2 => 0, var by => by };
            var isEnd = random.Next(8) == 0;
            random.Shuffle(sets[set]);
            steps.Add($"{set} at {second}{(isEnd ? " ends" : "")}");
            var point = Whole(step, second * Second, 1, sets[set]);
            point.Flags = isEnd ? 1u : 0;
            var segment = _bench.Fixture.Segment(Sluice.Telemetry.Signal.Metrics, Request("s", "i", Sum("c", points: point)));
            if (random.Next(4) == 0)
            {
                _bench.EncodeOnly(segment);
            }

            var isSent = writer < 0 || (second > last && (writer == set || hasEnded || second > last + 120));
            RandomSeed.Explain(step, () => Assert.Equal(isSent ? 1 : 0, _bench.Encode(segment).Timeseries.Count), () => string.Join("; ", steps.TakeLast(20)));
            (writer, last, hasEnded) = isSent ? (set, second, isEnd) : (writer, last, hasEnded);
        }
    }

    private string[] Send(ulong value, ulong second, params KeyValue[] attributes) => _bench.Samples(Sent(value, second, attributes));

    private static ExportMetricsServiceRequest Sent(ulong value, ulong second, params KeyValue[] attributes) =>
        Request("s", "i", Sum("c", points: Whole((long)value, second * Second, 1, attributes)));
}
