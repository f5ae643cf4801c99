using System.Buffers.Binary;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>What Google.Protobuf makes of a request, and what the indexer must have made of it then.</summary>
internal static class Oracle
{
    /// <summary>A record with its surroundings.</summary>
    public sealed record Entry(IMessage Record, Resource? Resource, string ResourceUrl, InstrumentationScope? Scope, string ScopeUrl);

    /// <summary>All records of a request in order.</summary>
    public static List<Entry> Flatten(IMessage request) => request switch
    {
        ExportLogsServiceRequest logs =>
        [
            .. from resource in logs.ResourceLogs
               from scope in resource.ScopeLogs
               from record in scope.LogRecords
               select new Entry(record, resource.Resource, resource.SchemaUrl, scope.Scope, scope.SchemaUrl),
        ],
        ExportTraceServiceRequest traces =>
        [
            .. from resource in traces.ResourceSpans
               from scope in resource.ScopeSpans
               from record in scope.Spans
               select new Entry(record, resource.Resource, resource.SchemaUrl, scope.Scope, scope.SchemaUrl),
        ],
        ExportMetricsServiceRequest metrics =>
        [
            .. from resource in metrics.ResourceMetrics
               from scope in resource.ScopeMetrics
               from record in scope.Metrics
               select new Entry(record, resource.Resource, resource.SchemaUrl, scope.Scope, scope.SchemaUrl),
        ],
        _ => throw new ArgumentException("Not an export request.", nameof(request)),
    };

    /// <summary>Parses one encoded record.</summary>
    public static IMessage ParseRecord(Signal signal, ReadOnlySpan<byte> message) => signal switch
    {
        Signal.Logs => LogRecord.Parser.ParseFrom(message),
        Signal.Traces => Span.Parser.ParseFrom(message),
        _ => Metric.Parser.ParseFrom(message),
    };

    /// <summary>Compares everything that is known of a record with the parsed one.</summary>
    public static void AssertEqual(Entry expected, RecordView actual)
    {
        Assert.Equal(expected.Record, ParseRecord(actual.Signal, actual.Message));
        AssertHeader(expected.Record, in actual.Envelope);
        AssertAttributes(AttributesOf(expected.Record), actual.Attributes);

        Assert.Equal(expected.Resource ?? new Resource(), Resource.Parser.ParseFrom(actual.Resource));
        AssertAttributes(expected.Resource?.Attributes ?? [], actual.ResourceAttributes);
        Assert.Equal(ServiceOf(expected.Resource), Text(actual.Service));
        Assert.Equal(expected.ResourceUrl, Text(actual.ResourceSchemaUrl));
        Assert.Equal(expected.Scope ?? new InstrumentationScope(), InstrumentationScope.Parser.ParseFrom(actual.Scope));
        Assert.Equal(expected.ScopeUrl, Text(actual.ScopeSchemaUrl));
    }

    /// <summary>Compares the derived fields of a header.</summary>
    public static void AssertHeader(IMessage record, ref readonly Envelope header)
    {
        var expected = record switch
        {
            LogRecord log => new Envelope
            {
                TimeUnixNano = log.TimeUnixNano != 0 ? log.TimeUnixNano : log.ObservedTimeUnixNano,
                TraceId = TraceIdOf(log.TraceId),
                SpanId = SpanIdOf(log.SpanId),
                Code = Byte((int)log.SeverityNumber),
                Flags = log.EventName.Length > 0 ? EnvelopeFlags.Event : EnvelopeFlags.None,
                ItemCount = 1,
            },
            Span span => new Envelope
            {
                TimeUnixNano = span.StartTimeUnixNano,
                TraceId = TraceIdOf(span.TraceId),
                SpanId = SpanIdOf(span.SpanId),
                Code = Byte((int)(span.Status?.Code ?? default)),
                Kind = Byte((int)span.Kind),
                ItemCount = 1,
            },
            Metric metric => new Envelope
            {
                TimeUnixNano = PointTimes(metric).DefaultIfEmpty().Max(),
                Code = (byte)metric.DataCase,
                ItemCount = PointTimes(metric).Count(),
            },
            _ => throw new ArgumentException("Not a record.", nameof(record)),
        };
        Assert.Equal(expected.TimeUnixNano, header.TimeUnixNano);
        Assert.Equal(expected.TraceId, header.TraceId);
        Assert.Equal(expected.SpanId, header.SpanId);
        Assert.Equal(expected.Code, header.Code);
        Assert.Equal(expected.Kind, header.Kind);
        Assert.Equal(expected.Flags, header.Flags);
        Assert.Equal(expected.ItemCount, header.ItemCount);
    }

    /// <summary>Compares a walk over encoded attributes with parsed ones.</summary>
    public static void AssertAttributes(IEnumerable<KeyValue> expected, AttributeEnumerator actual)
    {
        foreach (var attribute in expected)
        {
            Assert.True(actual.MoveNext());
            Assert.Equal(attribute.Key, Text(actual.Current.Key));
            AssertValue(attribute.Value ?? new(), actual.Current.Value);
        }

        Assert.False(actual.MoveNext());
    }

    private static void AssertValue(OpenTelemetry.Proto.Common.V1.AnyValue expected, AnyValue actual)
    {
        Assert.Equal((AnyValueKind)expected.ValueCase, actual.Kind);
        switch (actual.Kind)
        {
            case AnyValueKind.String:
                Assert.Equal(expected.StringValue, Text(actual.Bytes));
                break;
            case AnyValueKind.Bool:
                Assert.Equal(expected.BoolValue, actual.Bool);
                break;
            case AnyValueKind.Int:
                Assert.Equal(expected.IntValue, actual.Int);
                break;
            case AnyValueKind.Double:
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected.DoubleValue), BitConverter.DoubleToInt64Bits(actual.Double));
                break;
            case AnyValueKind.Array:
                Assert.Equal(expected.ArrayValue, ArrayValue.Parser.ParseFrom(actual.Bytes));
                break;
            case AnyValueKind.KeyValueList:
                AssertAttributes(expected.KvlistValue.Values, new AttributeEnumerator(actual.Bytes, field: 1));
                break;
            case AnyValueKind.Bytes:
                Assert.True(actual.Bytes.SequenceEqual(expected.BytesValue.Span));
                break;
            default:
                Assert.True(actual.Bytes.IsEmpty);
                break;
        }
    }

    private static IEnumerable<KeyValue> AttributesOf(IMessage record) => record switch
    {
        LogRecord log => log.Attributes,
        Span span => span.Attributes,
        _ => ((Metric)record).Metadata,
    };

    private static IEnumerable<ulong> PointTimes(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Select(p => p.TimeUnixNano),
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(p => p.TimeUnixNano),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(p => p.TimeUnixNano),
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.DataPoints.Select(p => p.TimeUnixNano),
        Metric.DataOneofCase.Summary => metric.Summary.DataPoints.Select(p => p.TimeUnixNano),
        _ => [],
    };

    private static string ServiceOf(Resource? resource) =>
        resource?.Attributes.FirstOrDefault(a => a.Key == "service.name")?.Value?.StringValue ?? "";

    private static TraceId TraceIdOf(ByteString id) => id.IsEmpty ? default : TraceId.Read(id.Span);

    private static ulong SpanIdOf(ByteString id) => id.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(id.Span);

    private static byte Byte(int value) => value is >= 0 and <= 255 ? (byte)value : (byte)255;

    private static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
