using System.Security.Cryptography;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Processors.AttributesProcessor;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Testing.Otlp;
using Value = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Processors.AttributesProcessor;

public sealed class AttributesProcessorTests : IDisposable
{
    private static readonly AttributesProcessorFactory Factory = new();

    private readonly ProcessorHarness _harness = new()
    {
        Context = new RequestContext { Receiver = "otlp", Peer = "10.1.2.3:4567", Subject = "jo", Headers = [new("x-a", "1"), new("x-a", "2")] },
    };

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData("{key: n, action: insert, value: text}", "n=text")]
    [InlineData("{key: n, action: INSERT, value: 5}", "n=5i")]
    [InlineData("{key: n, action: upsert, value: 2.5}", "n=2.5d")]
    [InlineData("{key: n, action: upsert, value: true}", "n=True")]
    [InlineData("{key: n, action: upsert, value: '5'}", "n=5")]
    [InlineData("{key: n, action: upsert, value: [1, {k: v}]}", "n=[1i,{k=v}]")]
    [InlineData("{key: n, action: update, value: x}", "")]
    [InlineData("{key: a, action: update, value: x}", "a=x")]
    [InlineData("{key: a, action: insert, value: x}", "a=old")]
    [InlineData("{key: n, action: insert, from_attribute: a}", "n=old")]
    [InlineData("{key: n, action: insert, from_attribute: none}", "")]
    [InlineData("{key: n, action: insert, from_context: client.address}", "n=10.1.2.3")]
    [InlineData("{key: n, action: insert, from_context: auth.subject}", "n=jo")]
    [InlineData("{key: n, action: insert, from_context: metadata.X-A}", "n=1;2")]
    [InlineData("{key: n, action: insert, from_context: x-a}", "n=1;2")]
    [InlineData("{key: n, action: insert, from_context: x-none}", "")]
    [InlineData("{key: a, action: delete}", "a!")]
    [InlineData("{pattern: '^a$', action: delete}", "a!")]
    [InlineData("{key: a, action: extract, pattern: '^(?P<n>o)'}", "n=o")]
    [InlineData("{key: number, action: convert, converted_type: int}", "number=42i")]
    [InlineData("{key: number, action: convert, converted_type: double}", "number=42d")]
    [InlineData("{key: a, action: convert, converted_type: int}", "a=old")]
    public void Actions_change_attributes(string action, string expected)
    {
        var processor = _harness.Create(Factory, $"actions: [{action}]");
        var record = new LogRecord { TimeUnixNano = 1, Attributes = { Pair("a", Text("old")), Pair("number", Text("42")) } };

        var edited = Record(_harness.Run(processor, Signal.Logs, Logs("shop", record)));

        Assert.Equal(1UL, edited.TimeUnixNano);
        if (expected.EndsWith('!'))
        {
            Assert.DoesNotContain(edited.Attributes, a => a.Key == expected[..^1]);
        }
        else if (expected.Length == 0)
        {
            Assert.Equal(record, edited);
        }
        else
        {
            Assert.Contains(expected, edited.Attributes.Select(a => $"{a.Key}={Show(a.Value)}"));
        }
    }

    [Theory]
    [InlineData("include: {match_type: strict, services: [shop]}", true)]
    [InlineData("include: {match_type: strict, services: [sho]}", false)]
    [InlineData("include: {match_type: regexp, services: ['^sh']}", true)]
    [InlineData("exclude: {match_type: strict, services: [shop]}", false)]
    [InlineData("include: {match_type: strict, log_bodies: [hello]}", true)]
    [InlineData("include: {match_type: regexp, log_bodies: ['^h.*p$']}", false)]
    [InlineData("include: {match_type: strict, log_severity_texts: [WARN, INFO]}", true)]
    [InlineData("include: {match_type: strict, log_severity_number: {min: 9}}", true)]
    [InlineData("include: {match_type: strict, log_severity_number: {min: 10, match_undefined: true}}", false)]
    [InlineData("include: {match_type: strict, attributes: [{key: code, value: 200}]}", true)]
    [InlineData("include: {match_type: strict, attributes: [{key: code, value: '200'}]}", false)]
    [InlineData("include: {match_type: regexp, attributes: [{key: code, value: '^2..$'}]}", true)]
    [InlineData("include: {match_type: strict, attributes: [{key: code}]}", true)]
    [InlineData("include: {match_type: strict, attributes: [{key: code}, {key: none}]}", false)]
    [InlineData("include: {match_type: strict, resources: [{key: service.name, value: shop}]}", true)]
    [InlineData("include: {match_type: strict, libraries: [{name: other}, {name: lib}]}", true)]
    [InlineData("include: {match_type: strict, libraries: [{name: lib, version: '1'}]}", true)]
    [InlineData("include: {match_type: strict, libraries: [{name: lib, version: ''}]}", false)]
    [InlineData("include: {match_type: strict, services: [shop], log_bodies: [no]}", false)]
    [InlineData("include: {match_type: strict, services: [shop]}\nexclude: {match_type: strict, log_bodies: [hello]}", false)]
    public void Include_and_exclude_pick_log_records(string match, bool picked)
    {
        var processor = _harness.Create(Factory, match + "\nactions: [{key: n, action: insert, value: 1}]");
        var record = new LogRecord
        {
            Body = Text("hello"),
            SeverityText = "INFO",
            SeverityNumber = SeverityNumber.Info,
            Attributes = { Pair("code", new() { IntValue = 200 }) },
        };

        var edited = Record(_harness.Run(processor, Signal.Logs, Logs("shop", record)));

        Assert.Equal(picked, edited.Attributes.Any(a => a.Key == "n"));
    }

    [Theory]
    [InlineData("span_names: [GET]", true)]
    [InlineData("span_names: [POST]", false)]
    [InlineData("span_kinds: [SPAN_KIND_SERVER]", true)]
    [InlineData("span_kinds: [SPAN_KIND_CLIENT]", false)]
    public void Include_picks_spans(string match, bool picked)
    {
        var processor = _harness.Create(
            Factory, $"include: {{match_type: strict, {match}}}\nactions: [{{key: n, action: insert, value: 1}}]", PipelineSignal.Traces);
        var span = new Span { Name = "GET", Kind = Span.Types.SpanKind.Server };
        var request = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { span } } } } } };

        var edited = _harness.Run(processor, Signal.Traces, request).ResourceSpans[0].ScopeSpans[0].Spans[0];

        Assert.Equal(picked, edited.Attributes.Count > 0);
    }

    [Fact]
    public void Data_points_of_every_kind_of_metric_are_edited_and_names_pick_metrics()
    {
        var processor = _harness.Create(
            Factory, "include: {match_type: regexp, metric_names: ['^m[0-4]$']}\nactions: [{key: n, action: insert, value: 1}]", PipelineSignal.Metrics);
        var scope = new ScopeMetrics
        {
            Metrics =
            {
                new Metric { Name = "m0", Gauge = new Gauge { DataPoints = { new NumberDataPoint { AsInt = 1 } } } },
                new Metric { Name = "m1", Sum = new Sum { DataPoints = { new NumberDataPoint { AsInt = 1 }, new NumberDataPoint { AsInt = 2 } } } },
                new Metric { Name = "m2", Histogram = new Histogram { DataPoints = { new HistogramDataPoint { Count = 1 } } } },
                new Metric { Name = "m3", ExponentialHistogram = new ExponentialHistogram { DataPoints = { new ExponentialHistogramDataPoint { Count = 1 } } } },
                new Metric { Name = "m4", Summary = new Summary { DataPoints = { new SummaryDataPoint { Count = 1 } } } },
                new Metric { Name = "m5", Gauge = new Gauge { DataPoints = { new NumberDataPoint { AsInt = 1 } } } },
            },
        };
        var expected = new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { scope } } } };

        var edited = _harness.Run(processor, Signal.Metrics, expected.Clone());

        var added = Pair("n", new() { IntValue = 1 });
        scope.Metrics[0].Gauge.DataPoints[0].Attributes.Add(added);
        scope.Metrics[1].Sum.DataPoints[0].Attributes.Add(added);
        scope.Metrics[1].Sum.DataPoints[1].Attributes.Add(added);
        scope.Metrics[2].Histogram.DataPoints[0].Attributes.Add(added);
        scope.Metrics[3].ExponentialHistogram.DataPoints[0].Attributes.Add(added);
        scope.Metrics[4].Summary.DataPoints[0].Attributes.Add(added);
        Assert.Equal(expected, edited);
    }

    [Fact]
    public void The_example_of_the_readme_does_what_it_says()
    {
        var processor = _harness.Create(Factory, ProcessorHarness.ReadmeExample(Factory, "AttributesProcessor"));
        var record = new LogRecord
        {
            Attributes =
            {
                Pair("url.full", Text("https://shop.example/cart")), Pair("user.email", Text("a@b")),
                Pair("http.status_code", Text("200")), Pair("internal.id", Text("1")),
            },
        };

        var edited = Record(_harness.Run(processor, Signal.Logs, Logs("checkout-eu", record)));

        Assert.Equal(
            [
                "url.full=https://shop.example/cart", $"user.email={Convert.ToHexStringLower(SHA256.HashData("a@b"u8))}", "http.status_code=200i",
                "deployment.environment=production", "scheme=https", "host=shop.example",
            ],
            edited.Attributes.Select(a => $"{a.Key}={Show(a.Value)}"));
        record.Attributes.Add(Pair("http.route", Text("/healthz")));
        Assert.Equal(record, Record(_harness.Run(processor, Signal.Logs, Logs("checkout-eu", record))));
    }

    [Theory]
    [InlineData("actions: []", "processors::test::actions")]
    [InlineData("actions: [{action: insert, value: 1}]", "does not say which attribute")]
    [InlineData("actions: [{key: a, action: insert}]", "exactly one of value")]
    [InlineData("actions: [{key: a, action: insert, value: 1, from_attribute: b}]", "more than one source")]
    [InlineData("actions: [{key: a, action: delete, value: 1}]", "delete takes no value")]
    [InlineData("actions: [{key: a, action: update, value: 1, pattern: x}]", "takes no pattern")]
    [InlineData("actions: [{key: a, action: extract}]", "extract has no pattern")]
    [InlineData("actions: [{key: a, action: extract, pattern: '(x)'}]", "without a name")]
    [InlineData("actions: [{key: a, action: hash, pattern: '('}]", "cannot be used")]
    [InlineData("actions: [{key: a, action: convert}]", "does not say to what")]
    [InlineData("actions: [{key: a, action: convert, converted_type: date}]", "converted_type")]
    [InlineData("actions: [{key: a, action: insert, value: 99999999999999999999}]", "does not fit 64 bits")]
    [InlineData("actions: [{key: a, action: insert, from_context: auth.membership}]", "auth.subject")]
    [InlineData("include: {match_type: strict}\nactions: [{key: a, action: delete}]", "names no property")]
    [InlineData("include: {services: [a]}\nactions: [{key: a, action: delete}]", "match_type")]
    [InlineData("include: {match_type: regexp, services: ['(']}\nactions: [{key: a, action: delete}]", "cannot be used")]
    [InlineData("include: {match_type: strict, span_kinds: [server]}\nactions: [{key: a, action: delete}]", "no kind of span")]
    [InlineData("include: {match_type: regexp, attributes: [{key: a, value: 5}]}\nactions: [{key: a, action: delete}]", "in quotes")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);

    [Theory]
    [InlineData("span_names: [a]", PipelineSignal.Logs)]
    [InlineData("log_bodies: [a]", PipelineSignal.Traces)]
    [InlineData("metric_names: [a]", PipelineSignal.Events)]
    [InlineData("attributes: [{key: a}]", PipelineSignal.Metrics)]
    public void A_property_that_no_record_of_the_pipeline_has_keeps_it_from_starting(string match, PipelineSignal signal)
    {
        var options = ProcessorHarness.Bind(Factory, $"exclude: {{match_type: strict, {match}}}\nactions: [{{key: a, action: delete}}]");

        var fault = Assert.Single(((IProcessorFactory)Factory).FindFaults(signal, options));

        Assert.Equal("exclude::" + match[..match.IndexOf(':', StringComparison.Ordinal)], fault.Key);
    }

    private static KeyValue Pair(string key, Value value) => new() { Key = key, Value = value };

    private static Value Text(string text) => new() { StringValue = text };

    private static string Show(Value value) => value.ValueCase switch
    {
        Value.ValueOneofCase.StringValue => value.StringValue,
        Value.ValueOneofCase.IntValue => value.IntValue + "i",
        Value.ValueOneofCase.DoubleValue => value.DoubleValue + "d",
        Value.ValueOneofCase.BoolValue => value.BoolValue.ToString(),
        Value.ValueOneofCase.ArrayValue => "[" + string.Join(',', value.ArrayValue.Values.Select(Show)) + "]",
        _ => "{" + string.Join(',', value.KvlistValue.Values.Select(v => $"{v.Key}={Show(v.Value)}")) + "}",
    };

    private static ExportLogsServiceRequest Logs(string service, LogRecord record) => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = new Resource { Attributes = { Pair("service.name", Text(service)) } },
                ScopeLogs = { new ScopeLogs { Scope = new InstrumentationScope { Name = "lib", Version = "1" }, LogRecords = { record } } },
            },
        },
    };

    private static LogRecord Record(ExportLogsServiceRequest request) => request.ResourceLogs[0].ScopeLogs[0].LogRecords[0];
}
