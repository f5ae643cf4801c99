using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Connectors.SpanMetricsConnector;
using Sluice.Components.Tests.Connectors.Support;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using static Sluice.Components.Tests.Connectors.Support.SpanPoints;
using static Sluice.Components.Tests.Connectors.Support.StatefulHarness;
using Signal = Sluice.Telemetry.Signal;

namespace Sluice.Components.Tests.Connectors;

public sealed class SpanMetricsConnectorTests
{
    private static readonly SpanMetricsConnectorFactory Factory = new();

    [Fact]
    public async Task Spans_become_calls_and_durations_as_in_the_Collector()
    {
        await using var harness = new StatefulHarness(Factory, "dimensions: [{name: http.method, default: GET}, {name: region}, {name: none}]");
        var failed = Span("/pay", 2000, Attribute("http.method", "POST"), Attribute("region", 7));
        failed.Status = new Status { Code = Status.Types.StatusCode.Error };
        failed.Kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Client;
        harness.Add(Signal.Traces, Traces("shop", Span("/", 1), Span("/", 2), Span("/", 2.5), Span("/", 20_000), failed), 100);

        var resource = Assert.Single(await harness.WriteAsync(160));
        Assert.Equal("service.name=shop", Text(resource.Resource.Attributes));
        var scope = Assert.Single(resource.ScopeMetrics);
        Assert.Equal("spanmetricsconnector", scope.Scope.Name);
        Assert.Equal(["traces.span.metrics.calls", "traces.span.metrics.duration"], scope.Metrics.Select(metric => metric.Name));
        var (calls, duration) = (scope.Metrics[0], scope.Metrics[1]);
        Assert.Equal(("ms", AggregationTemporality.Cumulative, AggregationTemporality.Cumulative, true), (duration.Unit, duration.Histogram.AggregationTemporality, calls.Sum.AggregationTemporality, calls.Sum.IsMonotonic));
        Assert.Equal(
            [
                "service.name=shop span.name=/ span.kind=SPAN_KIND_SERVER status.code=STATUS_CODE_UNSET http.method=GET: 4",
                "service.name=shop span.name=/pay span.kind=SPAN_KIND_CLIENT status.code=STATUS_CODE_ERROR http.method=POST region=7: 1",
            ],
            calls.Sum.DataPoints.Select(point => $"{Dimensions(point.Attributes)}: {point.AsInt}"));
        Assert.All(calls.Sum.DataPoints, point => Assert.Equal((100_000_000_000UL, 160_000_000_000UL), (point.StartTimeUnixNano, point.TimeUnixNano)));
        var first = duration.Histogram.DataPoints[0];
        Assert.Equal([2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000], first.ExplicitBounds);
        Assert.Equal([2UL, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], first.BucketCounts);
        Assert.Equal((4UL, 20_005.5), (first.Count, first.Sum));
        Assert.Equal(1UL, duration.Histogram.DataPoints[1].BucketCounts[12]);
    }

    [Fact]
    public async Task Random_spans_count_as_a_plain_model_counts_them_over_kills_and_restarts()
    {
        var random = new Random(RandomSeed.Value);
        await using var harness = new StatefulHarness(Factory, "{dimensions: [{name: k}], calls_dimensions: [{name: c}], histogram: {unit: s}}", partSize: 200);
        var model = new SortedDictionary<string, (ulong Count, double Sum)>(StringComparer.Ordinal);
        var last = new Dictionary<string, (ulong Count, ulong Time)>();
        for (var step = 0; step < 60; step++)
        {
            var spans = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Span(
                $"s{random.Next(3)}", random.Next(5000), random.Next(3) == 0 ? [] : [Attribute("k", random.Next(2)), Attribute("c", $"c{random.Next(2)}")])).ToArray();
            var service = $"svc{random.Next(2)}";
            harness.Add(Signal.Traces, Traces(service, spans), step);
            foreach (var span in spans)
            {
                var seconds = (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1e9;
                var k = span.Attributes.Count > 0 ? $" k={span.Attributes[0].Value.IntValue}" : "";
                Count($"calls {service} {span.Name}{k}{(span.Attributes.Count > 0 ? $" c={span.Attributes[1].Value.StringValue}" : "")}", 0);
                Count($"duration {service} {span.Name}{k}", seconds);
            }

            switch (random.Next(6))
            {
                case 0:
                    Check(await harness.WriteAsync(step + 1));
                    break;
                case 1:
                    await harness.WriteAsync(null);
                    break;
                case 2:
                    // Killed somewhere within a write: what the cursor has not passed comes again.
                    Check(await harness.WriteAsync(random.Next(2) == 0 ? step + 1 : null, parts: random.Next(5)));
                    harness.GiveAgain();
                    break;
                case 3:
                    harness.GiveAgain();
                    break;
            }
        }

        var end = await harness.WriteAsync(1000);
        Check(end);
        var actual = Points(end).ToDictionary(point => point.Key, point => (point.Count, point.Sum));
        Assert.True(model.Count == actual.Count, $"SLUICE_SEED={RandomSeed.Value}");
        foreach (var (key, (count, sum)) in model)
        {
            Assert.True(actual[key].Count == count, $"{key}: {actual[key].Count}, not {count}; SLUICE_SEED={RandomSeed.Value}");
            Assert.Equal(sum, actual[key].Sum, 6);
        }

        void Count(string key, double seconds)
        {
            var (count, sum) = model.GetValueOrDefault(key);
            model[key] = (count + 1, sum + seconds);
        }

        void Check(IReadOnlyList<ResourceMetrics> metrics)
        {
            foreach (var (key, count, _, time) in Points(metrics))
            {
                var before = last.GetValueOrDefault(key);
                Assert.True(count >= before.Count, $"{key} went back to {count}; SLUICE_SEED={RandomSeed.Value}");
                Assert.True(time > before.Time, $"{key} is there twice at {time}; SLUICE_SEED={RandomSeed.Value}");
                last[key] = (count, time);
            }
        }
    }

    [Fact]
    public async Task What_was_given_out_before_a_kill_is_not_given_out_again_though_nothing_of_it_changed()
    {
        await using var harness = new StatefulHarness(Factory, "{}", partSize: 1);
        var first = Traces("svc0", Span("a", 1), Span("b", 1));
        harness.Add(Signal.Traces, first, 10);
        harness.Add(Signal.Traces, Traces("svc1", Span("a", 1), Span("b", 1)), 10);
        Assert.Equal(4, Calls(await harness.WriteAsync(60)).Count);

        // The first resource has nothing new when it is given out again, and its series are in parts that are committed; the kill comes before the last.
        var again = Traces("svc1", Span("b", 1), Span("c", 1));
        harness.Add(Signal.Traces, again, 70, 4);
        var before = await harness.WriteAsync(120, parts: 3);
        Assert.Equal(["calls svc0 a 1", "calls svc0 b 1", "calls svc1 a 1"], Calls(before));
        harness.Restart();
        harness.Add(Signal.Traces, again, 70, 4);
        Assert.Equal(["calls svc1 b 2", "calls svc1 c 1"], Calls(await harness.WriteAsync(120)));
        Assert.Equal(["calls svc0 a 1", "calls svc0 b 1", "calls svc1 a 1", "calls svc1 b 2", "calls svc1 c 1"], Calls(await harness.WriteAsync(180)));
    }

    [Fact]
    public async Task Series_of_one_resource_are_cut_where_their_bytes_fill_a_part()
    {
        const int PartSize = 64 << 10;
        await using var harness = new StatefulHarness(Factory, "dimensions: [{name: k}]", PartSize);
        var large = new string('x', 4096);
        harness.Add(Signal.Traces, Traces("shop", Enumerable.Range(0, 100).Select(i => Span($"s{i}", 1, Attribute("k", large)))), 1);
        Assert.Equal(100, Calls(await harness.WriteAsync(60)).Count);
        Assert.True(harness.Parts >= 100 * 3 * large.Length / PartSize / 2, $"{harness.Parts} parts");
        Assert.InRange(harness.LargestPart, PartSize, 2 * PartSize);
    }

    [Fact]
    public async Task Deltas_are_given_out_once_and_join()
    {
        await using var harness = new StatefulHarness(Factory, "aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA", partSize: 1);
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1), Span("a", 1), Span("b", 1)), 10);
        Assert.Equal(["calls shop a 2", "calls shop b 1"], Calls(await harness.WriteAsync(60)));
        harness.Restart();
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 70);
        var second = await harness.WriteAsync(120);
        Assert.Equal(["calls shop a 1"], Calls(second));
        var point = second[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0];
        Assert.Equal((60_000_000_000UL, 120_000_000_000UL), (point.StartTimeUnixNano, point.TimeUnixNano));
        Assert.Empty(await harness.WriteAsync(180));

        // Nothing is left of what was given out: the options, and when that was.
        Assert.Equal(2, harness.StateCount);
    }

    [Fact]
    public async Task Deltas_that_were_given_out_before_a_kill_are_not_given_out_again()
    {
        await using var harness = new StatefulHarness(Factory, "aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA", partSize: 1);
        var requests = Enumerable.Range(0, 3).Select(i => Traces($"svc{i}", Span("a", 1))).ToArray();
        foreach (var request in requests)
        {
            harness.Add(Signal.Traces, request, 10);
        }

        var before = await harness.WriteAsync(60, parts: 2);
        Assert.True(harness.Parts > 2);
        harness.Restart();
        for (var i = 0; i < requests.Length; i++)
        {
            harness.Add(Signal.Traces, requests[i], 10, i);
        }

        Assert.Equal(["calls svc0 a 1", "calls svc1 a 1", "calls svc2 a 1"], [.. Calls([.. before, .. await harness.WriteAsync(60)]).Order(StringComparer.Ordinal)]);
    }

    [Theory]
    [InlineData("AGGREGATION_TEMPORALITY_DELTA", false)]
    [InlineData("AGGREGATION_TEMPORALITY_DELTA", true)]
    [InlineData("AGGREGATION_TEMPORALITY_CUMULATIVE", false)]
    [InlineData("AGGREGATION_TEMPORALITY_CUMULATIVE", true)]
    public async Task A_clock_that_is_set_back_holds_nothing_up(string temporality, bool restarts)
    {
        await using var harness = new StatefulHarness(Factory, $"aggregation_temporality: {temporality}", partSize: 1);
        var isDelta = temporality.EndsWith("DELTA", StringComparison.Ordinal);
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1), Span("b", 1)), 86_400);
        Assert.Equal(["calls shop a 1", "calls shop b 1"], Calls(await harness.WriteAsync(86_460)));
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 86_470);
        await harness.WriteAsync(null);
        if (restarts)
        {
            harness.Restart();
        }

        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 1000);
        var metrics = await harness.WriteAsync(1060);
        Assert.Equal<string>(isDelta ? ["calls shop a 2"] : ["calls shop a 3", "calls shop b 1"], Calls(metrics));
        Assert.All(
            metrics.SelectMany(resource => resource.ScopeMetrics[0].Metrics).SelectMany(metric => metric.Sum?.DataPoints ?? []),
            point => Assert.Equal((1_060_000_000_000UL, true), (point.TimeUnixNano, point.StartTimeUnixNano <= point.TimeUnixNano)));

        // A kill behind the first part, at the new time: what was given out with it does not come again.
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1), Span("b", 1)), 1061);
        await harness.WriteAsync(null);
        var before = await harness.WriteAsync(1120, parts: 1);
        harness.Restart();
        var after = await harness.WriteAsync(1120);
        Assert.Equal<string>(isDelta ? ["calls shop a 1", "calls shop b 1"] : ["calls shop a 4", "calls shop b 2"], [.. Calls([.. before, .. after]).Order(StringComparer.Ordinal)]);
    }

    [Theory]
    [InlineData("AGGREGATION_TEMPORALITY_DELTA")]
    [InlineData("AGGREGATION_TEMPORALITY_CUMULATIVE")]
    public async Task What_covers_records_stays_until_they_came_again_and_is_not_given_out_as_of_before(string temporality)
    {
        await using var harness = new StatefulHarness(Factory, $"aggregation_temporality: {temporality}", partSize: 1);
        var requests = Enumerable.Range(0, 3).Select(i => Traces($"svc{i}", Span("a", 1))).ToArray();
        foreach (var request in requests)
        {
            harness.Add(Signal.Traces, request, 10);
        }

        // Killed within what it gives out, it begins again at a step before, while it reads what it had read.
        Assert.Equal(["calls svc0 a 1", "calls svc1 a 1"], Calls(await harness.WriteAsync(60, parts: 2)));
        harness.Restart();
        harness.Add(Signal.Traces, requests[0], 10, 0);
        Assert.Empty(await harness.WriteAsync(20, position: 1));
        Assert.Empty(await harness.WriteAsync(30, position: 1));
        harness.Add(Signal.Traces, requests[1], 10, 1);
        harness.Add(Signal.Traces, requests[2], 10, 2);
        Assert.Equal(["calls svc2 a 1"], Calls(await harness.WriteAsync(60)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Exponential_histograms_hold_every_duration_in_its_bucket(int offset)
    {
        var random = new Random(RandomSeed.Value + offset);
        await using var harness = new StatefulHarness(Factory, "histogram: {exponential: {max_size: 20}}");
        var durations = new List<double>();
        for (var step = 0; step < 40; step++)
        {
            // Narrow at first and then wider, so that the scale falls step by step.
            var nanoseconds = random.Next(10) == 0 ? 0 : random.NextInt64(1, 1000L << Math.Min(step, 30));
            durations.Add(nanoseconds / 1e6);
            var span = Span("a", 0);
            span.EndTimeUnixNano = span.StartTimeUnixNano + (ulong)nanoseconds;
            harness.Add(Signal.Traces, Traces("shop", span), step);
            if (random.Next(8) == 0)
            {
                await harness.WriteAsync(null);
                harness.Restart();
            }
        }

        var metric = (await harness.WriteAsync(100))[0].ScopeMetrics[0].Metrics[1];
        Assert.Equal(Metric.DataOneofCase.ExponentialHistogram, metric.DataCase);
        var point = metric.ExponentialHistogram.DataPoints[0];
        Assert.Equal((ulong)durations.Count, point.Count);
        Assert.Equal((ulong)durations.Count(duration => duration == 0), point.ZeroCount);
        Assert.Equal(durations.Sum(), point.Sum, 6);
        Assert.Equal((durations.Min(), durations.Max()), (point.Min, point.Max));
        Assert.InRange(point.Positive.BucketCounts.Count, 1, 20);
        var expected = new ulong[point.Positive.BucketCounts.Count];
        foreach (var duration in durations.Where(duration => duration > 0))
        {
            // base^index < value <= base^(index + 1), looked up from outside.
            var index = Enumerable.Range(point.Positive.Offset, expected.Length).First(i => duration <= Math.Pow(2, (i + 1) * Math.Pow(2, -point.Scale)) * (1 + 1e-12));
            expected[index - point.Positive.Offset]++;
        }

        Assert.True(expected.SequenceEqual(point.Positive.BucketCounts), $"scale {point.Scale}: {string.Join(' ', expected)} and {string.Join(' ', point.Positive.BucketCounts)}; SLUICE_SEED={RandomSeed.Value}");
    }

    [Fact]
    public async Task Dimensions_come_from_the_span_then_the_resource_and_can_be_left_out()
    {
        await using var harness = new StatefulHarness(
            Factory, "{dimensions: [{name: region}], exclude_dimensions: [service.name, span.kind, status.code], namespace: '', include_instrumentation_scope: [lib]}");
        var request = Traces("shop", Span("own", 1, Attribute("region", "eu")), Span("inherited", 1));
        request.ResourceSpans[0].Resource.Attributes.Add(Attribute("region", "us"));
        request.ResourceSpans[0].ScopeSpans.Add(new ScopeSpans { Scope = new() { Name = "lib", Version = "2" }, Spans = { Span("scoped", 1) } });
        harness.Add(Signal.Traces, request, 1);
        var metrics = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics;
        Assert.Equal(["calls", "duration"], metrics.Select(metric => metric.Name));
        Assert.Equal(
            [
                "span.name=own region=eu",
                "span.name=inherited region=us",
                "span.name=scoped region=us span.instrumentation.scope.name=lib span.instrumentation.scope.version=2",
            ],
            metrics[0].Sum.DataPoints.Select(point => Dimensions(point.Attributes)));
    }

    [Fact]
    public async Task Series_say_which_instance_counted_them_and_its_id_outlives_a_restart()
    {
        await using var harness = new StatefulHarness(Factory, "{aggregation_cardinality_limit: 1}");
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1), Span("beyond", 1)), 1);
        var expected = $"{harness.Bench.Journal.Id:D}";
        Assert.All((await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics.SelectMany(metric => metric.Sum?.DataPoints.Select(point => point.Attributes) ?? []), HasInstance);
        harness.Restart();
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 61);
        var again = (await harness.WriteAsync(120))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints;
        Assert.Equal(2, again[0].AsInt);
        HasInstance(again[0].Attributes);

        harness.Restart("exclude_dimensions: [collector.instance.id]");
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 121);
        Assert.DoesNotContain((await harness.WriteAsync(180))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].Attributes, attribute => attribute.Key == "collector.instance.id");

        void HasInstance(IEnumerable<OpenTelemetry.Proto.Common.V1.KeyValue> attributes) =>
            Assert.Equal(expected, attributes.Single(attribute => attribute.Key == "collector.instance.id").Value.StringValue);
    }

    [Fact]
    public async Task Events_of_spans_are_counted_by_their_attributes()
    {
        await using var harness = new StatefulHarness(Factory, "{events: {enabled: true, dimensions: [{name: exception.type}]}, histogram: {disable: true}}");
        var span = Span("a", 1);
        span.Events.Add(new Span.Types.Event { Name = "exception", Attributes = { Attribute("exception.type", "E1") } });
        span.Events.Add(new Span.Types.Event { Name = "exception", Attributes = { Attribute("exception.type", "E1") } });
        span.Events.Add(new Span.Types.Event { Name = "other" });
        harness.Add(Signal.Traces, Traces("shop", span), 1);
        var metrics = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics;
        Assert.Equal(["traces.span.metrics.calls", "traces.span.metrics.events"], metrics.Select(metric => metric.Name));
        const string Common = "service.name=shop span.name=a span.kind=SPAN_KIND_SERVER status.code=STATUS_CODE_UNSET";
        Assert.Equal([$"{Common} exception.type=E1: 2", $"{Common}: 1"], metrics[1].Sum.DataPoints.Select(point => $"{Dimensions(point.Attributes)}: {point.AsInt}"));
    }

    [Fact]
    public async Task Exemplars_name_the_first_spans_since_the_last_time()
    {
        await using var harness = new StatefulHarness(Factory, "exemplars: {enabled: true, max_per_data_point: 2}");
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1), Span("a", 2), Span("a", 3)), 1);
        var metrics = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics;
        var exemplars = metrics[1].Histogram.DataPoints[0].Exemplars;
        Assert.Equal([1.0, 2.0], exemplars.Select(exemplar => exemplar.AsDouble));
        Assert.Equal([.. Enumerable.Repeat((byte)1, 16)], exemplars[0].TraceId.ToByteArray());
        Assert.Equal([.. Enumerable.Repeat((byte)2, 8)], exemplars[0].SpanId.ToByteArray());
        Assert.Equal(1_001_000_000UL, exemplars[0].TimeUnixNano);
        Assert.Equal(2, metrics[0].Sum.DataPoints[0].Exemplars.Count);
        Assert.Empty((await harness.WriteAsync(120))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].Exemplars);
    }

    [Fact]
    public async Task A_span_that_does_not_say_when_it_began_took_no_time()
    {
        await using var harness = new StatefulHarness(Factory, "{}");
        var span = Span("a", 1);
        span.StartTimeUnixNano = 0;
        harness.Add(Signal.Traces, Traces("shop", span), 1);
        var point = (await harness.WriteAsync(60))[0].ScopeMetrics[0].Metrics[1].Histogram.DataPoints[0];
        Assert.Equal((1UL, 0.0), (point.Count, point.Sum));
    }

    [Fact]
    public async Task Other_options_begin_anew_and_say_so()
    {
        await using var harness = new StatefulHarness(Factory, "{}");
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 1);
        await harness.WriteAsync(60);
        harness.Restart("histogram: {explicit: {buckets: [1s]}}");
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 61);
        Assert.Equal(["calls shop a 1"], Calls(await harness.WriteAsync(120)));
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("begin anew", StringComparison.Ordinal));
        Assert.Equal(5, harness.StateCount);
    }

    [Fact]
    public async Task Nothing_is_allocated_for_a_span_of_a_known_series()
    {
        await using var harness = new StatefulHarness(
            Factory, "{dimensions: [{name: k}, {name: n, default: x}], exemplars: {enabled: true}, events: {enabled: true, dimensions: [{name: e}]}}");
        var span = Span("a", 5, Attribute("k", 1));
        span.TraceState = "ot=th:99999999999998";
        span.Events.Add(new Span.Types.Event { Name = "x", Attributes = { Attribute("e", "1") } });
        var few = Measure(Enumerable.Repeat(span, 10));
        var many = Measure(Enumerable.Repeat(span, 1000));
        Assert.Equal(few, many);

        long Measure(IEnumerable<Span> spans)
        {
            using var batch = Testing.Components.TestRequests.Index(Signal.Traces, Google.Protobuf.MessageExtensions.ToByteArray(Traces("shop", spans)), harness.Bench.Pool);
            var topic = harness.Bench.Journal.OpenTopic("in");
            return Allocations.Least(() => harness.Connector.Add(new Runtime.Delivery.DeliverySegment(batch, 0, batch.Count, default, topic, 1)));
        }
    }

    [Theory]
    [InlineData("dimensions: [{name: span.name}]", "\"span.name\" is a dimension twice")]
    [InlineData("dimensions: [{name: collector.instance.id}]", "\"collector.instance.id\" is a dimension twice")]
    [InlineData("histogram: {explicit: {}, exponential: {}}", "explicit is there too")]
    [InlineData("histogram: {explicit: {buckets: [2ms, 1ms]}}", "the bounds do not ascend")]
    [InlineData("histogram: {explicit: {buckets: [-2ms, 1ms]}}", "a bound is below 0, where no duration is")]
    [InlineData("dimensions: [{name: \"\"}]", "it is empty")]
    [InlineData("events: {enabled: true}", "events are counted without a dimension of their own")]
    [InlineData("histogram: {unit: us}", "us")]
    [InlineData("dimensions: [{name: a, glob: b}]", "glob")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);
}
