using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>
/// Says by protobuf's own descriptors which records of a request are refused and why. Slow, recursive, and made independently of the
/// indexer: it knows the rules, not the messages.
/// </summary>
internal sealed class SlowIndexer(int maxDepth)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static readonly HashSet<MessageDescriptor> Containers =
    [
        ResourceLogs.Descriptor, ScopeLogs.Descriptor,
        ResourceSpans.Descriptor, ScopeSpans.Descriptor,
        ResourceMetrics.Descriptor, ScopeMetrics.Descriptor,
    ];

    private static readonly HashSet<MessageDescriptor> RecordTypes = [LogRecord.Descriptor, Span.Descriptor, Metric.Descriptor];
    private static readonly HashSet<MessageDescriptor> ListTypes = [ArrayValue.Descriptor, KeyValueList.Descriptor];

    private int _points;

    /// <summary>A record, whether it is refused, and how many items it counts for.</summary>
    public sealed record Verdict(byte[] Message, RejectionReason Reason, int Items);

    /// <summary>The records in order.</summary>
    public List<Verdict> Records { get; } = [];

    /// <summary>A string anywhere is not UTF-8.</summary>
    public bool MetBadText { get; private set; }

    /// <summary>Something nested too deep was passed over unread.</summary>
    public bool MetDepth { get; private set; }

    /// <summary>The descriptor of a signal's request.</summary>
    public static MessageDescriptor RequestType(Signal signal) => signal switch
    {
        Signal.Logs => ExportLogsServiceRequest.Descriptor,
        Signal.Traces => ExportTraceServiceRequest.Descriptor,
        _ => ExportMetricsServiceRequest.Descriptor,
    };

    /// <summary>Walks a request.</summary>
    /// <exception cref="BadWireException">It is malformed.</exception>
    public void Walk(Signal signal, byte[] request) => Message(request, RequestType(signal), 0, []);

    /// <summary>The wire type that a field has, unpacked.</summary>
    public static WireFormat.WireType WireTypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => WireFormat.WireType.Fixed64,
        FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => WireFormat.WireType.Fixed32,
        FieldType.String or FieldType.Bytes or FieldType.Message => WireFormat.WireType.LengthDelimited,
        _ => WireFormat.WireType.Varint,
    };

    private void Message(byte[] message, MessageDescriptor type, int depth, List<RejectionReason> faults)
    {
        var seen = new HashSet<object>();
        foreach (var raw in RawField.Split(message))
        {
            var field = type.FindFieldByNumber(raw.Number);
            if (field is null)
            {
                continue;
            }

            if (WireTypeOf(field) != raw.Type)
            {
                if (field.IsRepeated && raw.Type == WireFormat.WireType.LengthDelimited)
                {
                    Packed(raw.Payload, WireTypeOf(field));
                }

                continue;
            }

            object? single = field.RealContainingOneof;
            single ??= field.FieldType == FieldType.Message && !field.IsRepeated ? field : null;
            if (single is not null && !seen.Add(single))
            {
                faults.Add(RejectionReason.SplitMessage);
            }

            Value(raw.Payload, field, depth, faults);
        }
    }

    private void Value(byte[] value, FieldDescriptor field, int depth, List<RejectionReason> faults)
    {
        switch (field.FieldType)
        {
            case FieldType.String when !IsUtf8(value):
                MetBadText = true;
                faults.Add(RejectionReason.InvalidUtf8);
                break;
            case FieldType.Bytes when field.Name == "trace_id" && value.Length is not (0 or 16):
                faults.Add(RejectionReason.TraceIdSize);
                break;
            case FieldType.Bytes when field.Name is "span_id" or "parent_span_id" && value.Length is not (0 or 8):
                faults.Add(RejectionReason.SpanIdSize);
                break;
            case FieldType.Message when RecordTypes.Contains(field.MessageType):
                Record(value, field.MessageType);
                break;
            case FieldType.Message when Containers.Contains(field.MessageType):
                Container(value, field.MessageType);
                break;
            case FieldType.Message when ListTypes.Contains(field.MessageType):
                if (depth == maxDepth)
                {
                    MetDepth = true;
                    faults.Add(RejectionReason.TooDeep);
                    break;
                }

                Message(value, field.MessageType, depth + 1, faults);
                break;
            case FieldType.Message:
                _points += field.Name == "data_points" ? 1 : 0;
                Message(value, field.MessageType, depth, faults);
                break;
        }
    }

    private void Record(byte[] message, MessageDescriptor type)
    {
        _points = 0;
        var faults = new List<RejectionReason>();
        Message(message, type, 0, faults);
        Records.Add(new Verdict(message, faults.FirstOrDefault(), type == Metric.Descriptor ? _points : 1));
    }

    private void Container(byte[] message, MessageDescriptor type)
    {
        var first = Records.Count;
        var faults = new List<RejectionReason>();
        Message(message, type, 0, faults);
        for (var i = first; i < Records.Count; i++)
        {
            if (Records[i].Reason == RejectionReason.None)
            {
                Records[i] = Records[i] with { Reason = faults.FirstOrDefault() };
            }
        }
    }

    private static void Packed(byte[] values, WireFormat.WireType type)
    {
        if (type == WireFormat.WireType.Varint)
        {
            RawField.CountVarints(values);
        }
        else if (type == WireFormat.WireType.Fixed64 && values.Length % 8 != 0)
        {
            throw new BadWireException("a packed field that ends inside a value");
        }
    }

    private static bool IsUtf8(byte[] text)
    {
        try
        {
            StrictUtf8.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
