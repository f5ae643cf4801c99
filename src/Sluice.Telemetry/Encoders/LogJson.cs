using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes the members of a <c>LogRecord</c>.</summary>
internal static class LogJson
{
    public static void Write(ref JsonOutput json, RecordView record, ReadOnlySpan<byte> service, ValueJson values)
    {
        var fields = Fields.Read(record.Message);
        json.Ready((record.Envelope.Flags & EnvelopeFlags.Event) != EnvelopeFlags.None ? "\"signal\":\"event\""u8 : "\"signal\":\"log\""u8);
        json.OptionalTime("\"time\":"u8, fields.Time);
        json.OptionalTime("\"observed_time\":"u8, fields.ObservedTime);
        json.Ready(service);
        json.OptionalString("\"name\":"u8, fields.EventName);
        json.OptionalString("\"severity\":"u8, fields.SeverityText);
        if (fields.SeverityNumber != 0)
        {
            json.Name("\"severity_number\":"u8);
            json.Number((long)fields.SeverityNumber);
        }

        json.OptionalHex("\"trace_id\":"u8, fields.TraceId);
        json.OptionalHex("\"span_id\":"u8, fields.SpanId);
        json.OptionalNumber("\"flags\":"u8, fields.Flags);
        var body = AnyValue.Read(fields.Body);
        if (body.Kind != AnyValueKind.Empty)
        {
            json.Name("\"body\":"u8);
            values.WriteValue(ref json, body);
        }

        values.WriteAttributes(ref json, "\"attributes\":"u8, record.Message, OtlpFields.LogRecord.Attributes);
        json.OptionalNumber("\"dropped_attributes_count\":"u8, fields.DroppedAttributesCount);
    }

    private ref struct Fields
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

        public static Fields Read(ReadOnlySpan<byte> message)
        {
            var fields = default(Fields);
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
}
