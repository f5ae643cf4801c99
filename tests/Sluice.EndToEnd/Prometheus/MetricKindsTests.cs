using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.EndToEnd.Sdks;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing.Processes;

using static Sluice.EndToEnd.Prometheus.PrometheusScrapeTests;
using Metric = OpenTelemetry.Proto.Metrics.V1.Metric;

namespace Sluice.EndToEnd.Prometheus;

/// <summary>
/// All five kinds of metrics at once over both ways into real Prometheus servers, of which one scrapes and the other takes remote writes. The
/// OpenTelemetry SDK for JavaScript sends four; summaries, which no SDK measures, come from a request made by hand.
/// </summary>
public sealed class MetricKindsTests
{
    private static string Configuration(string receiver) =>
        $$"""
        exporters:
          prometheus: {endpoint: "127.0.0.1:0"}
          prometheusremotewrite: {endpoint: "http://{{receiver}}/api/v1/write"}
          store:
        service:
          pipelines:
            metrics: {receivers: [otlp], exporters: [prometheus, prometheusremotewrite]}
            logs: {receivers: [otlp], exporters: [store]}
            traces: {receivers: [otlp], exporters: [store]}
        """;

    [Fact]
    public async Task Every_kind_is_queried_back_exactly_and_a_restarted_application_is_a_reset()
    {
        PrometheusServer.SkipUnlessInstalled();
        NodeScript.SkipUnlessInstalled();
        await using var receiver = await PrometheusServer.StartReceiverAsync();
        await using var sluice = await Instance.StartAsync(Configuration(receiver.Address));
        await using var scraper = await PrometheusServer.StartAsync(sluice.Process.Endpoints["prometheus"], native: true);
        PrometheusServer[] both = [receiver, scraper];

        await SendAsync(sluice, calls: 20);
        await SendSummaryAsync(sluice);
        foreach (var prometheus in both)
        {
            await ExpectAsync(prometheus, "js_counter_total", ("", "20"));
            await ExpectAsync(prometheus, "js_updown", ("", "-3"));
            await ExpectAsync(prometheus, "js_gauge", ("", "2.5"));
            await ExpectAsync(prometheus, "js_histogram_count", ("", "4"));
            await ExpectAsync(prometheus, "js_histogram_sum", ("", "555.5"));

            // How a bound is written is up to the format.
            await ExpectAsync(prometheus, "sum(js_histogram_bucket{le=~'1|1[.]0'})", ("", "1"));
            await ExpectAsync(prometheus, "sum(js_histogram_bucket{le=~'10|10[.]0'})", ("", "2"));
            await ExpectAsync(prometheus, "sum(js_histogram_bucket{le=~'100|100[.]0'})", ("", "3"));
            await ExpectAsync(prometheus, "js_histogram_bucket{le='+Inf'}", ("+Inf", "4"));

            // One of the values 0.5, 5, 50 and 500 up to a half, two up to 8, three up to 64.
            await ExpectAsync(prometheus, "histogram_count(js_exponential)", ("", "4"));
            await ExpectAsync(prometheus, "histogram_sum(js_exponential)", ("", "555.5"));
            await ExpectAsync(prometheus, "histogram_fraction(-Inf, 0.5, js_exponential)", ("", "0.25"));
            await ExpectAsync(prometheus, "histogram_fraction(0.5, 8, js_exponential)", ("", "0.25"));
            await ExpectAsync(prometheus, "histogram_fraction(8, 64, js_exponential)", ("", "0.25"));
            await ExpectAsync(prometheus, "histogram_fraction(64, 512, js_exponential)", ("", "0.25"));

            await ExpectAsync(prometheus, "by_hand{quantile=~'0[.]5'}", ("", "2"));
            await ExpectAsync(prometheus, "by_hand{quantile=~'0[.]99'}", ("", "7.25"));
            await ExpectAsync(prometheus, "by_hand_count", ("", "4"));
            await ExpectAsync(prometheus, "by_hand_sum", ("", "10"));

            await ExpectAsync(prometheus, "js_counter_total{job='js-kinds', otel_scope_name='js-scope', otel_scope_version='0.9.0', route='/a'}", ("", "20"));
            await ExpectAsync(prometheus, "target_info{job='js-kinds', service_version='3.1.4', host_id='h-1'}", ("", "1"));
        }

        await SendAsync(sluice, calls: 8);
        foreach (var prometheus in both)
        {
            await ExpectAsync(prometheus, "js_counter_total", ("", "8"));
            await ExpectAsync(prometheus, "resets(js_counter_total[5m])", ("", "1"));
        }
    }

    private static Task SendAsync(Instance sluice, int calls) =>
        JavaScriptSender.SendAsync("http/protobuf", sluice.Process.Endpoints["otlp/http"], "none", "kinds", calls);

    private static Task SendSummaryAsync(Instance sluice)
    {
        var now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var point = new SummaryDataPoint { Count = 4, Sum = 10, TimeUnixNano = now };
        point.QuantileValues.Add(new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 0.5, Value = 2 });
        point.QuantileValues.Add(new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 0.99, Value = 7.25 });
        var summary = new Metric { Name = "by.hand", Summary = new() { DataPoints = { point } } };
        return sluice.Otlp.SendAsync(
            Signal.Metrics,
            new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { summary } } } } } });
    }
}
