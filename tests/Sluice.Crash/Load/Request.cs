using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Telemetry;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Crash.Load;

/// <summary>What became of a request.</summary>
internal enum Answer
{
    /// <summary>None came: the records may be there or not, but only all of them.</summary>
    None,

    /// <summary>Taken: every record must be there.</summary>
    Acknowledged,

    /// <summary>Refused, to be repeated later: no record may be there.</summary>
    Refused,
}

/// <summary>One OTLP export request that is sent once. Each of its records has a name that no other record ever has.</summary>
/// <param name="Sender">Who sent it.</param>
/// <param name="Number">Its place in the order in which this sender sent.</param>
/// <param name="Signal">What it carries.</param>
/// <param name="RecordCount">Its records.</param>
internal sealed record Request(int Sender, int Number, Signal Signal, int RecordCount)
{
    /// <summary>All spans have this trace id, so that one search finds them.</summary>
    public static readonly TraceId Trace = new(0x0101010101010101, 0x0101010101010101);

    private static readonly ByteString TraceBytes = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, TraceId.Size)]);
    private static readonly ByteString SpanBytes = ByteString.CopyFrom(2, 2, 2, 2, 2, 2, 2, 2);

    /// <summary>What the sender learned. Written by the sender alone.</summary>
    public Answer Answer { get; set; }

    /// <summary>The name of a record.</summary>
    public string NameOf(int record) => $"{Sender}.{Number}.{record}";

    /// <summary>Takes a name apart.</summary>
    public static (int Sender, int Number, int Record) Parse(string name)
    {
        var parts = name.Split('.');
        return (int.Parse(parts[0]), int.Parse(parts[1]), int.Parse(parts[2]));
    }

    /// <summary>The request as protobuf.</summary>
    /// <param name="padding">Bytes added to each record.</param>
    public byte[] Encode(int padding)
    {
        var filler = new KeyValue { Key = "padding", Value = new AnyValue { StringValue = new string('p', padding) } };
        var names = Enumerable.Range(0, RecordCount).Select(NameOf);
        var resource = new OpenTelemetry.Proto.Resource.V1.Resource
        {
            Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "load" } } },
        };
        IMessage message = Signal switch
        {
            Signal.Logs => new ExportLogsServiceRequest
            {
                ResourceLogs =
                {
                    new ResourceLogs
                    {
                        Resource = resource,
                        ScopeLogs = { new ScopeLogs { LogRecords = { names.Select(name => new LogRecord { Body = new() { StringValue = name }, Attributes = { filler } }) } } },
                    },
                },
            },
            Signal.Traces => new ExportTraceServiceRequest
            {
                ResourceSpans =
                {
                    new ResourceSpans
                    {
                        Resource = resource,
                        ScopeSpans = { new ScopeSpans { Spans = { names.Select(name => new Span { Name = name, TraceId = TraceBytes, SpanId = SpanBytes, Attributes = { filler } }) } } },
                    },
                },
            },
            _ => new ExportMetricsServiceRequest
            {
                ResourceMetrics =
                {
                    new ResourceMetrics
                    {
                        Resource = resource,
                        ScopeMetrics =
                        {
                            new ScopeMetrics
                            {
                                Metrics = { names.Select(name => new Metric { Name = name, Gauge = new() { DataPoints = { new NumberDataPoint { AsInt = 1, Attributes = { filler } } } } }) },
                            },
                        },
                    },
                },
            },
        };
        return message.ToByteArray();
    }
}
