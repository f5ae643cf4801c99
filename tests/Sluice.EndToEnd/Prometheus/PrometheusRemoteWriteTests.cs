using System.Text.Json.Nodes;
using OpenTelemetry.Metrics;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;

using static Sluice.EndToEnd.Prometheus.PrometheusScrapeTests;
using AggregationTemporality = OpenTelemetry.Proto.Metrics.V1.AggregationTemporality;
using Metric = OpenTelemetry.Proto.Metrics.V1.Metric;

namespace Sluice.EndToEnd.Prometheus;

/// <summary>From the OpenTelemetry SDK for .NET through Sluice by remote write into a real Prometheus, and back by queries.</summary>
public sealed class PrometheusRemoteWriteTests
{
    private static string Configuration(string address) =>
        $$"""
        exporters:
          prometheusremotewrite: {endpoint: "http://{{address}}/api/v1/write", external_labels: {cluster: blue}, retry_on_failure: {max_interval: 100ms} }
        service:
          pipelines:
            metrics: {receivers: [otlp], exporters: [prometheusremotewrite]}
        """;

    [Fact]
    public async Task What_the_sdk_measures_is_queried_back_exactly()
    {
        PrometheusServer.SkipUnlessInstalled();
        await using var prometheus = await PrometheusServer.StartReceiverAsync();
        await using var sluice = await Instance.StartAsync(Configuration(prometheus.Address));
        var trace = await Task.Run(() => Send(sluice.Process.Endpoints["otlp/http"], MetricReaderTemporalityPreference.Cumulative));

        await ExpectAsync(prometheus, "e2e_calls_total", ("", "7"));
        await ExpectAsync(prometheus, "e2e_queue", ("", "-3"));
        await ExpectAsync(prometheus, "e2e_temperature_celsius", ("", "21.5"));
        await ExpectAsync(prometheus, "e2e_duration_seconds_bucket", ("0.5", "2"), ("5", "4"), ("+Inf", "6"));
        await ExpectAsync(prometheus, "e2e_duration_seconds_sum", ("", "86.5"));
        await ExpectAsync(prometheus, "e2e_duration_seconds_count", ("", "6"));
        await ExpectAsync(prometheus, "e2e_calls_total * on (job, instance) group_left (region) target_info", ("", "7"));
        await ExpectAsync(prometheus, "histogram_count(e2e_exponential)", ("", "6"));
        await ExpectAsync(prometheus, "histogram_sum(e2e_exponential)", ("", "14"));

        // Values 1, 2, 4 twice: each lies at the end of a bucket, whatever the resolution.
        var buckets = (await prometheus.NativeHistogramAsync("e2e_exponential"))!["buckets"]!.AsArray();
        Assert.Equal([("1", "2"), ("2", "2"), ("4", "2")], buckets.Select(bucket => (bucket![2]!.GetValue<string>(), bucket[3]!.GetValue<string>())));
        var labels = (await prometheus.QueryAsync("e2e_calls_total"))[0].Labels;
        Assert.Equal(
            ("blue", "space/shop", "shop-1", "/a", "e2e.scope"),
            (Text(labels, "cluster"), Text(labels, "job"), Text(labels, "instance"), Text(labels, "http_route"), Text(labels, "otel_scope_name")));
        await Eventually.TrueAsync(
            async () => (await prometheus.ExemplarsAsync("e2e_duration_seconds_bucket")).Any(exemplar => Text(exemplar, "trace_id") == trace),
            () => $"an exemplar of trace {trace} in Prometheus");
    }

    [Fact]
    public async Task Summaries_and_the_end_of_series_arrive_and_deltas_are_dead_letters()
    {
        PrometheusServer.SkipUnlessInstalled();
        await using var prometheus = await PrometheusServer.StartReceiverAsync();
        await using var sluice = await Instance.StartAsync(Configuration(prometheus.Address));
        var now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var summary = new SummaryDataPoint { Count = 4, Sum = 10, TimeUnixNano = now };
        summary.QuantileValues.Add(new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 0.5, Value = 2 });
        var delta = new Sum { AggregationTemporality = AggregationTemporality.Delta, IsMonotonic = true, DataPoints = { new NumberDataPoint { AsInt = 1, TimeUnixNano = now } } };

        await SendAsync(sluice, new Metric { Name = "q", Summary = new() { DataPoints = { summary } } }, Gauge(1, now), new Metric { Name = "d", Sum = delta });

        await ExpectAsync(prometheus, "q{quantile=\"0.5\"}", ("", "2"));
        await ExpectAsync(prometheus, "q_count", ("", "4"));
        await ExpectAsync(prometheus, "q_sum", ("", "10"));
        await ExpectAsync(prometheus, "g", ("", "1"));
        await SendAsync(sluice, Gauge(0, now + 1_000_000, isEnd: true));
        await ExpectAsync(prometheus, "g");
        await Eventually.TrueAsync(
            async () => (await sluice.Api.GetAsync("ledger"))["pipelines"]!.ToJsonString().Contains("\"dead_lettered\":1", StringComparison.Ordinal),
            () => "the delta among the dead letters");
    }

    [Fact]
    public async Task A_receiver_that_knows_the_first_version_alone_gets_that()
    {
        PrometheusServer.SkipUnlessInstalled();
        await using var prometheus = await PrometheusServer.StartReceiverAsync();
        await using var sluice = await Instance.StartAsync(Configuration(prometheus.Address).Replace("external_labels", "protobuf_message: io.prometheus.write.v2.Request, external_labels", StringComparison.Ordinal));
        await SendAsync(sluice, Gauge(1, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000));

        // From version 3 on it knows both.
        await ExpectAsync(prometheus, "g", ("", "1"));
    }

    private static string Text(JsonObject labels, string name) => labels[name]?.GetValue<string>() ?? "";

    private static Metric Gauge(double value, ulong time, bool isEnd = false) =>
        new() { Name = "g", Gauge = new() { DataPoints = { new NumberDataPoint { AsDouble = value, TimeUnixNano = time, Flags = isEnd ? 1u : 0 } } } };

    private static Task SendAsync(Instance sluice, params Metric[] metrics) => sluice.Otlp.SendAsync(
        Signal.Metrics,
        new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { metrics } } } } } });
}
