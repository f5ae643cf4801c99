using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sluice.EndToEnd.Sdks;
using Sluice.EndToEnd.Support;
using Sluice.Testing;

namespace Sluice.EndToEnd.Prometheus;

/// <summary>From the OpenTelemetry SDK for .NET through Sluice into a real Prometheus, and back by queries.</summary>
public sealed class PrometheusScrapeTests
{
    private static readonly Lock OneAtATime = new();

    private const string Configuration =
        """
        exporters:
          prometheus: {endpoint: "127.0.0.1:0"}
        service:
          pipelines:
            metrics: {receivers: [otlp], exporters: [prometheus]}
        """;

    [Theory]
    [InlineData(MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(MetricReaderTemporalityPreference.Delta)]
    public async Task What_the_sdk_measures_is_queried_back_exactly(MetricReaderTemporalityPreference temporality)
    {
        PrometheusServer.SkipUnlessInstalled();
        await using var sluice = await Instance.StartAsync(Configuration);
        await using var prometheus = await PrometheusServer.StartAsync(sluice.Process.Endpoints["prometheus"]);
        var trace = await Task.Run(() => Send(sluice.Process.Endpoints["otlp/http"], temporality));

        await ExpectAsync(prometheus, "e2e_calls_total", ("", "7"));
        await ExpectAsync(prometheus, "e2e_queue", ("", "-3"));
        await ExpectAsync(prometheus, "e2e_temperature_celsius", ("", "21.5"));
        await ExpectAsync(prometheus, "e2e_duration_seconds_bucket", ("0.5", "2"), ("5.0", "4"), ("+Inf", "6"));
        await ExpectAsync(prometheus, "e2e_duration_seconds_sum", ("", "86.5"));
        await ExpectAsync(prometheus, "e2e_duration_seconds_count", ("", "6"));

        // Values 1, 2, 4 twice: with base 2^(2^-n) for some n each lies at the end of a bucket.
        await ExpectAsync(prometheus, "e2e_exponential_bucket{le=~\"1.0|2.0|4.0|[+]Inf\"}", ("1.0", "2"), ("2.0", "4"), ("4.0", "6"), ("+Inf", "6"));
        await ExpectAsync(prometheus, "e2e_exponential_sum", ("", "14"));
        await ExpectAsync(prometheus, "e2e_calls_total * on (job, instance) group_left (region) target_info", ("", "7"));
        await ExpectAsync(prometheus, "e2e_calls_total{job='space/shop',instance='shop-1',http_route='/a',otel_scope_name='e2e.scope'}", ("", "7"));

        await Eventually.TrueAsync(
            async () => (await prometheus.ExemplarsAsync("e2e_duration_seconds_bucket")).Any(exemplar => exemplar["trace_id"]?.ToString() == trace),
            () => $"an exemplar of trace {trace} in Prometheus");
    }

    [Theory]
    [InlineData(MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(MetricReaderTemporalityPreference.Delta)]
    public async Task Exponential_histograms_are_native_ones_for_a_scraper_that_takes_them(MetricReaderTemporalityPreference temporality)
    {
        PrometheusServer.SkipUnlessInstalled();
        await using var sluice = await Instance.StartAsync(Configuration);
        await using var prometheus = await PrometheusServer.StartAsync(sluice.Process.Endpoints["prometheus"], native: true);
        var trace = await Task.Run(() => Send(sluice.Process.Endpoints["otlp/http"], temporality));

        await ExpectAsync(prometheus, "histogram_count(e2e_exponential)", ("", "6"));
        await ExpectAsync(prometheus, "histogram_sum(e2e_exponential)", ("", "14"));

        // Values 1, 2, 4 twice, each at the upper end of its bucket.
        await ExpectAsync(prometheus, "histogram_fraction(-Inf, 1, e2e_exponential)", ("", "0.3333333333333333"));
        await ExpectAsync(prometheus, "histogram_fraction(1, 2, e2e_exponential)", ("", "0.3333333333333333"));
        await ExpectAsync(prometheus, "histogram_quantile(1, e2e_exponential)", ("", "4"));
        await ExpectAsync(prometheus, "{__name__=~\"e2e_exponential_.*\"}");

        await ExpectAsync(prometheus, "e2e_calls_total", ("", "7"));
        await ExpectAsync(prometheus, "e2e_queue", ("", "-3"));
        await ExpectAsync(prometheus, "e2e_temperature_celsius", ("", "21.5"));
        await ExpectAsync(prometheus, "e2e_duration_seconds_bucket", ("0.5", "2"), ("5.0", "4"), ("+Inf", "6"));
        await ExpectAsync(prometheus, "e2e_calls_total * on (job, instance) group_left (region) target_info", ("", "7"));
        await Eventually.TrueAsync(
            async () => (await prometheus.ExemplarsAsync("e2e_duration_seconds_bucket")).Any(exemplar => exemplar["trace_id"]?.ToString() == trace),
            () => $"an exemplar of trace {trace} in Prometheus");
    }

    [Fact]
    public async Task A_series_that_expires_is_stale_in_prometheus_at_its_next_scrape()
    {
        PrometheusServer.SkipUnlessInstalled();
        await using var sluice = await Instance.StartAsync(Configuration, extra: "exporters: {prometheus: {metric_expiration: 20s}}");
        await using var prometheus = await PrometheusServer.StartAsync(sluice.Process.Endpoints["prometheus"]);
        await Task.Run(() => Send(sluice.Process.Endpoints["otlp/http"], MetricReaderTemporalityPreference.Cumulative));
        await ExpectAsync(prometheus, "e2e_calls_total", ("", "7"));

        // Without the marker of staleness Prometheus would find the last value for five minutes.
        await ExpectAsync(prometheus, "e2e_calls_total");
        await ExpectAsync(prometheus, "count_over_time(e2e_calls_total[5m]) > bool 0", ("", "1"));
    }

    /// <summary>Sends twice, with some of the values each time.</summary>
    /// <returns>The trace that the first values were measured in.</returns>
    internal static string Send(string endpoint, MetricReaderTemporalityPreference temporality)
    {
        // A provider hears every meter of the process that has the name: those of two tests at once would be counted by both.
        lock (OneAtATime)
        {
            return SendAlone(endpoint, temporality);
        }
    }

    private static string SendAlone(string endpoint, MetricReaderTemporalityPreference temporality)
    {
        using var meter = new Meter("e2e.scope", "1.0");
        using var provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes(
                [new("service.namespace", "space"), new("service.name", "shop"), new("service.instance.id", "shop-1"), new("region", "north")]))
            .AddMeter("e2e.scope")
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddView("e2e.exponential", new Base2ExponentialBucketHistogramConfiguration())
            .AddView("e2e.duration", new ExplicitBucketHistogramConfiguration { Boundaries = [0.5, 5] })
            .AddReader(new PeriodicExportingMetricReader(
                new OtlpMetricExporter(new OtlpExporterOptions { Endpoint = new Uri($"http://{endpoint}/v1/metrics"), Protocol = OtlpExportProtocol.HttpProtobuf, TimeoutMilliseconds = DotNetSender.ExportTimeout }),
                Timeout.Infinite)
            {
                TemporalityPreference = temporality,
            })
            .Build();
        var route = new KeyValuePair<string, object?>("http.route", "/a");
        var calls = meter.CreateCounter<long>("e2e.calls", "{call}", "Calls.");
        var queue = meter.CreateUpDownCounter<long>("e2e.queue");
        var temperature = meter.CreateGauge<double>("e2e.temperature", "Cel");
        var duration = meter.CreateHistogram<double>("e2e.duration", "s");
        var exponential = meter.CreateHistogram<double>("e2e.exponential");
        using var activity = new Activity("measured").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        for (var round = 0; round < 2; round++)
        {
            calls.Add(3 + round, route);
            queue.Add(round == 0 ? 2 : -5, route);
            temperature.Record(20 + (1.5 * round), route);
            foreach (var value in (double[])[0.25, 3, 40])
            {
                duration.Record(value, route);
            }

            foreach (var value in (double[])[1, 2, 4])
            {
                exponential.Record(value, route);
            }

            Assert.True(provider.ForceFlush());
        }

        return activity.TraceId.ToHexString();
    }

    internal static async Task ExpectAsync(PrometheusServer prometheus, string query, params (string Le, string Value)[] expected)
    {
        IReadOnlyList<(string Le, string Value)> found = [];
        await Eventually.TrueAsync(
            async () =>
            {
                found = [.. (await prometheus.QueryAsync(query)).Select(one => (one.Labels["le"]?.ToString() ?? "", one.Value))];
                return found.Count == expected.Length && found.ToHashSet().SetEquals(expected);
            },
            () => $"{query} is {string.Join(", ", expected)} in Prometheus; it was {string.Join(", ", found)}");
    }
}
