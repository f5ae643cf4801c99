using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Writes log records, spans and their events in the shape of the OpenTelemetry-native data streams.</summary>
internal sealed class OtelDocument(DocumentValues values, DocumentContext context)
{
    public void WriteLog(ref JsonOutput json, RecordView record, scoped in LogFields log, scoped in ReservedAttributes own, ulong time, DocumentTarget target)
    {
        Begin(ref json, time, target);
        json.OptionalTime("\"observed_timestamp\":"u8, log.ObservedTime);
        json.OptionalString("\"severity_text\":"u8, log.SeverityText);
        if (log.SeverityNumber != 0)
        {
            json.Name("\"severity_number\":"u8);
            json.Number((long)log.SeverityNumber);
        }

        WriteIds(ref json, log.TraceId, log.SpanId);
        values.WriteAttributes(ref json, record.Message, OtlpFields.LogRecord.Attributes, mapsAsText: false);
        json.OptionalNumber("\"dropped_attributes_count\":"u8, log.DroppedAttributesCount);
        var oldName = AnyValue.Read(own.EventName);
        json.OptionalString("\"event_name\":"u8, log.EventName.IsEmpty && oldName.Kind == AnyValueKind.String ? oldName.Bytes : log.EventName);
        End(ref json, record);
        WriteBody(ref json, AnyValue.Read(log.Body));
        json.EndObject();
    }

    public void WriteSpan(ref JsonOutput json, RecordView record, scoped in SpanFields span, ulong time, DocumentTarget target)
    {
        Begin(ref json, time, target);
        WriteIds(ref json, span.TraceId, span.SpanId);
        json.OptionalString("\"trace_state\":"u8, span.TraceState);
        if (!IsEmptyId(span.ParentSpanId))
        {
            json.OptionalHex("\"parent_span_id\":"u8, span.ParentSpanId);
        }

        json.OptionalString("\"name\":"u8, span.Name);
        json.Name("\"kind\":"u8);
        json.String(KindOf(span.Kind));
        json.Name("\"duration\":"u8);
        json.Number(span.EndTime > span.StartTime ? span.EndTime - span.StartTime : 0);
        values.WriteAttributes(ref json, record.Message, OtlpFields.Span.Attributes, mapsAsText: false);
        json.OptionalNumber("\"dropped_attributes_count\":"u8, span.DroppedAttributesCount);
        json.OptionalNumber("\"dropped_events_count\":"u8, span.DroppedEventsCount);
        WriteLinks(ref json, record.Message);
        json.OptionalNumber("\"dropped_links_count\":"u8, span.DroppedLinksCount);
        var status = StatusFields.Read(span.Status);
        json.Name("\"status\":"u8);
        json.BeginObject();
        json.OptionalString("\"message\":"u8, status.Message);
        json.Name("\"code\":"u8);
        json.String(status.Code switch { 1 => "Ok"u8, 2 => "Error"u8, _ => "Unset"u8 });
        json.EndObject();
        End(ref json, record);
        json.EndObject();
    }

    public void WriteSpanEvent(
        ref JsonOutput json, RecordView record, scoped in SpanFields span, ReadOnlySpan<byte> message, scoped in SpanEventFields fields, ulong time, DocumentTarget target)
    {
        Begin(ref json, time, target);
        WriteIds(ref json, span.TraceId, span.SpanId);
        json.OptionalNumber("\"dropped_attributes_count\":"u8, fields.DroppedAttributesCount);
        json.OptionalString("\"event_name\":"u8, fields.Name);
        values.WriteAttributes(ref json, message, OtlpFields.SpanEvent.Attributes, mapsAsText: false, fields.Name);
        End(ref json, record);
        json.EndObject();
    }

    private static void Begin(ref JsonOutput json, ulong time, DocumentTarget target)
    {
        json.BeginObject();
        json.Name("\"@timestamp\":"u8);
        json.Time(time);
        json.Ready(target.DataStream);
    }

    private static void WriteIds(ref JsonOutput json, ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
        if (!IsEmptyId(traceId))
        {
            json.OptionalHex("\"trace_id\":"u8, traceId);
        }

        if (!IsEmptyId(spanId))
        {
            json.OptionalHex("\"span_id\":"u8, spanId);
        }
    }

    /// <summary>An id of zeros is none (W3C Trace Context, sections 3.2.2.3 and 3.2.2.4).</summary>
    private static bool IsEmptyId(ReadOnlySpan<byte> id) => !id.ContainsAnyExcept((byte)0);

    private static ReadOnlySpan<byte> KindOf(int kind) => kind switch
    {
        1 => "Internal"u8,
        2 => "Server"u8,
        3 => "Client"u8,
        4 => "Producer"u8,
        5 => "Consumer"u8,
        _ => "Unspecified"u8,
    };

    private void End(ref JsonOutput json, RecordView record)
    {
        json.Ready(context.Resource(record));
        json.Ready(context.Scope(record));
    }

    /// <summary>Text and numbers are <c>text</c>, maps are <c>structured</c>, and so are arrays: as they are when all elements are maps, else inside a map.</summary>
    private void WriteBody(ref JsonOutput json, AnyValue body)
    {
        if (body.Kind == AnyValueKind.Empty)
        {
            return;
        }

        json.Name("\"body\":"u8);
        json.BeginObject();
        json.Name(body.Kind is AnyValueKind.KeyValueList or AnyValueKind.Array ? "\"structured\":"u8 : "\"text\":"u8);
        if (body.Kind == AnyValueKind.Array && !HasOnlyMaps(body.Bytes))
        {
            json.BeginObject();
            json.Name("\"value\":"u8);
            values.WriteValue(ref json, body);
            json.EndObject();
        }
        else
        {
            values.WriteValue(ref json, body);
        }

        json.EndObject();
    }

    private static bool HasOnlyMaps(ReadOnlySpan<byte> array)
    {
        const int ValuesField = 1;
        foreach (var element in new RepeatedField(array, ValuesField))
        {
            if (AnyValue.Read(element).Kind != AnyValueKind.KeyValueList)
            {
                return false;
            }
        }

        return true;
    }

    private void WriteLinks(ref JsonOutput json, ReadOnlySpan<byte> span)
    {
        json.Name("\"links\":"u8);
        json.BeginArray();
        foreach (var link in new RepeatedField(span, OtlpFields.Span.Links))
        {
            var fields = SpanLinkFields.Read(link);
            json.BeginObject();
            WriteIds(ref json, fields.TraceId, fields.SpanId);
            json.OptionalString("\"trace_state\":"u8, fields.TraceState);
            values.WriteAttributes(ref json, link, OtlpFields.SpanLink.Attributes, mapsAsText: false);
            json.OptionalNumber("\"dropped_attributes_count\":"u8, fields.DroppedAttributesCount);
            json.EndObject();
        }

        json.EndArray();
    }
}
