using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Telemetry;
using Sluice.Testing;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

public sealed class SeriesStoreTests : IAsyncDisposable
{
    private PrometheusBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void A_cumulative_sum_shows_what_came_last_and_a_restart_is_a_reset()
    {
        Add(Sum("c", points: Whole(long.MaxValue, 10)));
        Assert.Equal(["c_total 9223372036854775807"], _bench.Samples("c_total"));
        Add(Sum("c", points: Whole(5, 30, start: 20)));
        Assert.Equal(["c_total 5"], _bench.Samples("c_total"));
    }

    [Fact]
    public void A_data_point_that_is_older_than_the_last_is_left_out()
    {
        Add(Sum("c", points: Whole(7, 20)));
        Add(Sum("c", points: Whole(6, 10)));
        Assert.Equal(["c_total 7"], _bench.Samples("c_total"));
        Assert.Equal(1, LeftOut("out_of_order"));
    }

    [Fact]
    public void A_sender_whose_clock_was_set_back_is_logged_once_and_exposed_again_when_its_series_expires()
    {
        for (ulong second = 0; second < 300; second += 60)
        {
            Add(Gauge("g", "", Point(second, (second == 0 ? 3600 : second) * Second)));
            _bench.Fixture.Time.Advance(TimeSpan.FromSeconds(60));
        }

        Assert.Equal(4, LeftOut("out_of_order"));
        var line = Assert.Single(_bench.Fixture.Log);
        Assert.StartsWith("Data points of g{", line, StringComparison.Ordinal);
        Assert.Contains("one of g of job \"s\", instance \"i\", scope \"lib\" is 3540 s older than the last", line, StringComparison.Ordinal);
        Add(Gauge("g", "", Point(7, 360 * Second)));
        Assert.Equal(["g 7"], _bench.Samples("g"));
    }

    [Fact]
    public void A_batch_that_comes_again_counts_once()
    {
        var batch = _bench.Add(Request("s", "i", Sum("d", temporality: AggregationTemporality.Delta, points: [Whole(5, 10), Whole(2, 20)])));
        _bench.Add(batch);
        Assert.Equal(["d_total 7"], _bench.Samples("d_total"));
        Add(Sum("d", temporality: AggregationTemporality.Delta, points: Whole(1, 30)));
        Assert.Equal(["d_total 8"], _bench.Samples("d_total"));
    }

    [Fact]
    public void No_attribute_becomes_the_name_of_the_metric()
    {
        var request = Request("s", "i", Gauge("g", "", Point(1, 10, 1, Text("__name__", "other"))));
        request.ResourceMetrics[0].Resource.Attributes.Add(Text("__name__", "another"));
        _bench.Add(request);
        Assert.Equal(["g{exported___name__=\"other\"} 1"], _bench.Samples("g{"));
        Assert.Contains("target_info{exported___name__=\"another\",host_name=\"h1\"", _bench.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Deltas_add_up_as_integers_also_where_they_go_down()
    {
        Add(Sum("d", temporality: AggregationTemporality.Delta, points: Whole(long.MaxValue - 1, 10)));
        Add(Sum("d", temporality: AggregationTemporality.Delta, points: Whole(1, 20, start: 10)));
        Add(Sum("u", monotonic: false, temporality: AggregationTemporality.Delta, points: [Whole(5, 10), Whole(-7, 11)]));
        Assert.Equal(["d_total 9223372036854775807"], _bench.Samples("d_total"));
        Assert.Equal(["u -2"], _bench.Samples("u"));
    }

    [Fact]
    public void Only_what_is_added_up_has_to_be_a_number()
    {
        Add(
            Gauge("g", "", Point(double.NaN, 10)),
            Sum("c", points: Point(double.NaN, 10)),
            Sum("d", temporality: AggregationTemporality.Delta, points: [Whole(5, 10), new NumberDataPoint { Flags = 1, AsDouble = double.NaN, TimeUnixNano = 20 }, Whole(0, 30)]),
            Histogram("h", "", AggregationTemporality.Delta, Buckets([0], [1, 0], -9.5, 10)));
        Assert.Equal(["g NaN"], _bench.Samples("g"));
        Assert.Equal(["c_total NaN"], _bench.Samples("c_"));
        Assert.Equal(["d_total 5"], _bench.Samples("d_"));
        Assert.Equal(["h_sum -9.5"], _bench.Samples("h_sum"));
        Assert.Equal(0, LeftOut("malformed"));
    }

    [Fact]
    public void A_gauge_of_the_unit_1_is_a_ratio_and_a_sum_is_none()
    {
        Add(Gauge("g", "1", Point(0.5, 10)), Sum("u", "1", monotonic: false, points: Whole(3, 10)));
        Assert.Equal(["g_ratio 0.5"], _bench.Samples("g"));
        Assert.Equal(["u 3"], _bench.Samples("u"));
    }

    [Fact]
    public void Integers_that_overflow_go_on_as_floating_point_numbers()
    {
        Add(Sum("d", temporality: AggregationTemporality.Delta, points: [Whole(long.MaxValue, 10), Whole(long.MaxValue, 20)]));
        Assert.Equal(["d_total 1.8446744073709552e+19"], _bench.Samples("d_total"));
    }

    [Fact]
    public void Delta_histograms_add_up_and_begin_anew_with_other_bounds()
    {
        Add(Histogram("h", "s", AggregationTemporality.Delta, Buckets([1, 2.5], [1, 2, 3], 9.5, 10)));
        Add(Histogram("h", "s", AggregationTemporality.Delta, Buckets([1, 2.5], [1, 0, 1], 0.5, 20)));
        Assert.Equal(
            ["h_seconds_bucket{le=\"1\"} 2", "h_seconds_bucket{le=\"2.5\"} 4", "h_seconds_bucket{le=\"+Inf\"} 8", "h_seconds_sum 10", "h_seconds_count 8"],
            _bench.Samples("h_seconds"));

        Add(Histogram("h", "s", AggregationTemporality.Delta, Buckets([5], [1, 1], 7, 30)));
        Assert.Equal(["h_seconds_bucket{le=\"5\"} 1", "h_seconds_bucket{le=\"+Inf\"} 2", "h_seconds_sum 7", "h_seconds_count 2"], _bench.Samples("h_seconds"));
    }

    [Fact]
    public void A_histogram_whose_parts_do_not_fit_is_refused()
    {
        var batch = _bench.Add(Request("s", "i", Histogram("h", "", AggregationTemporality.Cumulative, Buckets([1, 1], [1, 2, 3], 9.5, 10)), Gauge("g", "", Point(1, 1))));
        Assert.Equal("a data point whose buckets, bounds and count do not fit together", Assert.Single(batch.Rejections).Reason);
        Assert.Empty(_bench.Samples("h"));
        Assert.Single(_bench.Samples("g"));
        Assert.Equal(1, LeftOut("malformed"));
        Add(Histogram("h", "", AggregationTemporality.Cumulative, Buckets([1, 1], [1, 2, 3], 9.5, 20)));
        Assert.StartsWith("A data point of h of job \"s\", instance \"i\", scope \"lib\" is left out", Assert.Single(_bench.Fixture.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void An_exponential_histogram_has_the_bounds_of_its_buckets()
    {
        var point = new ExponentialHistogramDataPoint
        {
            Count = 10,
            Sum = 12,
            Scale = 0,
            ZeroCount = 1,
            Positive = new() { Offset = -1, BucketCounts = { 2, 0, 3 } },
            Negative = new() { Offset = 0, BucketCounts = { 3, 1 } },
            TimeUnixNano = 10,
        };
        Add(Exponential("e", AggregationTemporality.Cumulative, point));
        Assert.Equal(
            [
                "e_bucket{le=\"-2\"} 1", "e_bucket{le=\"-1\"} 4", "e_bucket{le=\"0\"} 5", "e_bucket{le=\"0.5\"} 5", "e_bucket{le=\"1\"} 7",
                "e_bucket{le=\"2\"} 7", "e_bucket{le=\"4\"} 10", "e_bucket{le=\"+Inf\"} 10", "e_sum 12", "e_count 10",
            ],
            _bench.Samples("e"));
    }

    [Fact]
    public void Exponential_deltas_add_up_at_the_smaller_scale()
    {
        ExponentialHistogramDataPoint Delta(int scale, int offset, params ulong[] counts)
        {
            var point = new ExponentialHistogramDataPoint { Count = (ulong)counts.Sum(count => (long)count), Sum = 1, Scale = scale, Positive = new() { Offset = offset } };
            point.Positive.BucketCounts.AddRange(counts);
            return point;
        }

        // At scale 1 buckets 0 to 3 end at √2, 2, 2√2 and 4; at scale 0 the same are two that end at 2 and 4.
        Add(Exponential("e", AggregationTemporality.Delta, Delta(1, 0, 1, 2, 3, 4)));
        Add(Exponential("e", AggregationTemporality.Delta, Delta(0, 1, 5, 6)));
        Assert.Equal(
            ["e_bucket{le=\"0\"} 0", "e_bucket{le=\"1\"} 0", "e_bucket{le=\"2\"} 3", "e_bucket{le=\"4\"} 15", "e_bucket{le=\"8\"} 21", "e_bucket{le=\"+Inf\"} 21", "e_sum 2", "e_count 21"],
            _bench.Samples("e"));
    }

    [Fact]
    public void A_stale_series_is_not_exposed_until_it_has_a_value_again()
    {
        Add(Gauge("g", "", Point(1, 10)));
        Add(Gauge("g", "", new NumberDataPoint { Flags = 1, TimeUnixNano = 20 }));
        Assert.Empty(_bench.Samples("g"));
        Assert.DoesNotContain("# TYPE g ", _bench.Text(), StringComparison.Ordinal);
        Add(Gauge("g", "", Point(3, 30)));
        Assert.Equal(["g 3"], _bench.Samples("g"));
    }

    [Fact]
    public void A_series_without_data_points_expires_and_frees_its_name()
    {
        Add(Gauge("x", "", Point(1, 10)), Gauge("y", "", Point(1, 10)));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(4));
        Add(Gauge("y", "", Point(2, 20)));
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(_bench.Samples("x"));
        Assert.Equal(["y 2"], _bench.Samples("y"));

        Add(Histogram("x", "", AggregationTemporality.Cumulative, Buckets([1], [1, 1], 1, 30)));
        Assert.Contains("# TYPE x histogram", _bench.Text(), StringComparison.Ordinal);
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("", _bench.Text());
    }

    [Fact]
    public async Task A_clock_that_is_set_expires_no_sum_and_keeps_nothing_that_is_silent()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { MetricExpiration = TimeSpan.FromSeconds(10) });
        bench.Add(Request("s", "i", Sum("d", temporality: AggregationTemporality.Delta, points: Whole(10, 10))));
        bench.Fixture.Time.ShiftWallClock(TimeSpan.FromDays(1));
        bench.Add(Request("s", "i", Sum("d", temporality: AggregationTemporality.Delta, points: Whole(1, 20))));
        Assert.Equal(["d_total 11"], bench.Samples("d_total"));

        bench.Fixture.Time.ShiftWallClock(TimeSpan.FromDays(-2));
        Assert.Equal(["d_total 11"], bench.Samples("d_total"));
        bench.Fixture.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("", bench.Text());
    }

    [Fact]
    public void Metrics_whose_names_collide_are_left_out_and_reported_with_both_sources()
    {
        Add(Sum("a", unit: "", points: Whole(1, 10)));
        _bench.Add(Request("other", "i2", Gauge("a.total", "", Point(1, 10)), Gauge("target.info", "", Point(1, 10))));
        Assert.Equal(["a_total 1"], _bench.Samples("a_total"));
        Assert.Contains(_bench.Fixture.Log, line => line.Contains("a_total would be a Gauge for a.total of job \"other\", instance \"i2\", scope \"lib\"", StringComparison.Ordinal)
            && line.Contains("it conflicts with the Counter a_total, first of a of job \"s\", instance \"i\"", StringComparison.Ordinal));
        Assert.Equal(2, LeftOut("conflicting_type"));
    }

    [Fact]
    public void Of_two_sources_of_a_series_the_one_started_last_writes_it()
    {
        var first = Request("s", "i", Sum("c", points: Whole(100, 1000, start: 10)));
        var second = Request("s", "i", Sum("c", points: Whole(3, 1001, start: 500)));
        first.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", "1"));
        second.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", "2"));
        _bench.Add(first);
        _bench.Add(second);
        first.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].TimeUnixNano = 2000;
        _bench.Add(first);
        Assert.Equal(["c_total 3"], _bench.Samples("c_total"));
        Assert.Contains(_bench.Fixture.Log, line => line.StartsWith("Two sources write c_total{", StringComparison.Ordinal)
            && line.Contains("They differ in process.pid (\"2\", \"1\");", StringComparison.Ordinal));
        Assert.Equal(1, LeftOut("duplicate"));

        // Two minutes after the last data point of the second the first is the only one that is left.
        first.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].TimeUnixNano = 2000 + (121 * Second);
        _bench.Add(first);
        Assert.Equal(["c_total 100"], _bench.Samples("c_total"));
    }

    [Fact]
    public async Task Beyond_its_limit_a_metric_gets_no_more_series()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { MaxSeriesPerMetric = 2 });
        bench.Add(Request("s", "i", Gauge("g", "", Enumerable.Range(0, 5).Select(n => Point(n, 10, 1, Text("n", $"{n}")))), Gauge("other", "", Point(1, 1))));
        bench.Add(Request("s", "i", Gauge("g", "", Point(7, 20, 1, Text("n", "1")))));
        Assert.Equal(["g{n=\"0\"} 0", "g{n=\"1\"} 7"], bench.Samples("g"));
        Assert.Equal(["other 1"], bench.Samples("other"));
        Assert.Contains(bench.Fixture.Log, line => line.StartsWith("g has 2 series (max_series_per_metric)", StringComparison.Ordinal));
        Assert.Equal(3, bench.Fixture.Counts.Of("sluice_prometheus_left_out_points", ("reason", "series_limit")));
        Assert.Equal(3, bench.Fixture.Counts.Of("sluice_prometheus_cut_points", ("metric", "g")));
    }

    [Fact]
    public async Task Beyond_the_limit_of_all_there_are_no_more_series_metrics_or_sources()
    {
        const int Attempts = 1500;
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { MaxSeries = 3 });
        bench.Add(Request("s", "i", Gauge("a", "", Point(1, 10)), Gauge("b", "", Point(1, 10, 1, Text("n", "0")), Point(1, 10, 1, Text("n", "1")))));
        for (var n = 0; n < Attempts; n++)
        {
            bench.Add(Request($"s{n}", $"i{n}", Gauge($"g{n}", "", Point(n, 10, 1, Text($"k{n}", "v")))));
            bench.Add(Request("s", "i", Gauge($"h{n}", "", Point(n, 10)), Gauge("b", "", Point(n, 20, 1, Text("n", $"{n}")))));
        }

        Assert.Equal(["a 1"], bench.Samples("a"));
        Assert.Equal(["b{n=\"0\"} 0", "b{n=\"1\"} 1"], bench.Samples("b"));
        Assert.Empty(bench.Samples("g"));
        Assert.Empty(bench.Samples("h"));
        Assert.Equal((3, 2, 1, 2), (bench.Kept.Series, bench.Kept.Streams, bench.Kept.Sources, bench.Kept.Metrics));
        Assert.InRange(bench.Kept.Frames, 1, 1024);
        Assert.Equal((3 * Attempts) - 2, bench.Fixture.Counts.Of("sluice_prometheus_left_out_points", ("reason", "series_limit")));
        Assert.StartsWith("There are 3 series, or as many metrics of sources (max_series), and further ones are left out, first of g0 of job", Assert.Single(bench.Fixture.Log), StringComparison.Ordinal);

        // Another source may take over a series that is there, while there is room for sources and their metrics.
        bench.Add(Restarted("2", 200));
        Assert.Equal(["a 200"], bench.Samples("a"));
        bench.Add(Restarted("3", 400));
        Assert.Equal(["a 200"], bench.Samples("a"));
        Assert.Equal((3, 3, 2, 2), (bench.Kept.Series, bench.Kept.Streams, bench.Kept.Sources, bench.Kept.Metrics));

        // What expires makes room.
        bench.Fixture.Time.Advance(TimeSpan.FromMinutes(6));
        bench.Add(Restarted("3", 600));
        Assert.Equal(["a 600"], bench.Samples("a"));
        bench.Fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("", bench.Text());
        Assert.Equal((0, 16, 0, 0, 0, 0, 0), bench.Kept);

        static ExportMetricsServiceRequest Restarted(string pid, ulong second)
        {
            var request = Request("s", "i", Gauge("a", "", Point(second, second * Second)));
            request.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", pid));
            return request;
        }
    }

    [Fact]
    public void The_order_of_attributes_makes_no_other_series()
    {
        Add(Gauge("g", "", Point(1, 10, 1, Text("a", "1"), Text("b", "2"))));
        Add(Gauge("g", "", Point(2, 20, 1, Text("b", "2"), Text("a", "1"))));
        Assert.Equal(["g{a=\"1\",b=\"2\"} 2"], _bench.Samples("g{"));
    }

    [Fact]
    public void Labels_that_become_the_same_are_joined_and_reserved_ones_stay()
    {
        Add(Gauge("g", "", Point(1, 10, 1, Text("a.b", "2"), Text("a_b", "3"), Text("job", "mine"), Text("q", "a\"b\\c\nd"), Text("empty", ""))));
        Assert.Equal(["""g{a_b="2;3",exported_job="mine",q="a\"b\\c\nd"} 1"""], _bench.Samples("g{"));
    }

    [Fact]
    public void Target_info_has_what_job_and_instance_do_not_say()
    {
        Add(Gauge("g", "", Point(1, 10)));
        Assert.Contains("# TYPE target_info gauge\n", _bench.Text(), StringComparison.Ordinal);
        Assert.Contains("target_info{host_name=\"h1\",instance=\"i\",job=\"s\"} 1\n", _bench.Text(), StringComparison.Ordinal);
        Assert.StartsWith("# TYPE target info\n", _bench.OpenMetrics(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attributes_of_the_resource_become_labels_as_patterns_say()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions
        {
            ResourceConstantLabels = new() { Included = ["host.*", "service.name"], Excluded = ["service.n*"] },
            ConstLabels = new Dictionary<string, string> { ["cluster"] = "blue" },
            WithoutScopeInfo = true,
        });
        bench.Add(Request("s", "i", Gauge("g", "", Point(1, 10))));
        Assert.Contains("g{cluster=\"blue\",host_name=\"h1\",instance=\"i\",job=\"s\"} 1\n", bench.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constant_labels_stand_in_for_job_and_instance_and_take_the_place_of_neither()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions
        {
            ConstLabels = new Dictionary<string, string> { ["job"] = "z", ["instance"] = "y" },
            WithoutScopeInfo = true,
        });
        bench.Add(Request("a", "1", Gauge("g", "", Point(1, 10))));
        bench.Add(Request("b", "1", Gauge("g", "", Point(2, 10))));
        bench.Add(Request("", "2", Gauge("g", "", Point(3, 10))));
        bench.Add(Request("c", "", Gauge("g", "", Point(4, 10))));
        Assert.Equal(
            ["g{instance=\"1\",job=\"a\"} 1", "g{instance=\"1\",job=\"b\"} 2", "g{instance=\"2\",job=\"z\"} 3", "g{instance=\"y\",job=\"c\"} 4"],
            bench.Samples("g{"));
        Assert.Contains("target_info{host_name=\"h1\",instance=\"1\",job=\"a\"} 1\n", bench.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sum_that_does_not_say_delta_or_cumulative_is_refused()
    {
        var batch = _bench.Add(Request("s", "i", Sum("c", temporality: AggregationTemporality.Unspecified, points: Whole(1, 1))));
        Assert.Single(batch.Rejections);
        Assert.Equal("", _bench.Text());
    }

    [Fact]
    public async Task Exemplars_stand_behind_their_bucket_in_openmetrics_only()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { SendTimestamps = true });
        var histogram = Buckets([1, 2], [1, 1, 0], 2, 1_500_000_000);
        histogram.Exemplars.Add(Exemplar(1.5, 1_234_567_890));
        var counter = Whole(3, 1_500_000_000);
        counter.Exemplars.Add(Exemplar(1, 1_000_000_000));
        bench.Add(Request("s", "i", Histogram("h", "", AggregationTemporality.Cumulative, histogram), Sum("c", points: counter)));

        const string Ids = "trace_id=\"0102030405060708090a0b0c0d0e0f10\",span_id=\"0102030405060708\"";
        Assert.Contains($"le=\"2.0\"}} 2 1.500 # {{{Ids}}} 1.5 1.234\n", bench.OpenMetrics(), StringComparison.Ordinal);
        Assert.Contains($"}} 3 1.500 # {{{Ids}}} 1 1.000\n", bench.OpenMetrics(), StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", bench.OpenMetrics(), StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", bench.Text(), StringComparison.Ordinal);
        Assert.Contains("le=\"2\"} 2 1500\n", bench.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Exemplars_that_are_no_number_are_left_out()
    {
        var histogram = Buckets([1, 2], [1, 1, 0], 2, 1_500_000_000);
        histogram.Exemplars.AddRange([Exemplar(1.5, 1_234_567_890), Exemplar(double.NaN, 1_234_567_890)]);
        var counter = Whole(3, 1_500_000_000);
        counter.Exemplars.Add(Exemplar(double.NaN, 1_000_000_000));
        var exponential = new ExponentialHistogramDataPoint { Count = 1, Sum = 1, Positive = new() { BucketCounts = { 1 } }, Exemplars = { Exemplar(double.NaN, 1) } };
        Add(Histogram("h", "", AggregationTemporality.Cumulative, histogram), Sum("c", points: counter), Exponential("e", AggregationTemporality.Cumulative, exponential));
        var line = Assert.Single(_bench.OpenMetrics().Split('\n'), line => line.Contains("trace_id", StringComparison.Ordinal));
        Assert.EndsWith("} 1.5 1.234", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_in_quotes_are_escaped_for_scrapers_that_do_not_ask_for_them()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { TranslationStrategy = NameStrategy.NoTranslation, WithoutScopeInfo = true });
        bench.Add(Request("s", "i", Gauge("a.b", "s", Point(1, 10, 1, Text("k.x", "v"))), Gauge("a_b", "", Point(2, 10))));
        var utf8 = bench.Text(Transport.Prometheus.Exposition.NameEscaping.AllowUtf8);
        Assert.Contains("# TYPE \"a.b\" gauge\n", utf8, StringComparison.Ordinal);
        Assert.Contains("{\"a.b\",instance=\"i\",job=\"s\",\"k.x\"=\"v\"} 1\n", utf8, StringComparison.Ordinal);
        Assert.Contains("a_b{instance=\"i\",job=\"s\"} 2\n", utf8, StringComparison.Ordinal);
        Assert.Equal(["a_b{k_x=\"v\"} 1"], bench.Samples("a_b"));
        Assert.Equal(1, bench.Fixture.Counts.Of("sluice_prometheus_left_out_points", ("reason", "name_collision")));
        Assert.Contains(bench.Fixture.Log, line => line.StartsWith("Scrapers that want names escaped do not get all of a_b, first of a_b of job \"s\"", StringComparison.Ordinal));
        Assert.Contains("U__a_2e_b{", bench.Text(Transport.Prometheus.Exposition.NameEscaping.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_that_become_the_same_when_they_are_escaped_are_both_there_and_series_are_not_there_twice()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { TranslationStrategy = NameStrategy.NoTranslation, WithoutScopeInfo = true });
        bench.Add(Request(
            "s", "i", Gauge("g", "", Point(1, 10, 1, Text("k.x", "a"), Text("k_x", "b"), Text("..name..", "c")), Point(2, 10, 1, Text("l.x", "a")), Point(3, 10, 1, Text("l_x", "a")))));
        Assert.Equal(["g{exported___name__=\"c\",k_x=\"a\",exported_k_x=\"b\"} 1", "g{l_x=\"a\"} 2"], bench.Samples("g{").Select(Plain));
        Assert.Equal(1, bench.Fixture.Counts.Of("sluice_prometheus_left_out_points", ("reason", "name_collision")));
        Assert.Equal(3, bench.Text(Transport.Prometheus.Exposition.NameEscaping.AllowUtf8).Split('\n').Count(line => line.StartsWith("g{", StringComparison.Ordinal)));

        static string Plain(string line) => line.Replace("instance=\"i\",job=\"s\",", "", StringComparison.Ordinal).Replace(",instance=\"i\",job=\"s\"", "", StringComparison.Ordinal);
    }

    [Fact]
    public void What_expires_leaves_nothing_behind()
    {
        var kept = _bench.Kept;
        for (var generation = 0; generation < 20; generation++)
        {
            // Nothing is as before: neither the instance nor the metric nor the keys.
            var points = Enumerable.Range(0, 500).Select(n => Point(n, 10, 1, Text($"k{generation}", $"{n}"), Text("instance", "attribute")));
            _bench.Add(Request("s", $"i{generation}", Gauge($"g{generation}", "", points)));
            _bench.Add(Request("s", "", Gauge("h", "", Enumerable.Range(0, 10).Select(n => Point(n, 10, 1, Text("instance", $"{generation}-{n}"))))));
            Assert.Equal((510, 11, 2), (_bench.Kept.Series, _bench.Kept.Frames, _bench.Kept.Metrics));
            Assert.Equal(2, _bench.Text().Split('\n').Count(line => line.StartsWith("target_info", StringComparison.Ordinal)));
            kept = generation == 0 ? _bench.Kept : kept;
            Assert.Equal(kept, _bench.Kept);
            _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Equal("", _bench.Text());
        Assert.Equal((0, 16, 0, 0, 0, 0, 0), _bench.Kept);
    }

    [Fact]
    public void Known_series_cost_no_allocation()
    {
        var histogram = Buckets([1, 2], [1, 1, 0], 2, 10);
        histogram.Exemplars.Add(Exemplar(1.5, 1_234_567_890));
        var exponential = new ExponentialHistogramDataPoint { Count = 1, Sum = 1, Positive = new() { BucketCounts = { 1 } } };
        var segment = _bench.Fixture.Segment(Signal.Metrics, Request(
            "s",
            "i",
            Gauge("g", "", Point(1, 10, 1, Text("a", "b"))),
            Sum("d", temporality: AggregationTemporality.Delta, points: Whole(1, 10)),
            Histogram("h", "s", AggregationTemporality.Delta, histogram),
            Exponential("e", AggregationTemporality.Delta, exponential)));
        var batch = ExporterFixture.Batch(segment);
        Assert.Equal(0, Allocations.Least(() => _bench.Add(batch)));
    }

    private long LeftOut(string reason) => _bench.Fixture.Counts.Of("sluice_prometheus_left_out_points", ("reason", reason));

    private void Add(params IEnumerable<Metric> metrics) => _bench.Add(Request("s", "i", metrics));
}
