using System.IO.Compression;
using System.Text;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;
using Sluice.Testing;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

/// <summary>
/// What becomes of what is scraped, as https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/ and Prometheus' configuration
/// have it, over real sockets.
/// </summary>
public sealed class ScrapeSemanticsTests : IAsyncLifetime
{
    private readonly ScrapeBench _bench = new();
    private MetricsTarget _target = null!;

    public async ValueTask InitializeAsync() => _target = await MetricsTarget.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Every_scrape_tells_of_itself()
    {
        _target.Expose("a 1\nb 2\nc 3\n");
        await _bench.StartAsync(_target.Address, "metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]");
        Assert.Equal(3, (await _bench.PointAsync("scrape_samples_scraped")).Number);
        Assert.Equal(2, (await _bench.PointAsync("scrape_samples_post_metric_relabeling")).Number);
        Assert.Equal(2, (await _bench.PointAsync("scrape_series_added")).Number);
        await _bench.PointAsync("scrape_series_added", point => point.Number == 0);
        Assert.InRange((await _bench.PointAsync("scrape_duration_seconds")).Number, 0, 100);
        var up = await _bench.PointAsync("up");
        Assert.Equal(1, up.Number);
        Assert.Equal($"server.address=127.0.0.1,server.port={_target.Address.Split(':')[1]},service.instance.id={_target.Address},service.name=job,url.scheme=http", up.ResourceText);
        Assert.Equal("", up.AttributesText);
    }

    [Fact]
    public async Task What_is_asked_for_is_said_in_the_request()
    {
        _target.Expose("a 1\n", "/stats");
        await _bench.StartAsync(_target.Address, "metrics_path: /stats, params: {module: [one, two], x: ['a b']}");
        var seen = _target.Seen.First();
        Assert.Equal("/stats?module=one&x=a%20b&module=two", seen.Path);
        Assert.StartsWith("application/openmetrics-text;version=1.0.0", seen.Headers["accept"], StringComparison.Ordinal);
        Assert.Equal(("gzip", "10"), (seen.Headers["accept-encoding"], seen.Headers["x-prometheus-scrape-timeout-seconds"]));
        Assert.StartsWith("Sluice/", seen.Headers["user-agent"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Types_become_what_OpenTelemetry_has_for_them()
    {
        _target.Expose(
            """
            # TYPE c_seconds counter
            # UNIT c_seconds seconds
            # HELP c_seconds Counted.
            c_seconds_total{x="1"} 17.5 # {trace_id="0102030405060708090a0b0c0d0e0f10",span_id="0102030405060708",more="y"} 0.5 1520879607.789
            c_seconds_created{x="1"} 1520872607.123
            # TYPE g gauge
            g 1
            # TYPE i info
            i_info{v="1.2"} 1
            # TYPE s stateset
            s{s="on"} 1
            u 2
            # EOF
            """ + "\n",
            contentType: MetricsTarget.OpenMetrics);
        await _bench.StartAsync(_target.Address);
        var counter = await _bench.PointAsync("c_seconds_total");
        Assert.Equal(("s", "Counted.", true, AggregationTemporality.Cumulative), (counter.Metric.Unit, counter.Metric.Description, counter.Metric.Sum.IsMonotonic, counter.Metric.Sum.AggregationTemporality));
        Assert.Equal(("x=1", 17.5, 1_520_872_607_123_000_000UL), (counter.AttributesText, counter.Number, counter.Start));
        Assert.Equal("prometheus.type=counter", ScrapedPoint.Text(counter.Metric.Metadata));
        var exemplar = ((NumberDataPoint)counter.Point).Exemplars.Single();
        Assert.Equal(
            ("0102030405060708090A0B0C0D0E0F10", "0102030405060708", 0.5, 1_520_879_607_789_000_000UL, "more=y"),
            (Convert.ToHexString(exemplar.TraceId.Span), Convert.ToHexString(exemplar.SpanId.Span), exemplar.AsDouble, exemplar.TimeUnixNano, ScrapedPoint.Text(exemplar.FilteredAttributes)));

        Assert.Equal(Metric.DataOneofCase.Gauge, (await _bench.PointAsync("g")).Metric.DataCase);
        Assert.False((await _bench.PointAsync("i_info")).Metric.Sum.IsMonotonic);
        Assert.False((await _bench.PointAsync("s")).Metric.Sum.IsMonotonic);
        var unknown = await _bench.PointAsync("u");
        Assert.Equal((Metric.DataOneofCase.Gauge, "prometheus.type=unknown"), (unknown.Metric.DataCase, ScrapedPoint.Text(unknown.Metric.Metadata)));
        Assert.DoesNotContain(_bench.Points(), point => point.Metric.Name.EndsWith("_created", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Samples_that_are_before_1970_or_far_ahead_are_left_out_and_no_others()
    {
        var now = _bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        _target.Expose($"early 1 1000\nahead 2 {now + 600_000}\nfar 3 {now + 1_000_000_000}\nnegative 4 -5\nhuge 5 99999999999999999\nleast 6 {long.MinValue}\nplain 7\n");
        await _bench.StartAsync(_target.Address);
        await _bench.ScrapeAsync();

        Assert.Equal(1_000_000_000UL, (await _bench.PointAsync("early")).Time);
        Assert.Equal((ulong)(now + 600_000) * 1_000_000, (await _bench.PointAsync("ahead")).Time);
        await _bench.PointAsync("plain");
        Assert.DoesNotContain(_bench.Points(), point => point.Metric.Name is "far" or "negative" or "huge" or "least");
        Assert.Equal((1, 7), ((await _bench.PointAsync("up")).Number, (await _bench.PointAsync("scrape_samples_scraped")).Number));
        Assert.True(_bench.Counts.Of("sluice_prometheus_receiver_mistimed_samples", ("scrape_job", "job")) is var left && left >= 8 && left % 4 == 0, $"{left} are counted");
        Assert.Contains($"far at {now + 1_000_000_000} ms", Assert.Single(_bench.Log.Lines, line => line.Contains("left out", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Their_times_do_not_matter_where_that_of_the_scrape_holds()
    {
        _target.Expose("negative 4 -5\n");
        await _bench.StartAsync(_target.Address, "honor_timestamps: false");
        await _bench.PointAsync("negative");
    }

    [Fact]
    public async Task Exemplars_with_such_times_are_left_out()
    {
        _target.Expose("# TYPE c counter\nc_total 1 # {a=\"b\"} 2 99999999999\nd 1\n# EOF\n", contentType: MetricsTarget.OpenMetrics);
        await _bench.StartAsync(_target.Address);
        Assert.Empty(((NumberDataPoint)(await _bench.PointAsync("c_total")).Point).Exemplars);
    }

    [Fact]
    public async Task A_long_page_is_read_whole()
    {
        var page = string.Concat(Enumerable.Range(0, 40_000).Select(number => $"a_rather_long_name_of_a_metric_{number} {number}\n"));
        _target.Expose(page + $"b{{long=\"{new string('x', 3 << 20)}\"}} 2\nc 3");
        await _bench.StartAsync(_target.Address);
        Assert.Equal(39_999, (await _bench.PointAsync("a_rather_long_name_of_a_metric_39999")).Number);
        Assert.Equal(3 << 20, (await _bench.PointAsync("b")).AttributesText.Length - "long=".Length);
        Assert.Equal(3, (await _bench.PointAsync("c")).Number);
        Assert.Equal(40_002, (await _bench.PointAsync("scrape_samples_scraped")).Number);
    }

    [Fact]
    public async Task The_line_of_a_fault_is_counted_from_the_beginning_of_the_page()
    {
        _target.Expose(string.Concat(Enumerable.Range(0, 5_000).Select(number => $"a_rather_long_name_of_a_metric_{number} {number}\n")) + "}\n");
        await _bench.StartAsync(_target.Address);
        Assert.Contains("line 5001, column 1:", await _bench.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_for_which_there_is_no_memory_fails_the_scrape()
    {
        await using var bench = new ScrapeBench(intakeLimit: 200_000);
        _target.Expose($"a{{long=\"{new string('x', 300_000)}\"}} 1\n");
        await bench.StartAsync(_target.Address);
        Assert.Contains("there is no memory for it (service::intake::max_memory)", await bench.ProblemAsync(), StringComparison.Ordinal);
        _target.Expose("b 1\n");
        await bench.PointAsync("b");
    }

    [Fact]
    public async Task Histograms_and_summaries_are_put_together()
    {
        _target.Expose(
            """
            # TYPE h histogram
            h_bucket{x="1",le="+Inf"} 7 # {a="b"} 9
            h_bucket{x="1",le="5.0"} 4
            h_bucket{x="1",le="0.5"} 1
            h_count{x="1"} 7
            h_sum{x="1"} 30.5
            h_created{x="1"} 1520872609.125
            # TYPE n histogram
            n_bucket{le="1.0"} 1
            n_bucket{le="+Inf"} 2
            # TYPE o histogram
            o_sum 1
            # TYPE q summary
            q{quantile="0.5"} 3
            q{quantile="0.99"} 8
            q_count 17
            q_sum 40
            # TYPE r summary
            r{quantile="0.5"} 3
            # EOF
            """ + "\n",
            contentType: MetricsTarget.OpenMetrics);
        await _bench.StartAsync(_target.Address);
        var histogram = await _bench.PointAsync("h");
        Assert.Equal("x=1", histogram.AttributesText);
        Assert.Equal((7UL, 30.5, 1_520_872_609_125_000_000UL), (histogram.Histogram.Count, histogram.Histogram.Sum, histogram.Start));
        Assert.Equal([0.5, 5], histogram.Histogram.ExplicitBounds);
        Assert.Equal([1UL, 3, 3], histogram.Histogram.BucketCounts);
        Assert.Equal(9, histogram.Histogram.Exemplars.Single().AsDouble);

        // The last bucket counts all there are; of what has neither it nor a count nothing can be said.
        var without = (await _bench.PointAsync("n")).Histogram;
        Assert.Equal((2UL, false), (without.Count, without.HasSum));
        var summary = await _bench.PointAsync("q");
        Assert.Equal((17UL, 40.0, "0.5=3,0.99=8"), (summary.Summary.Count, summary.Summary.Sum, string.Join(',', summary.Summary.QuantileValues.Select(part => FormattableString.Invariant($"{part.Quantile}={part.Value}")))));
        Assert.DoesNotContain(_bench.Points(), point => point.Metric.Name is "o" or "r" || point.Metric.Name.StartsWith("o_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a_milliseconds", "milliseconds", "ms")]
    [InlineData("a_ratio", "ratio", "1")]
    [InlineData("a_bytes_per_second", "bytes_per_second", "By/s")]
    [InlineData("a_widgets", "widgets", "widgets")]
    [InlineData("a_widgets_per_day", "widgets_per_day", "widgets/d")]
    public async Task Units_are_those_of_OpenTelemetry(string name, string unit, string expected)
    {
        _target.Expose($"# TYPE {name} gauge\n# UNIT {name} {unit}\n{name} 1\n# EOF\n", contentType: MetricsTarget.OpenMetrics);
        await _bench.StartAsync(_target.Address);
        Assert.Equal(expected, (await _bench.PointAsync(name)).Metric.Unit);
    }

    [Fact]
    public async Task Suffixes_are_taken_off_where_that_is_asked_for()
    {
        _target.Expose("# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\n# EOF\n", contentType: MetricsTarget.OpenMetrics);
        await _bench.StartAsync(_target.Address, receiver: "trim_metric_suffixes: true");
        Assert.Equal(("s", 1.0), ((await _bench.PointAsync("a")).Metric.Unit, (await _bench.PointAsync("a")).Number));
    }

    [Fact]
    public async Task Labels_about_scopes_and_targets_become_scopes_and_resources()
    {
        _target.Expose(
            """
            # TYPE otel_scope info
            otel_scope_info{otel_scope_name="lib",otel_scope_version="1.2",mascot="bear"} 1
            # TYPE target info
            target_info{region="north"} 1
            # TYPE a gauge
            a{otel_scope_name="lib",otel_scope_version="1.2",otel_scope_schema_url="https://x/1",otel_scope_color="red",x="1"} 1
            b 2
            # EOF
            """ + "\n",
            contentType: MetricsTarget.OpenMetrics);
        await _bench.StartAsync(_target.Address);
        var scoped = await _bench.PointAsync("a");
        Assert.Equal(("lib", "1.2", "color=red,mascot=bear", "https://x/1"), (scoped.Scope.Scope.Name, scoped.Scope.Scope.Version, ScrapedPoint.Text(scoped.Scope.Scope.Attributes), scoped.Scope.SchemaUrl));
        Assert.Equal("x=1", scoped.AttributesText);
        Assert.Contains("region=north", scoped.ResourceText, StringComparison.Ordinal);
        var other = await _bench.PointAsync("b");
        Assert.Equal("sluice/receiver/prometheus", other.Scope.Scope.Name);
        Assert.Contains("region=north", other.ResourceText, StringComparison.Ordinal);
        Assert.DoesNotContain(_bench.Points(), point => point.Metric.Name is "otel_scope_info" or "target_info");
    }

    [Theory]
    [InlineData("", "other", "exported_instance=there,exported_job=theirs,exported_site=far,site=here")]
    [InlineData("honor_labels: true, ", "theirs", "site=far")]
    public async Task Labels_that_clash_are_the_targets_or_the_jobs(string options, string job, string attributes)
    {
        _target.Expose("a{job=\"theirs\",instance=\"there\",site=\"far\"} 1\n");
        await _bench.StartJobAsync($"job_name: other, {options}static_configs: [{{targets: ['{_target.Address}'], labels: {{site: here}}}}]");
        var point = await _bench.PointAsync("a");
        Assert.Contains($"service.name={job}", point.ResourceText, StringComparison.Ordinal);
        Assert.Equal(attributes, point.AttributesText);
    }

    [Theory]
    [InlineData("honor_timestamps: true", true)]
    [InlineData("honor_timestamps: false", false)]
    public async Task Times_are_the_targets_or_those_of_the_scrape(string options, bool isTheirs)
    {
        _target.Expose("a 1 1395066363000\n");
        await _bench.StartAsync(_target.Address, options);
        Assert.Equal(isTheirs, (await _bench.PointAsync("a")).Time == 1_395_066_363_000_000_000);
    }

    [Fact]
    public async Task A_counter_counts_since_the_first_scrape_and_anew_when_it_falls()
    {
        _target.Expose("# TYPE a_total counter\na_total 5\n");
        await _bench.StartAsync(_target.Address);
        var first = await _bench.PointAsync("a_total");
        Assert.Equal(first.Time, first.Start);
        _target.Expose("# TYPE a_total counter\na_total 9\n");
        var second = await _bench.PointAsync("a_total", point => point.Number == 9);
        Assert.Equal(first.Start, second.Start);
        _target.Expose("# TYPE a_total counter\na_total 2\n");
        var third = await _bench.PointAsync("a_total", point => point.Number == 2);
        var reset = _bench.Points().First(point => point.Metric.Name == "a_total" && point.Number == 2);
        Assert.Equal(reset.Time, reset.Start);
        Assert.Equal(reset.Start, third.Start);
    }

    [Fact]
    public async Task Series_that_are_gone_and_all_of_a_target_that_fails_are_marked_once()
    {
        _target.Expose("a 1\n# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\n# TYPE q summary\nq_count 1\nq_sum 1\nwith_time 1 1395066363000\n");
        await _bench.StartAsync(_target.Address);
        await _bench.PointAsync("a");
        _target.Expose("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\n# TYPE q summary\nq_count 1\nq_sum 1\nwith_time 1 1395066363000\n");
        Assert.Equal(0, (await _bench.PointAsync("a", point => point.IsStale)).Number);
        _target.Answer(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await _bench.PointAsync("h", point => point.IsStale);
        await _bench.PointAsync("q", point => point.IsStale);
        await _bench.ScrapeAsync();
        await _bench.ScrapeAsync();
        Assert.Equal(["a", "h", "q"], _bench.Points().Where(point => point.IsStale).Select(point => point.Metric.Name).Order(StringComparer.Ordinal));
        Assert.Contains("it answered 500", await _bench.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_that_gets_another_type_ends_before_it_goes_on()
    {
        _target.Expose("a_total 1\n");
        await _bench.StartAsync(_target.Address);
        await _bench.PointAsync("a_total", point => point.Metric.Gauge is not null);
        _target.Expose("# TYPE a_total counter\na_total 2\n");
        await _bench.PointAsync("a_total", point => point.Metric.Sum is not null);
        var points = _bench.Points().Where(point => point.Metric.Name == "a_total").ToList();
        var end = points.FindIndex(point => point.IsStale);
        Assert.NotNull(points[end].Metric.Gauge);

        // To a database both are one series, which takes one value at a time.
        Assert.Equal(points[end + 1].Time - 1_000_000, points[end].Time);
        Assert.NotNull(points[end + 1].Metric.Sum);
    }

    [Fact]
    public async Task A_target_that_is_gone_is_marked_with_what_was_said_about_it()
    {
        _target.Expose("a 1\n");
        var file = Path.Combine(_bench.Directory, "targets.json");
        await File.WriteAllTextAsync(file, $$"""[{"targets": ["{{_target.Address}}"]}]""");
        await _bench.StartJobAsync($"job_name: job, file_sd_configs: [{{files: ['{file}'], refresh_interval: 10s}}]", timers: 2);
        await _bench.PointAsync("a");
        File.Delete(file);
        await _bench.PointAsync("up", point => point.IsStale);
        await _bench.PointAsync("a", point => point.IsStale);
    }

    [Fact]
    public async Task Of_two_samples_of_one_series_the_first_holds()
    {
        _target.Expose("a{x=\"1\"} 1\na{x=\"1\"} 2\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_count 2\nh_sum 1\n");
        await _bench.StartAsync(_target.Address);
        Assert.Equal(1, (await _bench.PointAsync("a")).Number);
        Assert.Equal([1.0], (await _bench.PointAsync("h")).Histogram.ExplicitBounds);
    }

    [Fact]
    public async Task A_scrape_with_too_many_samples_says_how_many_there_were()
    {
        _target.Expose("a 1\nb 2\nc 3\n");
        await _bench.StartAsync(_target.Address, "sample_limit: 1, metric_relabel_configs: [{source_labels: [__name__], regex: c, action: drop}]");
        Assert.Equal(0, (await _bench.PointAsync("up")).Number);
        Assert.Equal(3, (await _bench.PointAsync("scrape_samples_scraped")).Number);
        Assert.Equal(2, (await _bench.PointAsync("scrape_samples_post_metric_relabeling")).Number);
    }

    [Fact]
    public async Task A_target_that_is_none_is_told_of_with_the_file_it_stands_in()
    {
        var file = Path.Combine(_bench.Directory, "targets.json");
        await File.WriteAllTextAsync(file, """[{"targets": ["x:1/metrics"]}]""");
        await _bench.BeginAsync($"job_name: job, file_sd_configs: [{{files: ['{file}']}}]");
        Assert.Contains(_bench.Log.Lines, line => line.Contains($"{file}: the target \"x:1/metrics\" is not a host with a port", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sample_limit: 1", "it has 2 samples, more than 1 (sample_limit)")]
    [InlineData("label_limit: 3", "a sample of b has 4 labels, more than 3 (label_limit)")]
    [InlineData("label_name_length_limit: 7", "the label __name__ of a is longer than 7 bytes (label_name_length_limit)")]
    [InlineData("label_value_length_limit: 30", "the value of the label long of b is longer than 30 bytes (label_value_length_limit)")]
    [InlineData("body_size_limit: 20B", "it is longer than 20 (body_size_limit)")]
    [InlineData("target_limit: 1, file_sd_configs: [{files: ['$more']}]", "the job has 2 targets, more than 1 (target_limit)")]
    public async Task What_is_beyond_a_limit_fails_the_scrape(string options, string problem)
    {
        _target.Expose("a 1\nb{long=\"abcdefghijklmnopqrstuvwxyz0123456789\"} 2\n");
        var more = Path.Combine(_bench.Directory, "more.json");
        await File.WriteAllTextAsync(more, """[{"targets": ["127.0.0.1:1"]}]""");
        await _bench.StartAsync(_target.Address, options.Replace("$more", more, StringComparison.Ordinal), timers: options.Contains("$more", StringComparison.Ordinal) ? 3 : 1);
        Assert.Contains(problem, await _bench.ProblemAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(_bench.Points(), point => point.Metric.Name is "a" or "b");
    }

    [Theory]
    [InlineData("sample_limit: 2")]
    [InlineData("label_limit: 4")]
    [InlineData("label_name_length_limit: 8")]
    [InlineData("label_value_length_limit: 36")]
    [InlineData("target_limit: 1")]
    public async Task What_is_within_a_limit_does_not(string options)
    {
        _target.Expose("a 1\nb{long=\"abcdefghijklmnopqrstuvwxyz0123456789\"} 2\n");
        await _bench.StartAsync(_target.Address, options);
        Assert.Equal(1, (await _bench.PointAsync("up")).Number);
        await _bench.PointAsync("b");
    }

    [Fact]
    public async Task A_target_that_is_slower_than_the_timeout_fails()
    {
        _target.Answer(context => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task.WaitAsync(context.RequestAborted));
        await _bench.BeginAsync($"job_name: job, static_configs: [{{targets: ['{_target.Address}']}}]");
        _bench.Tick();
        await Eventually.TrueAsync(() => _target.Seen.Count == 1, "it is scraped");
        _bench.Tick();
        await Eventually.TrueAsync(() => _bench.Points().Count > 0, "the scrape has failed");
        Assert.Contains("there was no answer within 10 s", await _bench.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_may_be_compressed_and_one_that_pretends_fails()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("a 1\n"), TestContext.Current.CancellationToken);
        }

        var page = compressed.ToArray();
        _target.Answer(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(page);
        });
        await _bench.StartAsync(_target.Address);
        await _bench.PointAsync("a");
        page = Encoding.UTF8.GetBytes("this is no gzip at all");
        Assert.Contains("it says that it is gzip, and is not", await _bench.ProblemAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{config: {scrape_configs: [{job_name: a, scrape_interval: 1s, scrape_timeout: 2s, static_configs: [{targets: [x:1]}]}]}}", "is longer than scrape_interval")]
    [InlineData("{config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}]}]}}", "file_sd_configs")]
    [InlineData("{config: {scrape_configs: [{job_name: a, http_sd_configs: [{url: 'http://x'}]}]}}", "file_sd_configs")]
    [InlineData("{config: {scrape_configs: [{job_name: a, nomad_sd_configs: [{}]}]}}", "file_sd_configs")]
    [InlineData("{target_allocator: {endpoint: 'http://x'}, config: {scrape_configs: [{job_name: a, static_configs: [{targets: [x:1]}]}]}}", "static_configs")]
    [InlineData("{config: {global: {sample_limit: 5}, scrape_configs: [{job_name: a, static_configs: [{targets: [x:1]}]}]}}", "set it in the jobs")]
    [InlineData("{config: {scrape_configs: [{job_name: a, oauth2: {client_id: x}, static_configs: [{targets: [x:1]}]}]}}", "credentials_file")]
    [InlineData("{config: {scrape_configs: [{job_name: a, http_headers: {x: {values: [y]}}, static_configs: [{targets: [x:1]}]}]}}", "basic_auth")]
    [InlineData("{use_start_time_metric: true, config: {scrape_configs: [{job_name: a, static_configs: [{targets: [x:1]}]}]}}", "_created")]
    public void What_is_not_there_is_an_error_that_says_what_is(string options, string expected) =>
        Assert.Contains(expected, ScrapeBench.Errors(options), StringComparison.Ordinal);
}
