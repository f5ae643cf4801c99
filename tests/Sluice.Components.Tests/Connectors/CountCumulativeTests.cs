using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Components.Connectors.CountConnector;
using Sluice.Components.Tests.Connectors.Support;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Testing;
using static Sluice.Components.Tests.Connectors.Support.StatefulHarness;
using Signal = Sluice.Telemetry.Signal;

namespace Sluice.Components.Tests.Connectors;

/// <summary>Counts that go on since the start of their series.</summary>
public sealed class CountCumulativeTests
{
    private const string Cumulative = "aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE";
    private const string ByKey = Cumulative + ", logs: {m: {attributes: [{key: k}]}}";

    private static readonly CountConnectorFactory Factory = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sums_go_on_and_keep_their_start(bool restarts)
    {
        await using var harness = new StatefulHarness(Factory, $"{{{Cumulative}}}");
        harness.Add(Signal.Logs, Logs("shop", new LogRecord(), new LogRecord()), 10);
        harness.Add(Signal.Traces, Traces("shop", Span("a", 1)), 11);
        var first = await harness.WriteAsync(20);
        Assert.Equal(["shop log.record.count=2 10..20", "shop trace.span.count=1 11..20"], Points(first));
        var sum = first[0].ScopeMetrics[0].Metrics[0].Sum;
        Assert.Equal((AggregationTemporality.Cumulative, true), (sum.AggregationTemporality, sum.IsMonotonic));
        Assert.Equal("otelcol/countconnector", first[0].ScopeMetrics[0].Scope.Name);
        harness.Add(Signal.Logs, Logs("shop", new LogRecord()), 21);
        Assert.Empty(await harness.WriteAsync(null));
        if (restarts)
        {
            harness.Restart();
        }

        Assert.Equal(["shop log.record.count=3 10..30", "shop trace.span.count=1 11..30"], Points(await harness.WriteAsync(30)));
    }

    [Fact]
    public async Task Random_records_count_as_a_plain_model_counts_them_over_kills_and_restarts()
    {
        var random = new Random(RandomSeed.Value);
        await using var harness = new StatefulHarness(Factory, $"{{{Cumulative}, logs: {{m: {{attributes: [{{key: k}}]}}, all: {{}}}}}}", partSize: 200);
        var model = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var last = new Dictionary<string, (long Count, ulong Start, ulong Time)>();
        for (var step = 1; step < 80; step++)
        {
            var service = $"svc{random.Next(3)}";
            LogRecord[] records = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(4) == 0 ? new LogRecord() : new LogRecord { Attributes = { Attribute("k", random.Next(4)) } })];
            harness.Add(Signal.Logs, Logs(service, records), step);
            foreach (var record in records)
            {
                Count($"{service} all");
                if (record.Attributes.Count > 0)
                {
                    Count($"{service} m{{{Text(record.Attributes)}}}");
                }
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

        Check(await harness.WriteAsync(1000));
        Assert.True(model.SequenceEqual(last.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Count))), $"SLUICE_SEED={RandomSeed.Value}");

        void Count(string key) => model[key] = model.GetValueOrDefault(key) + 1;

        void Check(IReadOnlyList<ResourceMetrics> metrics)
        {
            foreach (var (key, point) in Flatten(metrics))
            {
                if (last.TryGetValue(key, out var before))
                {
                    Assert.True(point.AsInt >= before.Count, $"{key} went back to {point.AsInt}; SLUICE_SEED={RandomSeed.Value}");
                    Assert.True(point.TimeUnixNano > before.Time, $"{key} is there twice at {point.TimeUnixNano}; SLUICE_SEED={RandomSeed.Value}");
                    Assert.True(point.StartTimeUnixNano == before.Start, $"{key} began anew; SLUICE_SEED={RandomSeed.Value}");
                }

                last[key] = (point.AsInt, point.StartTimeUnixNano, point.TimeUnixNano);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_that_is_set_back_holds_nothing_up(bool restarts)
    {
        await using var harness = new StatefulHarness(Factory, $"{{{ByKey}, metrics_flush_interval: 60s}}", partSize: 1);
        harness.Add(Signal.Logs, Logs("shop", Record("a"), Record("b")), 86_400);
        Assert.Equal(["shop m{k=a}=1 86400..86460", "shop m{k=b}=1 86400..86460"], Points(await harness.WriteAsync(86_460)));
        if (restarts)
        {
            harness.Restart();
        }

        harness.Add(Signal.Logs, Logs("shop", Record("a")), 1000);
        Assert.Equal(["shop m{k=a}=2 1060..1060", "shop m{k=b}=1 1060..1060"], Points(await harness.WriteAsync(1060)));

        // A kill behind the first part, at the new time: what was given out with it does not come again.
        harness.Add(Signal.Logs, Logs("shop", Record("b")), 1061);
        await harness.WriteAsync(null);
        var before = await harness.WriteAsync(1120, parts: 1);
        harness.Restart();
        Assert.Equal(["shop m{k=a}=2 1060..1120", "shop m{k=b}=2 1060..1120"], Points([.. before, .. await harness.WriteAsync(1120)]));
    }

    [Fact]
    public async Task What_is_beyond_the_limit_is_counted_in_one_series_of_its_metric()
    {
        await using var harness = new StatefulHarness(Factory, $"{{{Cumulative}, aggregation_cardinality_limit: 2, logs: {{all: {{}}, m: {{attributes: [{{key: k}}]}}}}}}");
        harness.Add(Signal.Logs, Logs("shop", Record("a"), Record("b"), Record("c"), Record("d")), 1);
        string[] expected = ["shop all=4 1..60", "shop m{k=a}=1 1..60", "shop m{k=b}=1 1..60", "shop m{otel.metric.overflow=true}=2 1..60"];
        Assert.Equal(expected, Points(await harness.WriteAsync(60)));
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("2 records were counted with otel.metric.overflow", StringComparison.Ordinal));
        harness.Restart();
        harness.Add(Signal.Logs, Logs("shop", Record("e"), Record("a")), 61);
        expected = ["shop all=6 1..120", "shop m{k=a}=2 1..120", "shop m{k=b}=1 1..120", "shop m{otel.metric.overflow=true}=3 1..120"];
        Assert.Equal(expected, Points(await harness.WriteAsync(120)));
    }

    [Fact]
    public async Task Resources_and_series_for_which_nothing_comes_are_forgotten_after_a_while()
    {
        await using var harness = new StatefulHarness(Factory, $"{{{ByKey}, metrics_expiration: 60s, series_expiration: 50s}}");
        harness.Add(Signal.Logs, Logs("old", Record("a")), 1);
        harness.Add(Signal.Logs, Logs("new", Record("a")), 10);
        harness.Add(Signal.Logs, Logs("new", Record("b")), 30);
        Assert.Equal(3, Points(await harness.WriteAsync(61)).Length);
        Assert.Equal(["new m{k=b}=1 30..62"], Points(await harness.WriteAsync(62)));
        harness.Restart();
        harness.Add(Signal.Logs, Logs("old", Record("a")), 63);
        Assert.Equal(["new m{k=b}=1 30..64", "old m{k=a}=1 63..64"], Points(await harness.WriteAsync(64)));
    }

    [Fact]
    public async Task Resources_are_told_apart_by_the_named_attributes()
    {
        await using var harness = new StatefulHarness(Factory, $"{{{Cumulative}, resource_metrics_key_attributes: [service.name]}}");
        for (var i = 0; i < 3; i++)
        {
            var request = Logs("shop", new LogRecord());
            request.ResourceLogs[0].Resource.Attributes.Add(Attribute("process.pid", i));
            harness.Add(Signal.Logs, request, 1);
        }

        Assert.Equal(["shop log.record.count=3 1..60"], Points(await harness.WriteAsync(60)));
    }

    [Fact]
    public async Task Records_of_more_resources_than_there_can_be_are_counted_under_none_and_the_log_says_so()
    {
        await using var harness = new StatefulHarness(Factory, $"{{{Cumulative}, resource_metrics_cache_size: 1}}");
        for (var i = 0; i < 12; i++)
        {
            harness.Add(Signal.Logs, Logs($"svc{i}", new LogRecord()), 1);
        }

        var points = Points(await harness.WriteAsync(60));
        Assert.Equal(11, points.Length);
        Assert.Contains(" log.record.count=2 1..60", points);
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("The records of 2 resources were counted under no resource", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ByKey, false)]
    [InlineData(Cumulative + ", logs: {m: {attributes: [{key: k, default_value: x}]}}", true)]
    [InlineData(Cumulative + ", logs: {m: {attributes: [{key: k}], conditions: ['severity_number == 0']}}", true)]
    [InlineData(Cumulative + ", logs: {m: {attributes: [{key: k}], description: What it is}}", false)]
    [InlineData(ByKey + ", metrics_flush_interval: 15s, aggregation_cardinality_limit: 5", false)]
    [InlineData(ByKey + ", resource_metrics_key_attributes: [service.name]", true)]
    public async Task Other_options_of_what_is_counted_begin_anew_and_say_so(string yaml, bool isAnew)
    {
        await using var harness = new StatefulHarness(Factory, $"{{{ByKey}}}");
        harness.Add(Signal.Logs, Logs("shop", Record("a")), 1);
        await harness.WriteAsync(60);
        harness.Restart($"{{{yaml}}}");
        harness.Add(Signal.Logs, Logs("shop", Record("a")), 61);
        Assert.Equal([isAnew ? "shop m{k=a}=1 61..120" : "shop m{k=a}=2 1..120"], Points(await harness.WriteAsync(120)));
        Assert.Equal(isAnew, harness.Bench.Log.Lines.Any(line => line.Contains("begin anew", StringComparison.Ordinal)));
        Assert.Equal(5, harness.StateCount);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    public async Task Deltas_give_up_the_state_of_cumulative_sums(int partSize)
    {
        await using var harness = new StatefulHarness(Factory, $"{{{ByKey}}}", partSize);
        harness.Add(Signal.Logs, Logs("shop", Record("a"), Record("b")), 1);
        await harness.WriteAsync(60);

        // A kill after some of it was taken out leaves nothing that is taken up.
        harness.Restart("{logs: {m: {attributes: [{key: k}]}}}");
        harness.Add(Signal.Logs, Logs("shop", Record("a")), 61);
        await harness.WriteAsync(62, parts: partSize == 1 ? 2 : 0);
        harness.Restart();
        harness.Add(Signal.Logs, Logs("shop", Record("a")), 61);
        Assert.Equal(["shop m{k=a}=1 61..62"], Points(await harness.WriteAsync(62)));
        Assert.Equal(0, harness.StateCount);
        harness.Restart($"{{{ByKey}}}");
        harness.Add(Signal.Logs, Logs("shop", Record("a")), 63);
        Assert.Equal(["shop m{k=a}=1 63..64"], Points(await harness.WriteAsync(64)));
    }

    [Theory]
    [InlineData("metrics_expiration: 1h")]
    [InlineData("series_expiration: 1h")]
    [InlineData("aggregation_cardinality_limit: 5")]
    [InlineData("resource_metrics_cache_size: 5")]
    [InlineData("resource_metrics_key_attributes: [service.name]")]
    public void Limits_of_what_is_not_kept_are_warned_of(string limit)
    {
        Assert.Contains($"{limit[..limit.IndexOf(':', StringComparison.Ordinal)]}: it has no effect on deltas", ProcessorHarness.Warnings(Factory, $"{{{limit}}}"), StringComparison.Ordinal);
        Assert.Equal("", ProcessorHarness.Warnings(Factory, $"{{{limit}, {Cumulative}}}"));
    }

    [Fact]
    public async Task Nothing_is_allocated_for_a_record_of_a_known_series()
    {
        await using var harness = new StatefulHarness(Factory, $"{{{Cumulative}, logs: {{a: {{attributes: [{{key: k}}, {{key: service.name}}]}}, b: {{}}}}}}");
        Assert.Equal(Measure(10), Measure(1000));

        long Measure(int records)
        {
            using var batch = Testing.Components.TestRequests.Index(
                Signal.Logs, Google.Protobuf.MessageExtensions.ToByteArray(Logs("shop", [.. Enumerable.Range(0, records).Select(_ => Record("v"))])), harness.Bench.Pool);
            var topic = harness.Bench.Journal.OpenTopic("logs");
            return Allocations.Least(() => harness.Connector.Add(new Runtime.Delivery.DeliverySegment(batch, 0, batch.Count, default, topic, 1)));
        }
    }

    private static LogRecord Record(string key) => new() { Attributes = { Attribute("k", key) } };

    private static ExportLogsServiceRequest Logs(string service, params LogRecord[] records) => new()
    {
        ResourceLogs =
        {
            new ResourceLogs { Resource = new Resource { Attributes = { Attribute("service.name", service) } }, ScopeLogs = { new ScopeLogs { LogRecords = { records } } } },
        },
    };

    /// <summary>The points by the service, the metric and the attributes.</summary>
    private static IEnumerable<(string Key, NumberDataPoint Point)> Flatten(IEnumerable<ResourceMetrics> metrics) =>
        from resource in metrics
        from metric in resource.ScopeMetrics.SelectMany(scope => scope.Metrics)
        from point in metric.Sum.DataPoints
        select ($"{ServiceOf(resource.Resource)} {metric.Name}{(point.Attributes.Count == 0 ? "" : $"{{{Text(point.Attributes)}}}")}", point);

    /// <summary>The points, sorted, with the seconds of their start and time.</summary>
    private static string[] Points(IEnumerable<ResourceMetrics> metrics) =>
        [.. Flatten(metrics).Select(pair => $"{pair.Key}={pair.Point.AsInt} {pair.Point.StartTimeUnixNano / 1_000_000_000}..{pair.Point.TimeUnixNano / 1_000_000_000}").Order(StringComparer.Ordinal)];

    private static string ServiceOf(Resource? resource) => resource?.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value.StringValue ?? "";
}
