using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Connectors.CountConnector;
using Sluice.Components.Tests.Connectors.Support;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Testing;
using static Sluice.Components.Tests.Connectors.Support.StatefulHarness;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;
using Metric = OpenTelemetry.Proto.Metrics.V1.Metric;
using Signal = Sluice.Telemetry.Signal;

namespace Sluice.Components.Tests.Connectors;

public sealed class CountConnectorTests
{
    private static readonly CountConnectorFactory Factory = new();

    [Fact]
    public async Task Everything_is_counted_by_default_under_the_names_of_the_Collector()
    {
        await using var harness = new StatefulHarness(Factory, "{}");
        var span = Span("a", 1);
        span.Events.Add(new Span.Types.Event { Name = "e" });
        span.Events.Add(new Span.Types.Event { Name = "f" });
        harness.Add(Signal.Traces, Traces("shop", span, Span("b", 1)), 10);
        harness.Add(Signal.Logs, Logs(new LogRecord(), new LogRecord(), new LogRecord()), 11);
        harness.Add(Signal.Metrics, Metrics(), 12);
        var metrics = await harness.WriteAsync(20);
        Assert.Equal(
            ["log.record.count=3", "metric.count=5", "metric.datapoint.count=7", "trace.span.count=2", "trace.span.event.count=2"],
            Counts(metrics).Order(StringComparer.Ordinal));
        var sum = metrics[0].ScopeMetrics[0].Metrics[0];
        Assert.Equal(("otelcol/countconnector", "The number of spans observed."), (metrics[0].ScopeMetrics[0].Scope.Name, sum.Description));
        Assert.Equal((AggregationTemporality.Delta, true), (sum.Sum.AggregationTemporality, sum.Sum.IsMonotonic));
        Assert.Equal((10_000_000_000UL, 20_000_000_000UL), (sum.Sum.DataPoints[0].StartTimeUnixNano, sum.Sum.DataPoints[0].TimeUnixNano));
        Assert.Equal("service.name=shop", Text(metrics[0].Resource.Attributes));
        Assert.Empty(await harness.WriteAsync(30));
    }

    [Fact]
    public async Task What_is_counted_is_given_out_whenever_the_cursor_moves_and_needs_no_state()
    {
        await using var harness = new StatefulHarness(Factory, "{}");
        harness.Add(Signal.Logs, Logs(new LogRecord()), 10);
        Assert.Equal(["log.record.count=1"], Counts(await harness.WriteAsync(null)));
        harness.Restart();
        harness.Add(Signal.Logs, Logs(new LogRecord()), 11);
        Assert.Equal(["log.record.count=1"], Counts(await harness.WriteAsync(20)));
        Assert.Equal(0, harness.StateCount);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_takes_the_time_of_what_is_counted_along()
    {
        await using var harness = new StatefulHarness(Factory, "{}");
        harness.Add(Signal.Logs, Logs(new LogRecord()), 86_400);
        await harness.WriteAsync(86_460);
        harness.Add(Signal.Logs, Logs(new LogRecord()), 86_461);
        harness.Add(Signal.Logs, Logs(new LogRecord()), 1000);
        var point = (await harness.WriteAsync(1060))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0];
        Assert.Equal((1_060_000_000_000UL, 1_060_000_000_000UL, 2L), (point.StartTimeUnixNano, point.TimeUnixNano, point.AsInt));
        harness.Add(Signal.Logs, Logs(new LogRecord()), 1061);
        point = (await harness.WriteAsync(null))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0];
        Assert.Equal((1_061_000_000_000UL, 1_061_000_000_000UL, 1L), (point.StartTimeUnixNano, point.TimeUnixNano, point.AsInt));
    }

    [Fact]
    public async Task Records_are_split_by_attributes_of_their_own_their_scope_or_their_resource()
    {
        await using var harness = new StatefulHarness(Factory, """
            logs:
              by.attributes:
                attributes: [{key: own}, {key: scoped}, {key: service.name}, {key: none, default_value: x}]
              all: {}
            """);
        var request = Logs(
            new LogRecord { Attributes = { Attribute("own", 1) } },
            new LogRecord { Attributes = { Attribute("own", 1), Attribute("none", "y") } },
            new LogRecord { Attributes = { Attribute("own", 1) } },
            new LogRecord());
        request.ResourceLogs[0].ScopeLogs[0].Scope = new() { Attributes = { Attribute("scoped", "s") } };
        harness.Add(Signal.Logs, request, 1);
        Assert.Equal(
            ["all=4", "by.attributes{own=1 scoped=s service.name=shop none=x}=2", "by.attributes{own=1 scoped=s service.name=shop none=y}=1"],
            Counts(await harness.WriteAsync(2)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("text", "text", null, null)]
    [InlineData("'5'", "5", null, null)]
    [InlineData("5", null, 5L, null)]
    [InlineData("-0.5", null, null, -0.5)]
    public async Task A_default_keeps_its_type(string yaml, string? text, long? integer, double? number)
    {
        await using var harness = new StatefulHarness(Factory, $"logs: {{m: {{attributes: [{{key: k, default_value: {yaml}}}]}}}}");
        harness.Add(Signal.Logs, Logs(new LogRecord()), 1);
        var value = (await harness.WriteAsync(2))[0].ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].Attributes.Single().Value;
        Assert.Equal(
            (text, integer, number),
            (value.HasStringValue ? value.StringValue : null, value.HasIntValue ? value.IntValue : null, value.HasDoubleValue ? value.DoubleValue : null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("''")]
    public async Task Without_a_default_what_lacks_an_attribute_is_not_counted(string yaml)
    {
        await using var harness = new StatefulHarness(Factory, $"logs: {{m: {{attributes: [{{key: k, default_value: {yaml}}}]}}}}");
        harness.Add(Signal.Logs, Logs(new LogRecord(), new LogRecord { Attributes = { Attribute("k", "v") } }), 1);
        Assert.Equal(["m{k=v}=1"], Counts(await harness.WriteAsync(2)));
    }

    [Fact]
    public async Task More_series_than_a_group_can_take_are_given_out_early_and_counted_together_at_last()
    {
        const int PartSize = 20_000;
        await using var harness = new StatefulHarness(Factory, "logs: {m: {attributes: [{key: k}]}, all: {}}", PartSize);
        var next = 0;
        while (!harness.Connector.IsFull)
        {
            harness.Add(Signal.Logs, Logs(new LogRecord { Attributes = { Attribute("k", next++) } }), 1);
        }

        Assert.Equal(next + 1, Counts(await harness.WriteAsync(null)).Count());
        Assert.InRange(harness.LargestPart, PartSize / 4, PartSize);
        Assert.False(harness.Connector.IsFull);

        // One request alone makes more: nothing is cut, and nothing is lost.
        harness.Add(Signal.Logs, Logs([.. Enumerable.Range(0, 5000).Select(i => new LogRecord { Attributes = { Attribute("k", 100_000 + i) } })]), 2);
        var metrics = await harness.WriteAsync(3);
        Assert.Equal(1, harness.Parts);
        Assert.InRange(harness.LargestPart, PartSize / 2, 3 * PartSize);
        Assert.Equal(5000, metrics.SelectMany(resource => resource.ScopeMetrics[0].Metrics).Where(metric => metric.Name == "m").Sum(metric => metric.Sum.DataPoints.Sum(point => point.AsInt)));
        var beyond = metrics.Single(resource => resource.Resource?.Attributes.Count is null or 0).ScopeMetrics[0].Metrics.Single().Sum.DataPoints.Single();
        Assert.Equal("otel.metric.overflow=true", Text(beyond.Attributes));
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains($"{beyond.AsInt} of what was counted went into series with otel.metric.overflow", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("logs", "severity_number >= SEVERITY_NUMBER_ERROR", 1)]
    [InlineData("logs", "log.severity_number < SEVERITY_NUMBER_ERROR", 2)]
    [InlineData("logs", "severity_number == SEVERITY_NUMBER_WARN4", 1)]
    [InlineData("logs", "severity_text == \"bad\"", 1)]
    [InlineData("logs", "event_name == \"deploy\"", 1)]
    [InlineData("logs", "event_name != \"\"", 1)]
    [InlineData("logs", "body == \"text\"", 1)]
    [InlineData("logs", "resource.attributes[\"service.name\"] == \"shop\"", 3)]
    [InlineData("logs", "resource.attributes[\"service.name\"] != \"shop\"", 0)]
    [InlineData("logs", "scope.name == \"lib\" and scope.version == \"1\"", 3)]
    [InlineData("logs", "instrumentation_scope.name == \"lib\"", 3)]
    [InlineData("logs", "attributes[\"n\"] == 5", 1)]
    [InlineData("logs", "attributes[\"n\"] == 5.0", 1)]
    [InlineData("logs", "attributes[\"n\"] > 4.5", 1)]
    [InlineData("logs", "attributes[\"n\"] == \"5\"", 0)]
    [InlineData("logs", "attributes[\"n\"] != \"5\"", 3)]
    [InlineData("logs", "attributes[\"n\"] == nil", 2)]
    [InlineData("logs", "attributes[\"n\"] != nil", 1)]
    [InlineData("logs", "attributes[\"n\"] <= nil", 0)]
    [InlineData("logs", "nil == attributes[\"n\"]", 2)]
    [InlineData("logs", "attributes[\"b\"] == true", 1)]
    [InlineData("logs", "attributes[\"a\\\"b\"] == nil", 3)]
    [InlineData("logs", "not (severity_number == 16 or event_name == \"deploy\") and true", 1)]
    [InlineData("logs", "severity_number == 16 or severity_number == 17 and event_name == \"no\"", 1)]
    [InlineData("logs", "false", 0)]
    [InlineData("logs", "true == true", 3)]
    [InlineData("spans", "status.code == STATUS_CODE_ERROR", 1)]
    [InlineData("spans", "span.name == \"pay\" and kind == SPAN_KIND_SERVER", 1)]
    [InlineData("spans", "status.message == \"declined\"", 1)]
    [InlineData("spanevents", "name == \"exception\"", 2)]
    [InlineData("spanevents", "spanevent.attributes[\"type\"] == \"E\" and span.name == \"pay\"", 1)]
    [InlineData("spanevents", "span.attributes[\"tier\"] == \"gold\"", 2)]
    [InlineData("metrics", "type == METRIC_DATA_TYPE_SUM", 1)]
    [InlineData("metrics", "metric.name == \"gauge\" or unit == \"s\"", 2)]
    [InlineData("datapoints", "metric.type == METRIC_DATA_TYPE_HISTOGRAM", 1)]
    [InlineData("datapoints", "attributes[\"k\"] == \"v\"", 2)]
    public async Task Conditions_hold_as_in_the_transformation_language(string section, string condition, int expected)
    {
        await using var harness = new StatefulHarness(Factory, $"{section}: {{counted: {{conditions: ['{condition}']}}}}");
        var logs = Logs(
            new LogRecord { SeverityNumber = SeverityNumber.Error, SeverityText = "bad", Attributes = { Attribute("n", 5) }, Body = new AnyValue { StringValue = "text" } },
            new LogRecord { SeverityNumber = SeverityNumber.Warn4, Attributes = { new KeyValue { Key = "b", Value = new() { BoolValue = true } } } },
            new LogRecord { EventName = "deploy" });
        logs.ResourceLogs[0].ScopeLogs[0].Scope = new() { Name = "lib", Version = "1" };
        var span = Span("pay", 1, Attribute("tier", "gold"));
        span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "declined" };
        span.Events.Add(new Span.Types.Event { Name = "exception", Attributes = { Attribute("type", "E") } });
        span.Events.Add(new Span.Types.Event { Name = "exception" });
        harness.Add(Signal.Logs, logs, 1);
        harness.Add(Signal.Traces, Traces("shop", span, Span("other", 1)), 1);
        harness.Add(Signal.Metrics, Metrics(), 1);
        var counted = Counts(await harness.WriteAsync(2)).Where(count => count.StartsWith("counted", StringComparison.Ordinal));
        Assert.Equal(expected == 0 ? [] : [$"counted={expected}"], counted);
    }

    [Theory]
    [InlineData("spans: {m: {conditions: ['name =']}}", "from = on the condition cannot be read")]
    [InlineData("spans: {m: {conditions: ['name == ']}}", "the condition ends too early")]
    [InlineData("spans: {m: {conditions: ['IsMatch(name, \"a\")']}}", "from IsMatch(name, \"a\") on the condition cannot be read: functions are not read yet")]
    [InlineData("spans: {m: {conditions: ['name == Concat([name], \"\")']}}", "functions are not read yet")]
    [InlineData("spans: {m: {conditions: ['isMatch (name, \"a\")']}}", "functions are not read yet")]
    [InlineData("spans: {m: {conditions: ['name = \"a\"']}}", "write == where two are to be equal")]
    [InlineData("spans: {m: {conditions: ['name == \"a\" && kind == 1']}}", "from && kind == 1 on the condition cannot be read: write and")]
    [InlineData("spans: {m: {conditions: ['name == \"a\" || kind == 1']}}", "write or")]
    [InlineData("spans: {m: {conditions: ['!(kind == 1)']}}", "write not")]
    [InlineData("spans: {m: {conditions: ['name == `a`']}}", "texts stand in double quotes")]
    [InlineData("spans: {m: {conditions: ['kind * 2 == 2']}}", "arithmetic is not read yet")]
    [InlineData("spans: {m: {conditions: ['kind -1 == 2']}}", "arithmetic is not read yet")]
    [InlineData("spans: {m: {conditions: ['attributes[\"a\"] == [1, 2]']}}", "lists, and what is inside of values, are not read yet")]
    [InlineData("spans: {m: {conditions: ['attributes[\"a\"] == {\"k\": 1}']}}", "maps are not read yet")]
    [InlineData("spans: {m: {conditions: ['attributes[\"a\"][0] == 2']}}", "from [0] == 2 on the condition cannot be read: lists, and what is inside of values")]
    [InlineData("spans: {m: {conditions: ['attributes[name] == 2']}}", "what is inside of values")]
    [InlineData("spans: {m: {conditions: ['trace_id == 0x01']}}", "trace_id is not compared here yet")]
    [InlineData("spans: {m: {conditions: ['attributes[\"a\"] == 0x01']}}", "bytes are not read yet")]
    [InlineData("spans: {m: {conditions: ['end_time_unix_nano > 1']}}", "end_time_unix_nano is not compared here yet")]
    [InlineData("spans: {m: {conditions: ['status == nil']}}", "status is not compared here yet")]
    [InlineData("spans: {m: {conditions: ['kind.string == \"Server\"']}}", "kind.string is not compared here yet")]
    [InlineData("spans: {m: {conditions: ['attributes == nil']}}", "attributes is not compared here yet")]
    [InlineData("spans: {m: {conditions: ['attributes[\"a\"]']}}", "the condition ends too early")]
    [InlineData("logs: {m: {conditions: ['body[\"a\"] == 1']}}", "body[…] is not compared here yet")]
    [InlineData("datapoints: {m: {conditions: ['value_int > 1']}}", "value_int is not compared here yet")]
    [InlineData("metrics: {m: {conditions: ['attributes[\"env\"] == \"prod\"']}}", "there is no attributes[…] to compare")]
    [InlineData("profiles: {m: {}}", "there are no pipelines of profiles")]
    [InlineData("logs: {m: {attributes: [{key: a, default_value: true}]}}", "it is neither a text nor a number")]
    [InlineData("logs: {m: {attributes: [{key: a, default_value: [1]}]}}", "it is neither a text nor a number")]
    [InlineData("logs: {m: {attributes: [{key: a, default_value: 99999999999999999999}]}}", "99999999999999999999 does not fit 64 bits")]
    [InlineData("logs: {m: {attributes: [{key: \"\"}]}}", "give the key of an attribute")]
    [InlineData("spans: {m: {conditions: ['severity_number == 1']}}", "there is no severity_number to compare")]
    [InlineData("spans: {m: {conditions: ['kind == SPAN_KIND_NONE']}}", "there is no enum SPAN_KIND_NONE")]
    [InlineData("spans: {m: {conditions: ['kind + 1 == 2']}}", "from + 1 == 2 on the condition cannot be read: arithmetic is not read yet")]
    [InlineData("spans: {m: {conditions: ['attributes[\"a\"][\"b\"] == 2']}}", "from [\"b\"] == 2 on the condition cannot be read: lists, and what is inside of values, are not read yet")]
    [InlineData("spans: {m: {conditions: ['(name == \"a\"']}}", "the condition ends too early")]
    [InlineData("spans: {m: {conditions: ['name == \"a']}}", "from \"a on the condition cannot be read: a text ends with a quote")]
    [InlineData("metrics: {m: {attributes: [{key: a}]}}", "metrics have no attributes")]
    [InlineData("logs: {m: {attributes: [{key: a}, {key: a}]}}", "\"a\" is there twice")]
    [InlineData("logs: {m: {attributes: [{key: a, any_depth: true}]}}", "any_depth")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);

    [Fact]
    public void A_fault_says_what_is_supported() =>
        Assert.Contains("this version compares attributes[\"key\"], severity_number, severity_text, event_name, body, resource.attributes[\"key\"]", ProcessorHarness.Errors(Factory, "logs: {m: {conditions: ['x']}}"), StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_is_allocated_for_a_record_that_was_counted_before()
    {
        await using var harness = new StatefulHarness(Factory, """
            logs: {a: {conditions: ['severity_number >= 1 or attributes["k"] == "v"'], attributes: [{key: k}, {key: service.name}, {key: d, default_value: x}]}, b: {}}
            """);
        Assert.Equal(Measure(10), Measure(1000));

        long Measure(int records)
        {
            using var batch = Testing.Components.TestRequests.Index(
                Signal.Logs, Logs([.. Enumerable.Range(0, records).Select(_ => new LogRecord { Attributes = { Attribute("k", "v") } })]).ToByteArray(), harness.Bench.Pool);
            var topic = harness.Bench.Journal.OpenTopic("logs");
            return Allocations.Least(() => harness.Connector.Add(new Runtime.Delivery.DeliverySegment(batch, 0, batch.Count, default, topic, 1)));
        }
    }

    private static IEnumerable<string> Counts(IReadOnlyList<ResourceMetrics> metrics) =>
        from metric in metrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics)
        from point in metric.Sum.DataPoints
        select $"{metric.Name}{(point.Attributes.Count == 0 ? "" : $"{{{Text(point.Attributes)}}}")}={point.AsInt}";

    private static ExportLogsServiceRequest Logs(params LogRecord[] records) => new()
    {
        ResourceLogs =
        {
            new ResourceLogs { Resource = new Resource { Attributes = { Attribute("service.name", "shop") } }, ScopeLogs = { new ScopeLogs { LogRecords = { records } } } },
        },
    };

    /// <summary>Five metrics of seven points, one of each kind.</summary>
    private static ExportMetricsServiceRequest Metrics()
    {
        var labelled = new NumberDataPoint { AsInt = 1, Attributes = { Attribute("k", "v") } };
        return new ExportMetricsServiceRequest
        {
            ResourceMetrics =
            {
                new ResourceMetrics
                {
                    ScopeMetrics =
                    {
                        new ScopeMetrics
                        {
                            Metrics =
                            {
                                new Metric { Name = "gauge", Gauge = new() { DataPoints = { labelled, new NumberDataPoint() } } },
                                new Metric { Name = "sum", Sum = new() { DataPoints = { labelled, new NumberDataPoint() } } },
                                new Metric { Name = "histogram", Unit = "s", Histogram = new() { DataPoints = { new HistogramDataPoint() } } },
                                new Metric { Name = "exponential", ExponentialHistogram = new() { DataPoints = { new ExponentialHistogramDataPoint() } } },
                                new Metric { Name = "summary", Summary = new() { DataPoints = { new SummaryDataPoint() } } },
                            },
                        },
                    },
                },
            },
        };
    }
}
