using System.Buffers.Binary;

namespace Sluice.Telemetry.Otlp;

/// <content>The record messages: checked, and their header noted.</content>
public static partial class OtlpIndexer
{
    private const int SpanIdSize = 8;

    private static bool ScanRecord(Signal signal, ref Scan scan, int start, int end, ref Envelope envelope) => signal switch
    {
        Signal.Logs => ScanLog(ref scan, start, end, ref envelope),
        Signal.Traces => ScanSpan(ref scan, start, end, ref envelope),
        _ => ScanMetric(ref scan, start, end, ref envelope),
    };

    private static bool ScanLog(ref Scan scan, int start, int end, ref Envelope envelope)
    {
        const uint TimeTag = (OtlpFields.LogRecord.TimeUnixNano << 3) | (uint)WireType.Fixed64;
        const uint ObservedTimeTag = (OtlpFields.LogRecord.ObservedTimeUnixNano << 3) | (uint)WireType.Fixed64;
        const uint SeverityTag = (OtlpFields.LogRecord.SeverityNumber << 3) | (uint)WireType.Varint;
        const uint SeverityTextTag = (OtlpFields.LogRecord.SeverityText << 3) | (uint)WireType.LengthDelimited;
        const uint BodyTag = (OtlpFields.LogRecord.Body << 3) | (uint)WireType.LengthDelimited;
        const uint AttributeTag = (OtlpFields.LogRecord.Attributes << 3) | (uint)WireType.LengthDelimited;
        const uint TraceIdTag = (OtlpFields.LogRecord.TraceId << 3) | (uint)WireType.LengthDelimited;
        const uint SpanIdTag = (OtlpFields.LogRecord.SpanId << 3) | (uint)WireType.LengthDelimited;
        const uint EventNameTag = (OtlpFields.LogRecord.EventName << 3) | (uint)WireType.LengthDelimited;

        var data = scan.Data;
        var position = start;
        var time = 0UL;
        var observedTime = 0UL;
        var hasBody = false;
        envelope.ItemCount = 1;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            int length;
            switch (tag)
            {
                case TimeTag when Wire.TryReadFixed64(data, ref position, end, out time):
                case ObservedTimeTag when Wire.TryReadFixed64(data, ref position, end, out observedTime):
                    break;
                case SeverityTag when Wire.TryReadVarint(data, ref position, end, out var severity):
                    envelope.Code = EnumByte(severity);
                    break;
                case AttributeTag when Wire.TryReadLength(data, ref position, end, out length):
                    if (!ScanKeyValue(ref scan, position, position + length, depth: 0))
                    {
                        return false;
                    }

                    position += length;
                    break;
                case BodyTag when Wire.TryReadLength(data, ref position, end, out length):
                    if (hasBody)
                    {
                        scan.Refuse(RejectionReason.SplitMessage);
                    }

                    hasBody = true;
                    if (!ScanAnyValue(ref scan, position, position + length, depth: 0))
                    {
                        return false;
                    }

                    position += length;
                    break;
                case TraceIdTag when Wire.TryReadLength(data, ref position, end, out length):
                    envelope.TraceId = ReadTraceId(ref scan, position, length);
                    position += length;
                    break;
                case SpanIdTag when Wire.TryReadLength(data, ref position, end, out length):
                    envelope.SpanId = ReadSpanId(ref scan, position, length);
                    position += length;
                    break;
                case SeverityTextTag when Wire.TryReadLength(data, ref position, end, out length):
                    scan.Text(position, length);
                    position += length;
                    break;
                case EventNameTag when Wire.TryReadLength(data, ref position, end, out length):
                    envelope.Flags = length > 0 ? EnvelopeFlags.Event : EnvelopeFlags.None;
                    scan.Text(position, length);
                    position += length;
                    break;
                case TimeTag or ObservedTimeTag or SeverityTag or AttributeTag or BodyTag or TraceIdTag or SpanIdTag or SeverityTextTag
                    or EventNameTag:
                    return scan.Malformed(position);
                default:
                    if (!TrySkip(ref scan, ref position, end, tag))
                    {
                        return false;
                    }

                    break;
            }
        }

        envelope.TimeUnixNano = time != 0 ? time : observedTime;
        return true;
    }

    private static bool ScanSpan(ref Scan scan, int start, int end, ref Envelope envelope)
    {
        const uint KindTag = (OtlpFields.Span.Kind << 3) | (uint)WireType.Varint;
        const uint StartTimeTag = (OtlpFields.Span.StartTimeUnixNano << 3) | (uint)WireType.Fixed64;

        var data = scan.Data;
        var position = start;
        var hasStatus = false;
        envelope.ItemCount = 1;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag == StartTimeTag)
            {
                if (!Wire.TryReadFixed64(data, ref position, end, out envelope.TimeUnixNano))
                {
                    return scan.Malformed(position);
                }

                continue;
            }

            if (tag == KindTag)
            {
                if (!Wire.TryReadVarint(data, ref position, end, out var kind))
                {
                    return scan.Malformed(position);
                }

                envelope.Kind = EnumByte(kind);
                continue;
            }

            if ((tag & 7) != (uint)WireType.LengthDelimited)
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            var isWellFormed = true;
            switch (tag >> 3)
            {
                case OtlpFields.Span.Attributes:
                    isWellFormed = ScanKeyValue(ref scan, position, position + length, depth: 0);
                    break;
                case OtlpFields.Span.TraceId:
                    envelope.TraceId = ReadTraceId(ref scan, position, length);
                    break;
                case OtlpFields.Span.SpanId:
                    envelope.SpanId = ReadSpanId(ref scan, position, length);
                    break;
                case OtlpFields.Span.ParentSpanId:
                    ScanId(ref scan, length, SpanIdSize, RejectionReason.SpanIdSize);
                    break;
                case OtlpFields.Span.Name or OtlpFields.Span.TraceState:
                    scan.Text(position, length);
                    break;
                case OtlpFields.Span.Events:
                    isWellFormed = ScanMessage(ref scan, position, position + length, SpanEventShape);
                    break;
                case OtlpFields.Span.Links:
                    isWellFormed = ScanMessage(ref scan, position, position + length, SpanLinkShape);
                    break;
                case OtlpFields.Span.Status:
                    if (hasStatus)
                    {
                        scan.Refuse(RejectionReason.SplitMessage);
                    }

                    hasStatus = true;
                    isWellFormed = ScanSpanStatus(ref scan, position, position + length, ref envelope);
                    break;
            }

            if (!isWellFormed)
            {
                return false;
            }

            position += length;
        }

        return true;
    }

    private static bool ScanSpanStatus(ref Scan scan, int start, int end, ref Envelope envelope)
    {
        if (!ScanMessage(ref scan, start, end, SpanStatusShape))
        {
            return false;
        }

        var reader = new ProtoReader(scan.Data[start..end]);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Status.Code, WireType: WireType.Varint } && reader.TryReadVarint(out var code))
            {
                envelope.Code = EnumByte(code);
            }
            else
            {
                reader.TrySkip();
            }
        }

        return true;
    }

    private static bool ScanMetric(ref Scan scan, int start, int end, ref Envelope envelope)
    {
        var data = scan.Data;
        var position = start;
        var hasData = false;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if ((tag & 7) != (uint)WireType.LengthDelimited)
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            var field = (int)(tag >> 3);
            var isWellFormed = true;
            if (field is OtlpFields.Metric.Name or OtlpFields.Metric.Description or OtlpFields.Metric.Unit)
            {
                scan.Text(position, length);
            }
            else if (field == OtlpFields.Metric.Metadata)
            {
                isWellFormed = ScanKeyValue(ref scan, position, position + length, depth: 0);
            }
            else if (PointShape(field) is { } shape)
            {
                if (hasData)
                {
                    scan.Refuse(RejectionReason.SplitMessage);
                }

                hasData = true;
                envelope.Code = (byte)field;
                isWellFormed = ScanPoints(ref scan, position, position + length, shape, ref envelope);
            }

            if (!isWellFormed)
            {
                return false;
            }

            position += length;
        }

        return true;
    }

    private static Shape? PointShape(int dataField) => dataField switch
    {
        OtlpFields.Metric.Gauge or OtlpFields.Metric.Sum => NumberPointShape,
        OtlpFields.Metric.Histogram => HistogramPointShape,
        OtlpFields.Metric.ExponentialHistogram => ExponentialPointShape,
        OtlpFields.Metric.Summary => SummaryPointShape,
        _ => null,
    };

    private static bool ScanPoints(ref Scan scan, int start, int end, Shape shape, ref Envelope envelope)
    {
        const uint PointTag = (OtlpFields.MetricData.DataPoints << 3) | (uint)WireType.LengthDelimited;

        var data = scan.Data;
        var position = start;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag != PointTag)
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            scan.PointTime = 0;
            if (!ScanMessage(ref scan, position, position + length, shape))
            {
                return false;
            }

            envelope.ItemCount++;
            envelope.TimeUnixNano = Math.Max(envelope.TimeUnixNano, scan.PointTime);
            position += length;
        }

        return true;
    }

    private static TraceId ReadTraceId(ref Scan scan, int position, int length)
    {
        if (length == TraceId.Size)
        {
            return TraceId.Read(scan.Data.Slice(position, TraceId.Size));
        }

        ScanId(ref scan, length, TraceId.Size, RejectionReason.TraceIdSize);
        return default;
    }

    private static ulong ReadSpanId(ref Scan scan, int position, int length)
    {
        if (length == SpanIdSize)
        {
            return BinaryPrimitives.ReadUInt64BigEndian(scan.Data.Slice(position, SpanIdSize));
        }

        ScanId(ref scan, length, SpanIdSize, RejectionReason.SpanIdSize);
        return 0;
    }

    /// <summary>Enums are 32 bits on the wire; those that OTLP knows fit a byte, and 255 stands for the others.</summary>
    private static byte EnumByte(ulong value) => (byte)Math.Min((uint)value, byte.MaxValue);
}
