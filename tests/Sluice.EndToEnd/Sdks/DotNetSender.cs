using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sluice.EndToEnd.Sdks;

/// <summary>Sends through the OpenTelemetry SDK for .NET, and says as envelopes what it sent.</summary>
internal sealed class DotNetSender(string run, string endpoint, OtlpExportProtocol protocol, OtlpExportCompression compression)
{
    private const string ScopeVersion = "2.1.0";
    private const int SampledAndRemotenessKnown = 0x101;

    /// <summary>In milliseconds. What is not sent in time is lost, and the SDK's own 5 or 10 seconds are few on a busy machine.</summary>
    public const int ExportTimeout = 60_000;

    private readonly ResourceBuilder _resource = ResourceBuilder.CreateEmpty()
        .AddAttributes([new("service.name", $"net-{run}"), new("host.cores", 8L), new("host.load", 0.5), new("host.virtual", true)]);

    private readonly string _scope = $"net-scope-{run}";
    private readonly List<JsonObject> _sent = [];

    /// <summary>Sends <paramref name="count"/> spans and logs, and some metrics; everything is answered when it returns.</summary>
    public IReadOnlyList<JsonObject> Send(int count)
    {
        using var source = new ActivitySource(new ActivitySourceOptions(_scope) { Version = ScopeVersion });
        var spans = SendSpans(source, count);
        SendLogs(spans);
        SendMetrics();
        return _sent;
    }

    private List<Activity> SendSpans(ActivitySource source, int count)
    {
        using var provider = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(_resource)
            .SetSampler(new AlwaysOnSampler())
            .AddSource(_scope)
            .AddProcessor(new BatchActivityExportProcessor(new OtlpTraceExporter(Options("traces"))))
            .Build();
        var now = TimeProvider.System.GetUtcNow();
        var spans = new List<Activity>();
        for (var i = 0; i < count; i++)
        {
            var start = now.AddTicks(i);
            var parent = i % 2 == 1 ? spans[i - 1] : null;
            ActivityLink[] links = i % 3 == 0 && i > 0 ? [new ActivityLink(spans[i - 1].Context, new() { ["link.reason"] = "follows" })] : [];
            var span = source.StartActivity(
                $"operation {i}",
                ActivityKind.Consumer,
                parent?.Context ?? new ActivityContext(ActivityTraceId.CreateRandom(), default, ActivityTraceFlags.Recorded),
                links: links,
                startTime: start)!;
            span.TraceStateString = "vendor=x";
            span.SetTag("text", "grüße ✓").SetTag("whole", (long)i).SetTag("number", i + 0.5).SetTag("flag", i % 2 == 0);
            span.SetTag("texts", new[] { "a", "b" }).SetTag("wholes", new[] { 1L, -2L }).SetTag("numbers", new[] { 1.0, 1e300 }).SetTag("flags", new[] { true, false });
            span.AddEvent(new ActivityEvent("checkpoint", start.AddTicks(2), new() { ["step"] = i }));
            if (i % 4 == 0)
            {
                span.SetStatus(ActivityStatusCode.Error, "made up");
            }

            span.SetEndTime(start.AddMilliseconds(5).UtcDateTime);
            span.Stop();
            spans.Add(span);
            SentSpan(span, i, start, parent, links);
        }

        Assert.True(provider.ForceFlush());
        return spans;
    }

    private void SentSpan(Activity span, int i, DateTimeOffset start, Activity? parent, ActivityLink[] links)
    {
        var link = string.Join(',', links.Select(to => $$$"""
            {"trace_id": "{{{to.Context.TraceId}}}", "span_id": "{{{to.Context.SpanId}}}", "trace_state": "vendor=x", "flags": {{{SampledAndRemotenessKnown}}}, "attributes": {"link.reason": "follows"}}
            """));
        Sent("span", $$$"""
            {
              "name": "operation {{{i}}}", "time": "{{{Text(start)}}}", "duration_ns": 5000000, "kind": "consumer", "trace_state": "vendor=x",
              "trace_id": "{{{span.TraceId}}}", "span_id": "{{{span.SpanId}}}", "flags": {{{SampledAndRemotenessKnown}}},
              {{{(parent is null ? "" : $"\"parent_span_id\": \"{parent.SpanId}\",")}}}
              {{{(i % 4 == 0 ? """ "status": {"code": "error", "message": "made up"}, """ : "")}}}
              {{{(link.Length == 0 ? "" : $"\"links\": [{link}],")}}}
              "events": [{"time": "{{{Text(start.AddTicks(2))}}}", "name": "checkpoint", "attributes": {"step": {{{i}}}}}],
              "attributes": {
                "text": "grüße ✓", "whole": {{{i}}}, "number": {{{i}}}.5, "flag": {{{(i % 2 == 0 ? "true" : "false")}}},
                "texts": ["a", "b"], "wholes": [1, -2], "numbers": [1.0, 1E+300], "flags": [true, false]
              }
            }
            """);
    }

    private void SendLogs(List<Activity> spans)
    {
        var export = new BatchLogRecordExportProcessor(new OtlpLogExporter(Options("logs")));
        using var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(_resource);
            options.IncludeFormattedMessage = true;
            options.AddProcessor(new LogTimes(SentLog));
            options.AddProcessor(export);
        }));
        var logger = loggers.CreateLogger(_scope);
        for (var i = 0; i < spans.Count; i++)
        {
            // An activity that no source makes is not exported; it only gives the log its place in the trace.
            using var place = new Activity("place order").SetParentId(spans[i].TraceId, spans[i].SpanId, ActivityTraceFlags.Recorded).Start();
            var order = new OrderPlaced(i, i + 0.25, "kettle", i % 2 == 0);
            logger.Log(
                i % 2 == 0 ? LogLevel.Information : LogLevel.Error,
                i % 5 == 0 ? new EventId(7, "shop.order") : default,
                order.Attributes,
                exception: null,
                static (state, _) => $"order {state[0].Value} placed — “quoted”");
        }

        Assert.True(export.ForceFlush());
    }

    private void SentLog(LogRecord log)
    {
        var attributes = log.Attributes!.ToDictionary(attribute => attribute.Key, attribute => attribute.Value);
        var time = Text(new DateTimeOffset(log.Timestamp));
        var isEvent = log.EventId.Name is not null;
        Sent(isEvent ? "event" : "log", $$"""
            {
              {{(isEvent ? $"\"name\": \"{log.EventId.Name}\"," : "")}}
              "time": "{{time}}", "observed_time": "{{time}}",
              "severity": "{{(log.LogLevel == LogLevel.Error ? "Error" : "Information")}}", "severity_number": {{(log.LogLevel == LogLevel.Error ? 17 : 9)}},
              "trace_id": "{{log.TraceId}}", "span_id": "{{log.SpanId}}", "flags": 1,
              "body": "order {{attributes["order.number"]}} placed — “quoted”",
              "attributes": {
                "order.number": {{attributes["order.number"]}}, "order.price": {{((double)attributes["order.price"]!).ToString(System.Globalization.CultureInfo.InvariantCulture)}},
                "order.product": "kettle", "order.gift": {{((bool)attributes["order.gift"]! ? "true" : "false")}}
              },
              "scope": {"name": "{{_scope}}"}
            }
            """);
    }

    /// <summary>The reader collects and exports once, when it is disposed.</summary>
    private void SendMetrics()
    {
        using var meter = new Meter(_scope, ScopeVersion);
        using var provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(_resource)
            .AddMeter(_scope)
            .SetExemplarFilter(ExemplarFilterType.AlwaysOff)
            .AddView("net.exponential", new Base2ExponentialBucketHistogramConfiguration { MaxSize = 20 })
            .AddView("net.histogram", new ExplicitBucketHistogramConfiguration { Boundaries = [1, 10, 100] })
            .AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(Options("metrics")), Timeout.Infinite))
            .Build();
        var route = new KeyValuePair<string, object?>("route", "/a");
        meter.CreateCounter<long>("net.counter", "{call}", "Calls.").Add(long.MaxValue, route);
        meter.CreateUpDownCounter<double>("net.updown").Add(-3, route);
        meter.CreateGauge<double>("net.gauge").Record(2.5, route);
        meter.CreateObservableGauge("net.observed", () => new Measurement<long>(-7, route));
        var histogram = meter.CreateHistogram<double>("net.histogram");
        var exponential = meter.CreateHistogram<double>("net.exponential");
        foreach (var value in (double[])[0.5, 5, 50, 500])
        {
            histogram.Record(value, route);
            exponential.Record(value, route);
        }

        SentMetric("net.counter", """ "type": "sum", "unit": "{call}", "description": "Calls.", "temporality": "cumulative", "monotonic": true """, """ "value": 9223372036854775807 """);
        SentMetric("net.updown", """ "type": "sum", "temporality": "cumulative", "monotonic": false """, """ "value": -3.0 """);
        SentMetric("net.gauge", """ "type": "gauge" """, """ "value": 2.5 """);
        SentMetric("net.observed", """ "type": "gauge" """, """ "value": -7 """);
        const string Statistics = """ "count": 4, "sum": 555.5, "min": 0.5, "max": 500.0 """;
        SentMetric(
            "net.histogram",
            """ "type": "histogram", "temporality": "cumulative" """,
            Statistics + """, "explicit_bounds": [1.0, 10.0, 100.0], "bucket_counts": [1, 1, 1, 1] """);

        // Twenty buckets cover this range at scale 0, where bucket i holds (2^i, 2^(i+1)].
        SentMetric(
            "net.exponential",
            """ "type": "exponential_histogram", "temporality": "cumulative" """,
            Statistics + """, "scale": 0, "positive": {"offset": -2, "bucket_counts": [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1]} """);
        Assert.True(provider.Shutdown(ExportTimeout));
    }

    private void SentMetric(string name, string fields, string point) => Sent("metric", $$"""
        {"name": "{{name}}", "metric": { {{fields}}, "data_points": [{ {{point}}, "attributes": {"route": "/a"} }] } }
        """);

    private void Sent(string signal, string json)
    {
        var record = JsonNode.Parse(json)!.AsObject();
        record["signal"] = signal;
        record["service"] = $"net-{run}";
        record["resource"] = JsonNode.Parse($$"""{"attributes": {"service.name": "net-{{run}}", "host.cores": 8, "host.load": 0.5, "host.virtual": true} }""");
        record["scope"] ??= JsonNode.Parse($$"""{"name": "{{_scope}}", "version": "{{ScopeVersion}}"}""");
        _sent.Add(record);
    }

    /// <summary>.NET has ticks of 100 ns.</summary>
    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff00Z", System.Globalization.CultureInfo.InvariantCulture);

    private OtlpExporterOptions Options(string signal) => new()
    {
        Endpoint = protocol == OtlpExportProtocol.Grpc ? new Uri($"http://{endpoint}") : new Uri($"http://{endpoint}/v1/{signal}"),
        Protocol = protocol,
        Compression = compression,
        TimeoutMilliseconds = ExportTimeout,
    };

    private readonly record struct OrderPlaced(int Number, double Price, string Product, bool Gift)
    {
        public IReadOnlyList<KeyValuePair<string, object?>> Attributes =>
            [new("order.number", Number), new("order.price", Price), new("order.product", Product), new("order.gift", Gift)];
    }

    private sealed class LogTimes(Action<LogRecord> seen) : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data) => seen(data);
    }
}
