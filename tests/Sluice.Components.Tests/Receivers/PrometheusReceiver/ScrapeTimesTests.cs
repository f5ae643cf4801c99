using OpenTelemetry.Proto.Collector.Metrics.V1;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

/// <summary>When points and the ends of series are, and in which order they come.</summary>
public sealed class ScrapeTimesTests : IAsyncLifetime
{
    private ScrapedTarget _target = null!;

    public async ValueTask InitializeAsync() => _target = await ScrapedTarget.StartAsync(new ScrapeOptions { JobName = "job" });

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    [Fact]
    public async Task A_scrape_that_fails_half_way_says_nothing_of_whose_times_hold()
    {
        await ScrapeAsync($"a 1\nb 1 {_target.NowMs}\n");
        var points = await ScrapeAsync($"a 2 {_target.NowMs}\nb 2\n}}\n");
        Assert.Equal(["a"], Ended(points));
    }

    [Fact]
    public async Task A_scrape_that_is_lost_says_nothing_of_it_either()
    {
        await ScrapeAsync($"a 1\nb 1 {_target.NowMs}\n");
        _target.Time.Advance(TimeSpan.FromSeconds(10));
        await _target.ScrapeAsync($"a 2 {_target.NowMs}\nb 2\n", isLost: true);
        Assert.Equal(["a"], Ended(await ScrapeAsync("c 1\n")));
    }

    [Fact]
    public async Task What_a_scrape_was_that_changes_what_is_said_of_the_target_does_not_matter_for_what_ends()
    {
        await ScrapeAsync($"target_info{{v=\"1\"}} 1\na 1\nb 1 {_target.NowMs}\n");
        var points = await ScrapeAsync($"target_info{{v=\"2\"}} 1\na 2 {_target.NowMs}\nb 2\n");
        Assert.Equal(["a", "up"], Ended(points));
    }

    [Fact]
    public async Task What_ends_comes_before_what_goes_on_whichever_came_first()
    {
        await ScrapeAsync("a_total{n=\"1\"} 1\na_total{n=\"2\"} 1\n");
        await ScrapeAsync("# TYPE a_total counter\na_total{n=\"1\"} 2\na_total{n=\"2\"} 2\n");
        var points = await ScrapeAsync("a_total{n=\"1\"} 3\na_total{n=\"2\"} 3\n");
        Assert.Equal([true, true, false, false], points.Where(point => point.Metric.Name == "a_total").Select(point => point.IsStale));
    }

    [Fact]
    public async Task A_counter_never_starts_after_its_time_when_the_clock_is_set_back()
    {
        await ScrapeAsync("# TYPE a_total counter\na_total 5\n");
        _target.Time.ShiftWallClock(TimeSpan.FromMinutes(-1));
        var back = Point(await ScrapeAsync("# TYPE a_total counter\na_total 6\n"), "a_total");
        Assert.Equal(back.Time, back.Start);
        Assert.Equal(back.Start, Point(await ScrapeAsync("# TYPE a_total counter\na_total 7\n"), "a_total").Start);
    }

    [Fact]
    public async Task A_counter_that_says_that_it_starts_after_its_time_has_no_start()
    {
        var created = (_target.NowMs / 1000) + 15;
        string Page() => $"# TYPE a counter\na_total 5\na_created {created}\n";
        Assert.Equal(0UL, Point(await ScrapeAsync(Page()), "a_total").Start);
        Assert.Equal((ulong)created * 1_000_000_000, Point(await ScrapeAsync(Page()), "a_total").Start);
    }

    [Fact]
    public async Task A_series_ends_after_its_last_sample_when_the_clock_is_set_back()
    {
        var last = Point(await ScrapeAsync("a 1\n"), "a");
        _target.Time.ShiftWallClock(TimeSpan.FromMinutes(-1));
        var end = Point(await ScrapeAsync("b 1\n"), "a");
        Assert.Equal((true, last.Time + 1_000_000), (end.IsStale, end.Time));
    }

    [Fact]
    public async Task A_target_that_is_gone_at_once_ends_after_its_last_sample()
    {
        var last = Point(await ScrapeAsync("a 1\n"), "a");
        var end = Point(ScrapeBench.Points(await _target.EndAsync()), "a");
        Assert.Equal((true, last.Time + 1_000_000), (end.IsStale, end.Time));
    }

    [Fact]
    public async Task Up_has_the_time_of_the_scrape_also_where_the_target_exposes_one_of_another()
    {
        var up = Point(await ScrapeAsync("up 5 1000\n"), "up");
        Assert.Equal((1, (ulong)_target.NowMs * 1_000_000), (up.Number, up.Time));
        Assert.Contains("up", Ended(ScrapeBench.Points(await _target.EndAsync())));
    }

    [Fact]
    public async Task What_ends_has_the_unit_that_it_had_which_is_of_its_name_in_Prometheus()
    {
        await using var target = await ScrapedTarget.StartAsync(new ScrapeOptions { JobName = "job" }, trimsSuffixes: true);
        await target.ScrapeAsync("# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n", contentType: MetricsTarget.OpenMetrics);
        var points = ScrapeBench.Points(await target.ScrapeAsync("# TYPE a_seconds gauge\n}\n", contentType: MetricsTarget.OpenMetrics));
        Assert.Equal(("s", true), (Point(points, "a").Metric.Unit, Point(points, "a").IsStale));
    }

    [Fact]
    public async Task Metrics_that_have_one_name_without_their_units_stay_two_also_when_they_end()
    {
        await using var target = await ScrapedTarget.StartAsync(new ScrapeOptions { JobName = "job" }, trimsSuffixes: true);
        const string Page =
            """
            # TYPE a_seconds counter
            # UNIT a_seconds seconds
            a_seconds_total 1
            a_seconds_created 1001
            # TYPE a_bytes counter
            # UNIT a_bytes bytes
            a_bytes_total 2
            a_bytes_created 1002
            # EOF

            """;
        var points = ScrapeBench.Points(await target.ScrapeAsync(Page, contentType: MetricsTarget.OpenMetrics)).Where(point => point.Metric.Name == "a");
        Assert.Equal([("s", 1.0, 1001_000_000_000UL), ("By", 2.0, 1002_000_000_000UL)], points.Select(point => (point.Metric.Unit, point.Number, point.Start)));
        var ends = ScrapeBench.Points(await target.ScrapeAsync(null)).Where(point => point.Metric.Name == "a");
        Assert.Equal([("s", true), ("By", true)], ends.Select(point => (point.Metric.Unit, point.IsStale)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_is_one_series_beside_its_counter_also_when_both_have_one_name(bool trimsSuffixes)
    {
        await using var target = await ScrapedTarget.StartAsync(new ScrapeOptions { JobName = "job" }, trimsSuffixes);
        var points = ScrapeBench.Points(await target.ScrapeAsync("# TYPE a counter\na_total 1\na_created 1001\n# EOF\n", contentType: MetricsTarget.OpenMetrics));
        Assert.Equal(1001_000_000_000UL, Point(points, trimsSuffixes ? "a" : "a_total").Start);
        Assert.Equal(2, Point(points, "scrape_series_added").Number);
    }

    [Fact]
    public async Task Units_hold_when_what_is_gone_is_taken_out()
    {
        const string Metric = "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n";
        var others = string.Concat(Enumerable.Range(0, 100).Select(number => $"b{number} 1\n"));
        await _target.ScrapeAsync($"{others}{Metric}# EOF\n", contentType: MetricsTarget.OpenMetrics);
        await _target.ScrapeAsync($"{Metric}# EOF\n", contentType: MetricsTarget.OpenMetrics);
        var points = ScrapeBench.Points(await _target.ScrapeAsync($"{Metric}# EOF\n", contentType: MetricsTarget.OpenMetrics));
        Assert.Equal(("s", false), (Point(points, "a_seconds").Metric.Unit, Point(points, "a_seconds").IsStale));
        Assert.Equal("s", Point(ScrapeBench.Points(await _target.ScrapeAsync(null)), "a_seconds").Metric.Unit);
    }

    [Fact]
    public async Task A_metric_that_gets_another_unit_ends_with_the_one_before()
    {
        await _target.ScrapeAsync("# TYPE a_seconds gauge\na_seconds 1\n# EOF\n", contentType: MetricsTarget.OpenMetrics);
        var points = ScrapeBench.Points(await _target.ScrapeAsync("# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 2\n# EOF\n", contentType: MetricsTarget.OpenMetrics));
        Assert.Equal([("", true), ("s", false)], points.Where(point => point.Metric.Name == "a_seconds").Select(point => (point.Metric.Unit, point.IsStale)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# UNIT scrape_duration_seconds seconds\n")]
    public async Task What_is_said_of_the_scrape_takes_the_place_of_what_the_target_exposes_under_that_name(string unit)
    {
        var page = $"# TYPE scrape_duration_seconds gauge\n{unit}scrape_duration_seconds 5000\n# EOF\n";
        var point = Point(ScrapeBench.Points(await _target.ScrapeAsync(page, contentType: MetricsTarget.OpenMetrics)), "scrape_duration_seconds");
        Assert.Equal("s", point.Metric.Unit);
        Assert.NotEqual(5000, point.Number);
    }

    private async Task<IReadOnlyList<ScrapedPoint>> ScrapeAsync(string page)
    {
        _target.Time.Advance(TimeSpan.FromSeconds(10));
        ExportMetricsServiceRequest request = await _target.ScrapeAsync(page);
        return [.. ScrapeBench.Points(request)];
    }

    private static ScrapedPoint Point(IEnumerable<ScrapedPoint> points, string name) => points.Single(point => point.Metric.Name == name);

    private static IEnumerable<string> Ended(IEnumerable<ScrapedPoint> points) => points.Where(point => point.IsStale).Select(point => point.Metric.Name).Where(name => !name.StartsWith("scrape_", StringComparison.Ordinal));
}
