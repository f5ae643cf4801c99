using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Testing.Components;

/// <summary>Small export requests whose records are told apart by a name: the body of a log record, the name of a span or metric.</summary>
public static class TestRequests
{
    /// <summary>Encodes a request with a record for each name.</summary>
    public static byte[] Encode(Signal signal, params IEnumerable<string> names) => signal switch
    {
        Signal.Logs => Logs(names.Select(name => new LogRecord { Body = new() { StringValue = name } })),
        Signal.Traces => Traces(names.Select(name => new Span
        {
            Name = name,
            TraceId = ByteString.CopyFrom(Enumerable.Repeat((byte)1, 16).ToArray()),
            SpanId = ByteString.CopyFrom(Enumerable.Repeat((byte)2, 8).ToArray()),
        })),
        _ => Metrics(names.Select(name => new Metric { Name = name, Gauge = new() { DataPoints = { new NumberDataPoint { AsInt = 1 } } } })),
    };

    /// <summary>Encodes a request of log records.</summary>
    public static byte[] Logs(IEnumerable<LogRecord> records) => new ExportLogsServiceRequest
    {
        ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { records } } } } },
    }.ToByteArray();

    /// <summary>Encodes a request of spans.</summary>
    public static byte[] Traces(IEnumerable<Span> spans) => new ExportTraceServiceRequest
    {
        ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { spans } } } } },
    }.ToByteArray();

    /// <summary>Encodes a request of metrics.</summary>
    public static byte[] Metrics(IEnumerable<Metric> metrics) => new ExportMetricsServiceRequest
    {
        ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { metrics } } } } },
    }.ToByteArray();

    /// <summary>Indexes a request as a receiver does.</summary>
    public static EnvelopeBatch Index(Signal signal, ReadOnlySpan<byte> request, TelemetryPool pool)
    {
        var buffer = pool.Buffers.Rent(request.Length, "test request");
        request.CopyTo(buffer.Span);
        var result = OtlpIndexer.Index(signal, buffer, 0, request.Length, pool, IndexLimits.Default);
        if (result.Batch is null)
        {
            buffer.Dispose();
            throw new ArgumentException($"The request is {result.Status} at byte {result.ErrorOffset}.", nameof(request));
        }

        return result.Batch;
    }

    /// <summary>The name of a record that came from <see cref="Encode"/>.</summary>
    public static string NameOf(in RecordView record) => record.Signal switch
    {
        Signal.Logs => LogRecord.Parser.ParseFrom(record.Message).Body?.StringValue ?? "",
        Signal.Traces => Span.Parser.ParseFrom(record.Message).Name,
        _ => Metric.Parser.ParseFrom(record.Message).Name,
    };
}
