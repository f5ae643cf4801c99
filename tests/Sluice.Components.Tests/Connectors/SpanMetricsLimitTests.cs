using Sluice.Components.Connectors.SpanMetricsConnector;
using Sluice.Components.Tests.Connectors.Support;
using Sluice.Testing;
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

    [Fact]
    public async Task Many_series_are_forgotten_in_as_many_writes_as_keep_the_last_part_small()
    {
        await using var harness = new StatefulHarness(Factory, "aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA", partSize: 1);
        harness.Add(Signal.Traces, Traces("shop", Enumerable.Range(0, 1500).Select(i => Span($"s{i}", 1))), 1);
        Assert.Equal(1500, Calls(await harness.WriteAsync(60)).Count);
        Assert.Empty(await harness.WriteAsync(120));
        Assert.Equal(1, harness.Parts);
        Assert.InRange(harness.LargestPart, 1, 64 * 1024);
        Assert.InRange(harness.StateCount, 3, 2 * 1500);

        Assert.Empty(await harness.WriteAsync(180));
        Assert.Equal(2, harness.StateCount);
    }

    [Fact]
    public async Task What_was_beyond_the_limit_before_a_kill_finds_no_room_when_it_comes_again()
    {
        for (var (parts, all) = (0, int.MaxValue); parts < all; parts++)
        {
            await using var harness = new StatefulHarness(Factory, "{aggregation_cardinality_limit: 2, series_expiration: 60s}", partSize: 1);
            harness.Add(Signal.Traces, Traces("shop", Span("old", 1), Span("new", 1)), 1);
            harness.Add(Signal.Traces, Traces("shop", Span("new", 1)), 50);
            await harness.WriteAsync(null);
            harness.Add(Signal.Traces, Traces("shop", Span("new", 1)), 64, 3);
            harness.Add(Signal.Traces, Traces("shop", Span("beyond", 1)), 65, 4);
            await harness.WriteAsync(70, parts);
            all = harness.Parts;
            harness.Restart();

            // It writes before all has come again.
            harness.Add(Signal.Traces, Traces("shop", Span("new", 1)), 64, 3);
            await harness.WriteAsync(70, position: 4);
            harness.Add(Signal.Traces, Traces("shop", Span("beyond", 1)), 65, 4);
            var calls = Calls(await harness.WriteAsync(80)).Where(call => !call.Contains("old", StringComparison.Ordinal));
            Assert.Single(calls, call => call is "calls shop new 3");
            Assert.Single(calls, call => call is "calls otel.metric.overflow=true 1" or "calls shop beyond 1");
            Assert.Equal(2, calls.Count());
        }
    }

    [Theory]
    [InlineData("metrics_expiration: 4s")]
    [InlineData("series_expiration: 4s")]
    public async Task What_is_counted_after_a_part_was_given_out_at_that_time_is_not_forgotten_before_it_is_given_out(string expiration)
    {
        await using var harness = new StatefulHarness(Factory, $"{{{expiration}}}", partSize: 1);
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1), Span("b", 1)), 1);
        Assert.Equal(["calls shop a 1"], Calls(await harness.WriteAsync(10, parts: 1)));
        harness.GiveAgain();
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 2);
        Assert.Equal(["calls shop b 1"], Calls(await harness.WriteAsync(10)));
        harness.Restart();
        Assert.Equal(["calls shop a 2", "calls shop b 1"], Calls(await harness.WriteAsync(20)));
        Assert.Empty(await harness.WriteAsync(30));
    }

    [Theory]
    [InlineData("series_expiration: 5s")]
    [InlineData("metrics_expiration: 4s")]
    [InlineData("series_expiration: 6s, metrics_expiration: 4s, resource_metrics_cache_size: 1")]
    [InlineData("aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA")]
    [InlineData("aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA, series_expiration: 5s, metrics_expiration: 7s")]
    public async Task Every_span_is_counted_in_one_series_whatever_expires_before_a_kill(string expiration)
    {
        for (var i = 0; i < (Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 200 : 5); i++)
        {
            await CountOverKillsAsync(expiration, unchecked(RandomSeed.Value + i));
        }
    }

    private static async Task CountOverKillsAsync(string expiration, int seed)
    {
        var random = new Random(seed);
        var isDelta = expiration.StartsWith("aggregation", StringComparison.Ordinal);
        await using var harness = new StatefulHarness(Factory, $"{{aggregation_cardinality_limit: 2, {expiration}}}", partSize: 100);
        var given = new Dictionary<(string Key, ulong Start, ulong Time), ulong>();
        var accepted = 0UL;
        for (var step = 1; step < 200; step++)
        {
            if (random.Next(3) > 0)
            {
                var spans = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Span($"s{random.Next(6)}", 1)).ToArray();
                harness.Add(Signal.Traces, Traces($"svc{random.Next(2)}", spans), step);
                accepted += (ulong)spans.Length;
            }

            var parts = random.Next(2) == 0 ? int.MaxValue : random.Next(12);
            switch (random.Next(4))
            {
                case 0:
                    Take(await harness.WriteAsync(step, parts));
                    await AgainUnlessCommittedAsync(parts, step);
                    break;
                case 1:
                    await harness.WriteAsync(null, parts);
                    await AgainUnlessCommittedAsync(parts, step);
                    break;
            }
        }

        Take(await harness.WriteAsync(1000));
        var counted = isDelta
            ? given.Values.Aggregate(0UL, (sum, count) => sum + count)
            : given.GroupBy(point => (point.Key.Key, point.Key.Start)).Aggregate(0UL, (sum, series) => sum + series.MaxBy(point => point.Key.Time).Value);
        Assert.True(counted == accepted, $"{counted} spans were counted, not {accepted}; SLUICE_SEED={seed}");

        async Task AgainUnlessCommittedAsync(int parts, int step)
        {
            if (parts >= harness.Parts)
            {
                return;
            }

            foreach (var reached in harness.GivingAgain())
            {
                if (random.Next(4) == 0)
                {
                    // It writes before all has come again.
                    Take(await harness.WriteAsync(step, position: reached));
                }
            }
        }

        void Take(IReadOnlyList<OpenTelemetry.Proto.Metrics.V1.ResourceMetrics> metrics)
        {
            foreach (var resource in metrics)
            {
                foreach (var point in resource.ScopeMetrics[0].Metrics.First(metric => metric.Name.EndsWith("calls", StringComparison.Ordinal)).Sum.DataPoints)
                {
                    given.Add(($"{Text(resource.Resource?.Attributes ?? [])} {Dimensions(point.Attributes)}", point.StartTimeUnixNano, point.TimeUnixNano), (ulong)point.AsInt);
                }
            }
        }
    }
}
