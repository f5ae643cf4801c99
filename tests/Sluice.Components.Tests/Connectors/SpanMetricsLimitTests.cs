using Sluice.Components.Connectors.SpanMetricsConnector;
using Sluice.Components.Tests.Connectors.Support;
using static Sluice.Components.Tests.Connectors.Support.SpanPoints;
using static Sluice.Components.Tests.Connectors.Support.StatefulHarness;
using Signal = Sluice.Telemetry.Signal;

namespace Sluice.Components.Tests.Connectors;

/// <summary>Which resources and series there are, how many there may be, and when they are forgotten.</summary>
public sealed class SpanMetricsLimitTests
{
    private static readonly SpanMetricsConnectorFactory Factory = new();

    [Fact]
    public async Task What_is_beyond_the_limit_is_counted_in_one_series()
    {
        await using var harness = new StatefulHarness(Factory, "aggregation_cardinality_limit: 2");
        harness.Add(Signal.Traces, Traces("shop", Enumerable.Range(0, 5).Select(i => Span($"s{i}", 1))), 1);
        harness.Add(Signal.Traces, Traces("shop", Span("s0", 1), Span("s4", 1)), 2);
        var points = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints;
        Assert.Equal([2L, 1, 4], points.Select(point => point.AsInt));
        Assert.Equal("otel.metric.overflow=true", Dimensions(points[2].Attributes));
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("4 spans were counted with otel.metric.overflow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_room_of_a_series_that_expired_is_taken_by_another()
    {
        await using var harness = new StatefulHarness(Factory, "{aggregation_cardinality_limit: 2, series_expiration: 60s}");
        harness.Add(Signal.Traces, Traces("shop", Span("s0", 1)), 1);
        harness.Add(Signal.Traces, Traces("shop", Span("s1", 1), Span("beyond", 1)), 50);
        Assert.Equal(3, Calls(await harness.WriteAsync(70)).Count);
        harness.Restart();
        harness.Add(Signal.Traces, Traces("shop", Span("s2", 1), Span("beyond", 1)), 75);
        Assert.Equal(["calls shop s1 1", "calls otel.metric.overflow=true 2", "calls shop s2 1"], Calls(await harness.WriteAsync(90)));
    }

    [Fact]
    public async Task Resources_without_spans_are_forgotten_after_a_while()
    {
        await using var harness = new StatefulHarness(Factory, "metrics_expiration: 60s");
        harness.Add(Signal.Traces, Traces("old", Span("a", 1)), 1);
        harness.Add(Signal.Traces, Traces("new", Span("a", 1)), 50);
        Assert.Equal(2, (await harness.WriteAsync(61)).Count);
        Assert.Equal(["calls new a 1"], Calls(await harness.WriteAsync(90)));
        harness.Restart();
        harness.Add(Signal.Traces, Traces("old", Span("a", 1)), 95);
        var again = await harness.WriteAsync(96);
        Assert.Equal(["calls new a 1", "calls old a 1"], [.. Calls(again).Order(StringComparer.Ordinal)]);
        Assert.Contains(again, metrics => metrics.ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].StartTimeUnixNano == 95_000_000_000);
    }

    [Fact]
    public async Task Spans_of_more_resources_than_there_can_be_are_counted_under_none_and_the_log_says_so()
    {
        await using var harness = new StatefulHarness(Factory, "resource_metrics_cache_size: 1");
        for (var i = 0; i < 12; i++)
        {
            harness.Add(Signal.Traces, Traces($"svc{i}", Span("a", 1)), 1);
        }

        var metrics = await harness.WriteAsync(60);
        Assert.Equal(11, metrics.Count);
        var none = Assert.Single(metrics, resource => resource.Resource is null || resource.Resource.Attributes.Count == 0);
        Assert.Equal(["calls svc10 a 1", "calls svc11 a 1"], Calls([none]));
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("The spans of 2 resources were counted under no resource", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resources_are_told_apart_by_the_named_attributes_or_not_at_all()
    {
        await using var harness = new StatefulHarness(Factory, "resource_metrics_key_attributes: [service.name]");
        for (var i = 0; i < 3; i++)
        {
            var request = Traces("shop", Span("a", 1));
            request.ResourceSpans[0].Resource.Attributes.Add(Attribute("process.pid", i));
            harness.Add(Signal.Traces, request, 1);
        }

        Assert.Equal(["calls shop a 3"], Calls(await harness.WriteAsync(60)));
        harness.Restart("add_resource_attributes: false");
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 61);
        harness.Add(Signal.Traces, Traces("cart", Span("a", 1)), 61);
        var together = Assert.Single(await harness.WriteAsync(120));
        Assert.Empty(together.Resource.Attributes);
        Assert.Equal(["calls shop a 1", "calls cart a 1"], Calls([together]));
    }

    [Fact]
    public async Task The_order_of_the_attributes_of_a_resource_does_not_matter_and_a_service_is_not_needed()
    {
        await using var harness = new StatefulHarness(Factory, "{}");
        foreach (var reversed in (bool[])[false, true])
        {
            var request = Traces(null, Span("a", 1));
            var attributes = new[] { Attribute("host.name", "h"), Attribute("region", "eu") };
            request.ResourceSpans[0].Resource.Attributes.Add(reversed ? attributes.Reverse() : attributes);
            harness.Add(Signal.Traces, request, 1);
        }

        var metrics = Assert.Single(await harness.WriteAsync(60));
        Assert.Equal("span.name=a span.kind=SPAN_KIND_SERVER status.code=STATUS_CODE_UNSET", Dimensions(metrics.ScopeMetrics[0].Metrics[0].Sum.DataPoints.Single().Attributes));
        Assert.Equal(2, metrics.ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].AsInt);
    }
}
