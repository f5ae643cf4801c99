using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Telemetry;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Exporters;

/// <summary>One request per signal with every field that OTLP has, and one that is nearly empty.</summary>
internal static class DebugSamples
{
    private const ulong Noon = 1_767_268_800_000_000_001;

    private static readonly ByteString TraceId = Bytes("0102030405060708090a0b0c0d0e0f10");
    private static readonly ByteString SpanId = Bytes("a1a2a3a4a5a6a7a8");

    public static IMessage Request(Signal signal) => signal switch
    {
        Signal.Logs => Logs,
        Signal.Traces => Traces,
        _ => Metrics,
    };

    private static Resource Shop => new()
    {
        Attributes = { Text("service.name", "shop"), Number("host.cpus", 8) },
        DroppedAttributesCount = 1,
        EntityRefs = { new EntityRef { SchemaUrl = "https://e", Type = "host", IdKeys = { "host.id" }, DescriptionKeys = { "host.name" } } },
    };

    private static InstrumentationScope Library =>
        new() { Name = "cart", Version = "1.2", Attributes = { Text("build", "release") }, DroppedAttributesCount = 2 };

    private static ExportLogsServiceRequest Logs => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = Shop,
                SchemaUrl = "https://r",
                ScopeLogs =
                {
                    new ScopeLogs
                    {
                        Scope = Library,
                        SchemaUrl = "https://s",
                        LogRecords =
                        {
                            new LogRecord
                            {
                                TimeUnixNano = Noon,
                                ObservedTimeUnixNano = Noon + 1,
                                SeverityNumber = SeverityNumber.Warn2,
                                SeverityText = "WARNING",
                                Body = new AnyValue { StringValue = "two\nlines \u001b[31m and ünicode" },
                                EventName = "cart.full",
                                Attributes = { Text("text", "x"), Number("int", -3), Every("all") },
                                DroppedAttributesCount = 4,
                                Flags = 1,
                                TraceId = TraceId,
                                SpanId = SpanId,
                            },
                            new LogRecord { Body = new AnyValue { IntValue = 42 } },
                        },
                    },
                },
            },
            new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord() } } } },
        },
    };

    private static ExportTraceServiceRequest Traces => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = Shop,
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        Scope = Library,
                        Spans =
                        {
                            new Span
                            {
                                TraceId = TraceId,
                                SpanId = SpanId,
                                ParentSpanId = Bytes("b1b2b3b4b5b6b7b8"),
                                TraceState = "ot=th:8",
                                Name = "GET /cart",
                                Kind = Span.Types.SpanKind.Server,
                                StartTimeUnixNano = Noon,
                                EndTimeUnixNano = Noon + 1_500_000,
                                Attributes = { Text("http.route", "/cart") },
                                DroppedAttributesCount = 1,
                                Events =
                                {
                                    new Span.Types.Event
                                    {
                                        Name = "retry", TimeUnixNano = Noon + 2, Attributes = { Number("attempt", 2) }, DroppedAttributesCount = 3,
                                    },
                                },
                                DroppedEventsCount = 2,
                                Links =
                                {
                                    new Span.Types.Link
                                    {
                                        TraceId = TraceId, SpanId = SpanId, TraceState = "a=b", Attributes = { Text("k", "v") },
                                        DroppedAttributesCount = 5, Flags = 257,
                                    },
                                },
                                DroppedLinksCount = 6,
                                Status = new Status { Code = Status.Types.StatusCode.Error, Message = "no stock" },
                                Flags = 769,
                            },
                            new Span { TraceId = TraceId, SpanId = SpanId, Name = "short" },
                        },
                    },
                },
            },
        },
    };

    private static ExportMetricsServiceRequest Metrics => new()
    {
        ResourceMetrics =
        {
            new ResourceMetrics
            {
                Resource = Shop,
                ScopeMetrics = { new ScopeMetrics { Scope = Library, Metrics = { Gauge, Sum, Histogram, Exponential, Summary, new Metric { Name = "empty" } } } },
            },
        },
    };

    private static Metric Gauge => new()
    {
        Name = "queue.length",
        Description = "Waiting orders",
        Unit = "{order}",
        Metadata = { Text("origin", "test") },
        Gauge = new Gauge { DataPoints = { new NumberDataPoint { TimeUnixNano = Noon, AsInt = -7, Attributes = { Text("queue", "a") }, Flags = 1 } } },
    };

    private static Metric Sum => new()
    {
        Name = "orders",
        Sum = new Sum
        {
            AggregationTemporality = AggregationTemporality.Cumulative,
            IsMonotonic = true,
            DataPoints =
            {
                new NumberDataPoint
                {
                    StartTimeUnixNano = Noon - 1,
                    TimeUnixNano = Noon,
                    AsDouble = 0.1,
                    Exemplars =
                    {
                        new Exemplar { TimeUnixNano = Noon, AsInt = 9, TraceId = TraceId, SpanId = SpanId, FilteredAttributes = { Text("user", "u1") } },
                        new Exemplar { AsDouble = 2.5 },
                    },
                },
            },
        },
    };

    private static Metric Histogram => new()
    {
        Name = "latency",
        Histogram = new Histogram
        {
            AggregationTemporality = AggregationTemporality.Delta,
            DataPoints =
            {
                new HistogramDataPoint
                {
                    TimeUnixNano = Noon, Count = 6, Sum = 12.5, Min = 0.5, Max = 7, ExplicitBounds = { 1, 5 }, BucketCounts = { 1, 2, 3 },
                    Attributes = { Text("route", "/cart"), Number("status", 200) }, Flags = 1, Exemplars = { new Exemplar { AsDouble = 7 } },
                },
            },
        },
    };

    private static Metric Exponential => new()
    {
        Name = "size",
        ExponentialHistogram = new ExponentialHistogram
        {
            AggregationTemporality = AggregationTemporality.Cumulative,
            DataPoints =
            {
                new ExponentialHistogramDataPoint
                {
                    TimeUnixNano = Noon, Count = 10, Sum = 3, Scale = -2, ZeroCount = 4, ZeroThreshold = 0.001, Min = -2, Max = 9, Flags = 1,
                    Positive = new() { Offset = 3, BucketCounts = { 1, 0, 2 } },
                    Negative = new() { Offset = -1, BucketCounts = { 300 } },
                    Attributes = { Text("kind", "body") },
                    Exemplars = { new Exemplar { AsInt = 1 } },
                },
            },
        },
    };

    private static Metric Summary => new()
    {
        Name = "age",
        Summary = new Summary
        {
            DataPoints =
            {
                new SummaryDataPoint
                {
                    TimeUnixNano = Noon, Count = 2, Sum = 30, Flags = 1, Attributes = { Text("kind", "x") },
                    QuantileValues = { new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 0.5, Value = 10 }, new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 1, Value = 20 } },
                },
            },
        },
    };

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static KeyValue Every(string key) => new()
    {
        Key = key,
        Value = new AnyValue
        {
            KvlistValue = new KeyValueList
            {
                Values =
                {
                    new KeyValue { Key = "bool", Value = new AnyValue { BoolValue = true } },
                    new KeyValue { Key = "double", Value = new AnyValue { DoubleValue = 1.5 } },
                    new KeyValue { Key = "bytes", Value = new AnyValue { BytesValue = Bytes("00ff") } },
                    new KeyValue { Key = "empty", Value = new AnyValue() },
                    new KeyValue
                    {
                        Key = "array",
                        Value = new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { IntValue = 1 }, new AnyValue { StringValue = "b" } } } },
                    },
                },
            },
        },
    };

    private static ByteString Bytes(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}
