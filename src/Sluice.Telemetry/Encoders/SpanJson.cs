using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes the members of a <c>Span</c>, its events and links included.</summary>
internal static class SpanJson
{
    public static void Write(ref JsonOutput json, RecordView record, ReadOnlySpan<byte> service, ValueJson values)
    {
        var message = record.Message;
        var span = SpanFields.Read(message);
        json.Ready("\"signal\":\"span\""u8);
        json.OptionalTime("\"time\":"u8, span.StartTime);
        json.Ready(service);
        json.OptionalString("\"name\":"u8, span.Name);
        json.OptionalHex("\"trace_id\":"u8, span.TraceId);
        json.OptionalHex("\"span_id\":"u8, span.SpanId);
        json.OptionalHex("\"parent_span_id\":"u8, span.ParentSpanId);
        json.OptionalString("\"trace_state\":"u8, span.TraceState);
        json.OptionalNumber("\"flags\":"u8, span.Flags);
        EnumJson.Write(ref json, "\"kind\":"u8, EnumJson.SpanKinds, span.Kind);
        WriteStatus(ref json, span.Status);
        if (span.EndTime != 0)
        {
            // The difference modulo 2^64, so that the end can always be had back, also of a span that ends before it starts.
            json.Name("\"duration_ns\":"u8);
            json.Number((long)(span.EndTime - span.StartTime));
        }

        if (SamplingThreshold.TryRead(span.TraceState, out var threshold, out var probability))
        {
            json.Name("\"sampling\":"u8);
            json.BeginObject();
            json.OptionalString("\"threshold\":"u8, threshold);
            json.Name("\"probability\":"u8);
            json.Number(probability);
            json.EndObject();
        }

        values.WriteAttributes(ref json, "\"attributes\":"u8, message, OtlpFields.Span.Attributes);
        json.OptionalNumber("\"dropped_attributes_count\":"u8, span.DroppedAttributesCount);
        WriteEvents(ref json, message, values);
        json.OptionalNumber("\"dropped_events_count\":"u8, span.DroppedEventsCount);
        WriteLinks(ref json, message, values);
        json.OptionalNumber("\"dropped_links_count\":"u8, span.DroppedLinksCount);
    }

    private static void WriteStatus(ref JsonOutput json, ReadOnlySpan<byte> status)
    {
        ReadOnlySpan<byte> text = default;
        var code = 0UL;
        var reader = new ProtoReader(status);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.Status.Message, WireType.LengthDelimited):
                    reader.TryReadBytes(out text);
                    break;
                case (OtlpFields.Status.Code, WireType.Varint):
                    reader.TryReadVarint(out code);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        if ((int)code != 0 || !text.IsEmpty)
        {
            json.Name("\"status\":"u8);
            json.BeginObject();
            EnumJson.Write(ref json, "\"code\":"u8, EnumJson.StatusCodes, (int)code);
            json.OptionalString("\"message\":"u8, text);
            json.EndObject();
        }
    }

    private static void WriteEvents(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var events = new RepeatedField(message, OtlpFields.Span.Events);
        if (!events.MoveNext())
        {
            return;
        }

        json.Name("\"events\":"u8);
        json.BeginArray();
        do
        {
            WriteEvent(ref json, events.Current, values);
        }
        while (events.MoveNext());

        json.EndArray();
    }

    private static void WriteEvent(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var time = 0UL;
        var dropped = 0UL;
        ReadOnlySpan<byte> name = default;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.SpanEvent.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out time);
                    break;
                case (OtlpFields.SpanEvent.Name, WireType.LengthDelimited):
                    reader.TryReadBytes(out name);
                    break;
                case (OtlpFields.SpanEvent.DroppedAttributesCount, WireType.Varint):
                    reader.TryReadVarint(out dropped);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        json.BeginObject();
        json.OptionalTime("\"time\":"u8, time);
        json.OptionalString("\"name\":"u8, name);
        values.WriteAttributes(ref json, "\"attributes\":"u8, message, OtlpFields.SpanEvent.Attributes);
        json.OptionalNumber("\"dropped_attributes_count\":"u8, (uint)dropped);
        json.EndObject();
    }

    private static void WriteLinks(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var links = new RepeatedField(message, OtlpFields.Span.Links);
        if (!links.MoveNext())
        {
            return;
        }

        json.Name("\"links\":"u8);
        json.BeginArray();
        do
        {
            WriteLink(ref json, links.Current, values);
        }
        while (links.MoveNext());

        json.EndArray();
    }

    private static void WriteLink(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        ReadOnlySpan<byte> traceId = default;
        ReadOnlySpan<byte> spanId = default;
        ReadOnlySpan<byte> traceState = default;
        var dropped = 0UL;
        var flags = 0U;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.SpanLink.TraceId, WireType.LengthDelimited):
                    reader.TryReadBytes(out traceId);
                    break;
                case (OtlpFields.SpanLink.SpanId, WireType.LengthDelimited):
                    reader.TryReadBytes(out spanId);
                    break;
                case (OtlpFields.SpanLink.TraceState, WireType.LengthDelimited):
                    reader.TryReadBytes(out traceState);
                    break;
                case (OtlpFields.SpanLink.DroppedAttributesCount, WireType.Varint):
                    reader.TryReadVarint(out dropped);
                    break;
                case (OtlpFields.SpanLink.Flags, WireType.Fixed32):
                    reader.TryReadFixed32(out flags);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        json.BeginObject();
        json.OptionalHex("\"trace_id\":"u8, traceId);
        json.OptionalHex("\"span_id\":"u8, spanId);
        json.OptionalString("\"trace_state\":"u8, traceState);
        json.OptionalNumber("\"flags\":"u8, flags);
        values.WriteAttributes(ref json, "\"attributes\":"u8, message, OtlpFields.SpanLink.Attributes);
        json.OptionalNumber("\"dropped_attributes_count\":"u8, (uint)dropped);
        json.EndObject();
    }
}
