using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Connectors.SpanMetricsConnector;
using Sluice.Components.Tests.Connectors.Support;
using Sluice.Testing;
using static Sluice.Components.Tests.Connectors.Support.StatefulHarness;
using Signal = Sluice.Telemetry.Signal;

namespace Sluice.Components.Tests.Connectors;

/// <summary>Spans that stand for others, because a sampler left those out.</summary>
public sealed class SpanMetricsSamplingTests
{
    private static readonly SpanMetricsConnectorFactory Factory = new();

    [Theory]
    [InlineData("", 1)]
    [InlineData("ot=th:0", 1)]
    [InlineData("ot=th:8", 2)]
    [InlineData("other=x,ot=rv:abcdef01234567;th:c", 4)]
    [InlineData("ot=th:fd70a3d70a3d71", 100)]
    [InlineData("ot=th:8;th:g", 1)]
    [InlineData("ot=th:ffffffffffffff0", 1)]
    [InlineData("ot=p:8", 1)]
    [InlineData("th:8", 1)]
    public async Task A_span_that_a_sampler_kept_stands_for_those_it_did_not_keep(string traceState, int expected)
    {
        await using var harness = new StatefulHarness(
            Factory, "{enable_metrics_sampling_method: true, events: {enabled: true, dimensions: [{name: e}]}, exclude_dimensions: [collector.instance.id, span.kind, status.code]}");
        var span = Span("a", 3);
        span.TraceState = traceState;
        span.Events.Add(new Span.Types.Event { Name = "e" });
        harness.Add(Signal.Traces, Traces("shop", span), 1);
        var metrics = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics;
        var calls = metrics[0].Sum.DataPoints.Single();
        Assert.Equal(expected, calls.AsInt);
        Assert.Equal(expected, metrics[2].Sum.DataPoints.Single().AsInt);
        var duration = metrics[1].Histogram.DataPoints.Single();
        Assert.Equal(((ulong)expected, 3.0 * expected, (ulong)expected), (duration.Count, duration.Sum, duration.BucketCounts[1]));
        var method = expected > 1 || traceState == "ot=th:0" ? "extrapolated" : "counted";
        Assert.Equal($"service.name=shop span.name=a sampling.method={method}", Text(calls.Attributes));
    }

    [Theory]
    [InlineData("histogram: {explicit: {buckets: [1ms, 10ms]}}")]
    [InlineData("histogram: {exponential: }")]
    public async Task A_fraction_of_a_span_is_rounded_so_that_the_sum_is_right_and_the_same_each_time(string yaml)
    {
        // Two of five were kept: each stands for 2.5, which is 2 or 3.
        var random = new Random(RandomSeed.Value);
        var spans = Enumerable.Range(0, 10_000).Select(i =>
        {
            var span = Span("a", 5);
            span.TraceState = "ot=th:99999999999998";
            var id = new byte[8];
            random.NextBytes(id);
            span.SpanId = Google.Protobuf.ByteString.CopyFrom(id);
            return span;
        }).ToArray();
        await using var harness = new StatefulHarness(Factory, $"{{{yaml}, calls_dimensions: [{{name: k}}]}}");
        harness.Add(Signal.Traces, Traces("shop", spans), 1);
        var metrics = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics;
        var calls = metrics[0].Sum.DataPoints.Single().AsInt;

        // 25000 with a standard deviation of 50.
        Assert.True(calls is > 24_600 and < 25_400, $"{calls}; SLUICE_SEED={RandomSeed.Value}");
        Assert.Equal((ulong)calls, metrics[1].Histogram?.DataPoints.Single().Count ?? metrics[1].ExponentialHistogram.DataPoints.Single().Count);
        harness.Add(Signal.Traces, Traces("shop", spans), 61);
        Assert.Equal(2 * calls, (await harness.WriteAsync(120))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints.Single().AsInt);
    }

    [Fact]
    public async Task Counts_end_where_data_points_do_whatever_trace_states_claim()
    {
        await using var harness = new StatefulHarness(Factory, "{}");
        var span = Span("a", 1);
        span.TraceState = "ot=th:ffffffffffffff";
        harness.Add(Signal.Traces, Traces("shop", Enumerable.Repeat(span, 200)), 1);
        var metrics = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics;
        Assert.Equal(long.MaxValue, metrics[0].Sum.DataPoints.Single().AsInt);
        Assert.Equal((ulong)long.MaxValue, metrics[1].Histogram.DataPoints.Single().Count);
    }
}
