using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Testing;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusExporter;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Attributes that differ may become the same labels, and metrics the same name: one of them writes the series.</summary>
public sealed class AttributeSetsTests : IAsyncDisposable
{
    private readonly PrometheusBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void The_first_writes_the_series_and_the_other_is_counted_and_logged_once()
    {
        for (ulong second = 1; second <= 3; second++)
        {
            _bench.Add(Request("s", "i", Sum("c", points: [
                Whole(100 + (long)second, second * Second, 1, Text("http.code", "x"), Text("a", "b")),
                Whole(5, second * Second, second * 10, Text("a", "b"), Text("http_code", "x"))])));
            Assert.Equal([$"c_total{{a=\"b\",http_code=\"x\"}} {100 + second}"], _bench.Samples("c_total"));
        }

        Assert.Equal(3, LeftOut(_bench));
        var line = Assert.Single(_bench.Fixture.Log);
        Assert.StartsWith("Two sets of attributes of c of job \"s\", instance \"i\", scope \"lib\" become the labels of one series, c_total{", line, StringComparison.Ordinal);
        Assert.Contains(
            "the data points with a (String), http_code (String), first a=\"b\", http_code=\"x\", are left out while those with http.code (String), a (String) write it.",
            line,
            StringComparison.Ordinal);
        Assert.EndsWith("rename one of them", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_writes_it_when_the_first_is_silent_or_has_expired()
    {
        Add(10, ("a.b", "x"), 1);
        Add(130, ("a_b", "x"), 2);
        Assert.Equal(["g{a_b=\"x\"} 1"], _bench.Samples("g{"));
        Add(131, ("a_b", "x"), 3);
        Assert.Equal(["g{a_b=\"x\"} 3"], _bench.Samples("g{"));
        Add(132, ("a.b", "x"), 4);
        Assert.Equal(["g{a_b=\"x\"} 3"], _bench.Samples("g{"));

        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Add(133, ("a.b", "x"), 5);
        Assert.Equal(["g{a_b=\"x\"} 5"], _bench.Samples("g{"));
        Assert.Equal(2, LeftOut(_bench));

        void Add(ulong second, (string Key, string Value) attribute, double value) =>
            _bench.Add(Request("s", "i", Gauge("g", "", Point(value, second * Second, 1, Text(attribute.Key, attribute.Value)))));
    }

    [Fact]
    public void Their_order_makes_no_difference()
    {
        KeyValue[] attributes = [Text("a.b", "x"), Text("a_b", "y"), Text("c", "z"), One("n")];
        var random = new Random(RandomSeed.Value);
        for (var value = 1; value <= 20; value++)
        {
            random.Shuffle(attributes);
            _bench.Add(Request("s", "i", Gauge("g", "", Point(value, (ulong)value, 1, attributes))));
            Assert.Equal([$"g{{a_b=\"x;y\",c=\"z\",n=\"1\"}} {value}"], _bench.Samples("g{"));
        }

        Assert.Equal(0, LeftOut(_bench));
    }

    [Fact]
    public void Values_of_other_kinds_and_values_that_are_joined_are_told_apart()
    {
        KeyValue[][][] sets =
        [
            [[Text("a", "1")], [One("a")]],
            [[Text("b.c", "x"), Text("b_c", "y")], [Text("b_c", "x;y")], [Text("b.c", "x"), Text("b_c", "y"), Text("日", "z")]],
            [[Text("d.e", "x;y"), Text("d_e", "z")], [Text("d.e", "x"), Text("d_e", "y;z")]],
            [[Text("f", "1"), Text("g", "")], [Text("f", "1")]],
        ];
        foreach (var (index, alike) in sets.Index())
        {
            _bench.Add(Request("s", "i", Gauge($"g{index}", "", alike.Select((attributes, value) => Point(value, 10, 1, attributes)))));
            Assert.EndsWith("} 0", Assert.Single(_bench.Samples($"g{index}{{")), StringComparison.Ordinal);
        }

        Assert.Equal(5, LeftOut(_bench));
        Assert.Equal(4, _bench.Fixture.Log.Count);
        Assert.Contains(_bench.Fixture.Log, line => line.Contains("with a (Int), first a=\"1\", are left out while those with a (String) write it", StringComparison.Ordinal));
        Assert.Contains(_bench.Fixture.Log, line => line.Contains("with d.e (String), d_e (String), first d.e=\"x\", d_e=\"y;z\", are left out while those with other values write it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_attribute_of_the_resource_takes_the_place_of_is_told_apart()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { ResourceToTelemetryConversion = new() { Enabled = true, ExcludeServiceAttributes = true } });
        var request = Request("s", "i", Gauge("depth", "", Point(1, 10, 1, Text("env", "x")), Point(2, 10, 1, Text("env", "y"))));
        request.ResourceMetrics[0].Resource.Attributes.Add(Text("env", "prod"));
        bench.Add(request);
        Assert.Equal(["depth{env=\"prod\",host_name=\"h1\"} 1"], bench.Samples("depth{"));
        Assert.Equal(1, LeftOut(bench));
        Assert.Contains("the data points with env (String), first env=\"y\", are left out while those with other values write it", Assert.Single(bench.Fixture.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_times_the_first_writes_it_too()
    {
        _bench.Add(Request("s", "i", Gauge("g", "", Point(1, 0, 0, Text("a.b", "x")), Point(2, 0, 0, Text("a_b", "x")), Point(3, 0, 0, Text("a.b", "x")))));
        Assert.Equal(["g{a_b=\"x\"} 3"], _bench.Samples("g{"));
        Assert.Equal(1, LeftOut(_bench));
    }

    [Fact]
    public async Task Two_metrics_that_become_one_name_are_logged_with_what_to_do()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { TranslationStrategy = NameStrategy.UnderscoreEscapingWithoutSuffixes });
        bench.Add(Request("s", "i", Gauge("a.b", "", Point(1, 10)), Gauge("a_b", "", Point(2, 10)), Gauge("c", "s", Point(3, 10)), Sum("c", "ms", monotonic: false, points: Point(4, 10))));
        Assert.Equal(["a_b 1"], bench.Samples("a_b"));
        Assert.Equal(["c 3"], bench.Samples("c"));
        Assert.Equal(2, LeftOut(bench));
        Assert.Equal(2, bench.Fixture.Log.Count);
        Assert.All(bench.Fixture.Log, line =>
        {
            Assert.StartsWith("Two metrics of job \"s\", instance \"i\", scope \"lib\" become one series, ", line, StringComparison.Ordinal);
            Assert.EndsWith("; rename one of them, or choose a translation_strategy that keeps them apart", line, StringComparison.Ordinal);
            Assert.DoesNotContain("service.instance.id", line, StringComparison.Ordinal);
        });
        Assert.Contains(bench.Fixture.Log, line => line.Contains("the data points of a_b (Gauge, unit \"\") are left out while a.b (Gauge, unit \"\") writes it", StringComparison.Ordinal));
        Assert.Contains(bench.Fixture.Log, line => line.Contains("the data points of c (up-and-down Sum, unit \"ms\") are left out while c (Gauge, unit \"s\") writes it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deltas_of_all_add_up_over_restarts_too()
    {
        _bench.Restart();
        var request = Request("s", "i", Sum("d", temporality: AggregationTemporality.Delta, points: [Whole(5, 10, 1, Text("a.b", "x")), Whole(2, 10, 1, Text("a_b", "x"))]));
        await _bench.SaveAsync(_bench.Add(request));
        _bench.Restart();
        Assert.Equal(["d_total{a_b=\"x\"} 7"], _bench.Samples("d_total"));
        _bench.Add(request);
        Assert.Equal(["d_total{a_b=\"x\"} 14"], _bench.Samples("d_total"));
        Assert.Equal(0, LeftOut(_bench));
    }

    [Fact]
    public void Known_series_cost_no_allocation()
    {
        var batch = ExporterFixture.Batch(_bench.Fixture.Segment(Telemetry.Signal.Metrics, Request(
            "s", "i", Gauge("g", "", Point(1, 10, 1, Text("a.b", "x"), Text("a_b", "y")), Point(1, 10, 1, Text("a_b", "x;y"), One("n"))))));
        Assert.Equal(0, Allocations.Least(() => _bench.Add(batch)));
    }

    private static KeyValue One(string key) => new() { Key = key, Value = new AnyValue { IntValue = 1 } };

    private static long LeftOut(PrometheusBench bench) => bench.Fixture.Counts.Of("sluice_prometheus_left_out_points", ("reason", "duplicate"));
}
