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
using Sluice.Telemetry.Otlp;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Store.Tests.Support;

/// <summary>Turns records of the model into batches as a receiver would.</summary>
public static class SampleBatches
{
    /// <summary>A batch of records that share service and resource.</summary>
    public static EnvelopeBatch Make(TelemetryPool pool, IReadOnlyList<SampleRecord> records)
    {
        var resource = new Resource();
        if (records[0].Service.Length > 0)
        {
            resource.Attributes.Add(Attribute("service.name", records[0].Service));
        }

        resource.Attributes.Add(records[0].Resource.Select(attribute => Attribute(attribute.Key, attribute.Value)));
        if (records[0].IsSpan)
        {
            var scope = new ScopeSpans();
            scope.Spans.Add(records.Select(Span));
            var traces = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { scope } } } };
            return Index(pool, Signal.Traces, traces);
        }

        var logs = new ScopeLogs();
        logs.LogRecords.Add(records.Select(Log));
        return Index(pool, Signal.Logs, new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { Resource = resource, ScopeLogs = { logs } } } });
    }

    /// <summary>A batch of gauges of one service.</summary>
    public static EnvelopeBatch MakeMetrics(TelemetryPool pool, string service, IEnumerable<(string Name, long Time)> gauges)
    {
        var scope = new ScopeMetrics();
        foreach (var (name, time) in gauges)
        {
            var gauge = new Gauge { DataPoints = { new NumberDataPoint { TimeUnixNano = (ulong)time, AsDouble = 1.5 } } };
            scope.Metrics.Add(new Metric { Name = name, Gauge = gauge });
        }

        var resource = new Resource { Attributes = { Attribute("service.name", service) } };
        return Index(
            pool,
            Signal.Metrics,
            new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { Resource = resource, ScopeMetrics = { scope } } } });
    }

    public static EnvelopeBatch Index(TelemetryPool pool, Signal signal, IMessage request)
    {
        var bytes = request.ToByteArray();
        var buffer = pool.Buffers.Rent(bytes.Length, "sample batch");
        bytes.CopyTo(buffer.Span);
        var result = OtlpIndexer.Index(signal, buffer, 0, bytes.Length, pool, new IndexLimits());
        Assert.Equal(IndexStatus.Ok, result.Status);
        return result.Batch!;
    }

    private static LogRecord Log(SampleRecord record)
    {
        var log = new LogRecord
        {
            TimeUnixNano = (ulong)record.Time,
            SeverityNumber = (SeverityNumber)record.Severity,
            TraceId = Id(record.TraceId),
            SpanId = Id(record.SpanId),
            EventName = record.Name,
            Body = new AnyValue { StringValue = record.Body },
        };
        log.Attributes.Add(record.Attributes.Select(attribute => Attribute(attribute.Key, attribute.Value)));
        return log;
    }

    private static Span Span(SampleRecord record)
    {
        var span = new Span
        {
            TraceId = Id(record.TraceId),
            SpanId = Id(record.SpanId),
            ParentSpanId = Id(record.ParentSpanId),
            Name = record.Name,
            StartTimeUnixNano = (ulong)record.Time,
            EndTimeUnixNano = record.Time == 0 ? 0 : (ulong)(record.Time + record.Duration),
        };
        if (record.IsError)
        {
            span.Status = new Status { Code = Status.Types.StatusCode.Error };
        }

        return span;
    }

    private static KeyValue Attribute(string key, object value) => new()
    {
        Key = key,
        Value = value switch
        {
            string text => new AnyValue { StringValue = text },
            bool flag => new AnyValue { BoolValue = flag },
            double number => new AnyValue { DoubleValue = number },
            _ => new AnyValue { IntValue = Convert.ToInt64(value) },
        },
    };

    private static ByteString Id(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}
