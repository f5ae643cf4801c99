using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes the members of a <c>LogRecord</c>.</summary>
internal static class LogJson
{
    public static void Write(ref JsonOutput json, RecordView record, ReadOnlySpan<byte> service, ValueJson values)
    {
        var fields = LogFields.Read(record.Message);
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
}
