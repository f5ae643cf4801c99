using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>The single fields of a <c>LogRecord</c>, gathered in one pass.</summary>
internal ref struct LogFields
{
    public ulong Time;
    public ulong ObservedTime;
    public int SeverityNumber;
    public uint Flags;
    public uint DroppedAttributesCount;
    public ReadOnlySpan<byte> SeverityText;
    public ReadOnlySpan<byte> EventName;
    public ReadOnlySpan<byte> Body;
    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;

    public static LogFields Read(ReadOnlySpan<byte> message)
    {
        var fields = default(LogFields);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.LogRecord.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.Time);
                    break;
                case (OtlpFields.LogRecord.ObservedTimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.ObservedTime);
                    break;
                case (OtlpFields.LogRecord.SeverityNumber, WireType.Varint):
                    reader.TryReadVarint(out var severity);
                    fields.SeverityNumber = (int)severity;
                    break;
                case (OtlpFields.LogRecord.SeverityText, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.SeverityText);
                    break;
                case (OtlpFields.LogRecord.Body, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.Body);
                    break;
                case (OtlpFields.LogRecord.DroppedAttributesCount, WireType.Varint):
                    reader.TryReadVarint(out var dropped);
                    fields.DroppedAttributesCount = (uint)dropped;
                    break;
                case (OtlpFields.LogRecord.Flags, WireType.Fixed32):
                    reader.TryReadFixed32(out fields.Flags);
                    break;
                case (OtlpFields.LogRecord.TraceId, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.TraceId);
                    break;
                case (OtlpFields.LogRecord.SpanId, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.SpanId);
                    break;
                case (OtlpFields.LogRecord.EventName, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.EventName);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }
}
