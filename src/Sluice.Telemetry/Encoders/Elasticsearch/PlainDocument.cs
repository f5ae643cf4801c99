using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Writes documents with the names of OpenTelemetry and dots in them: the mapping modes <c>none</c> and <c>raw</c>. Used by one thread at a time.</summary>
internal sealed class PlainDocument(BufferPool buffers, FieldTable fields, DocumentValues values) : IDisposable
{
    private readonly PooledBufferWriter _links = new(buffers, "links of a span");

    public void WriteLog(ref JsonOutput json, RecordView record, scoped in LogFields log, ulong time, DocumentTarget target, bool raw)
    {
        fields.Clear();
        fields.AddTime(default, "@timestamp"u8, time);
        fields.AddId("TraceId"u8, log.TraceId);
        fields.AddId("SpanId"u8, log.SpanId);
        fields.AddNumber("TraceFlags"u8, log.Flags);
        fields.Add("SeverityText"u8, log.SeverityText, FieldRank.Own);
        fields.AddNumber("SeverityNumber"u8, log.SeverityNumber);
        fields.Add("EventName"u8, log.EventName, FieldRank.Own);
        var body = AnyValue.Read(log.Body);
        if (body.Kind != AnyValueKind.Empty)
        {
            fields.Add(default, "Body"u8, body, FieldRank.Own);
        }

        AddContext(record);
        AddAttributes(record.Message, OtlpFields.LogRecord.Attributes, target, raw ? default : "Attributes"u8);
        fields.Write(ref json, nested: false);
    }

    public void WriteSpan(ref JsonOutput json, RecordView record, scoped in SpanFields span, ulong time, DocumentTarget target, bool raw)
    {
        fields.Clear();
        fields.AddTime(default, "@timestamp"u8, time);
        fields.AddTime(default, "EndTimestamp"u8, span.EndTime);
        fields.AddId("TraceId"u8, span.TraceId);
        fields.AddId("SpanId"u8, span.SpanId);
        fields.AddId("ParentSpanId"u8, span.ParentSpanId);
        fields.Add("Name"u8, span.Name, FieldRank.Own);
        fields.Add("Kind"u8, KindOf(span.Kind), FieldRank.Own);
        var status = StatusFields.Read(span.Status);
        fields.AddNumber("TraceStatus"u8, status.Code);
        fields.Add("TraceStatusDescription"u8, status.Message, FieldRank.Own);
        AddLinks(record.Message);
        const int NanosecondsPerMicrosecond = 1000;
        fields.AddNumber("Duration"u8, (long)(span.EndTime - span.StartTime) / NanosecondsPerMicrosecond);
        AddContext(record);
        AddAttributes(record.Message, OtlpFields.Span.Attributes, target, raw ? default : "Attributes"u8);
        AddEvents(record.Message, raw);
        fields.Write(ref json, nested: false);
    }

    public void Dispose() => _links.Dispose();

    private static ReadOnlySpan<byte> KindOf(int kind) => kind switch
    {
        1 => "SPAN_KIND_INTERNAL"u8,
        2 => "SPAN_KIND_SERVER"u8,
        3 => "SPAN_KIND_CLIENT"u8,
        4 => "SPAN_KIND_PRODUCER"u8,
        5 => "SPAN_KIND_CONSUMER"u8,
        _ => "SPAN_KIND_UNSPECIFIED"u8,
    };

    private void AddContext(RecordView record)
    {
        Add(record.Resource, OtlpFields.Resource.Attributes, "Resource"u8, FieldRank.Resource);
        var scope = ScopeFields.Read(record.Scope);
        Add(record.Scope, OtlpFields.Scope.Attributes, "Scope"u8, FieldRank.Scope);
        fields.Add("Scope.name"u8, scope.Name, FieldRank.Own);
        fields.Add("Scope.version"u8, scope.Version, FieldRank.Own);
    }

    private void AddAttributes(ReadOnlySpan<byte> message, int field, DocumentTarget target, ReadOnlySpan<byte> prefix)
    {
        Add(message, field, prefix, FieldRank.Record);
        if (target.Type.Length > 0)
        {
            AddText(prefix, "data_stream.type"u8, target.TypeText);
            AddText(prefix, "data_stream.dataset"u8, target.DatasetText);
            AddText(prefix, "data_stream.namespace"u8, target.NamespaceText);
        }
    }

    private void AddText(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var json = fields.Begin(prefix, name, FieldRank.Own);
        json.String(text);
        fields.End(ref json);
    }

    private void Add(ReadOnlySpan<byte> message, int field, ReadOnlySpan<byte> prefix, FieldRank rank)
    {
        foreach (var attribute in new AttributeEnumerator(message, field))
        {
            if (!ReservedAttributes.IsReserved(attribute.Key))
            {
                fields.Add(prefix, attribute.Key, attribute.Value, rank);
            }
        }
    }

    /// <summary>Events are fields that begin with their names; of two with the same name the first counts.</summary>
    private void AddEvents(ReadOnlySpan<byte> span, bool raw)
    {
        foreach (var message in new RepeatedField(span, OtlpFields.Span.Events))
        {
            var fieldsOf = SpanEventFields.Read(message);
            _links.Clear();
            _links.Write(raw ? default : "Events."u8);
            _links.Write(fieldsOf.Name);
            fields.AddTime(_links.WrittenSpan, "time"u8, fieldsOf.Time);
            Add(message, OtlpFields.SpanEvent.Attributes, _links.WrittenSpan, FieldRank.Record);
        }
    }

    /// <summary>Links are one text, which is JSON.</summary>
    private void AddLinks(ReadOnlySpan<byte> span)
    {
        _links.Clear();
        var json = new JsonOutput(_links);
        json.BeginArray();
        foreach (var message in new RepeatedField(span, OtlpFields.Span.Links))
        {
            var link = SpanLinkFields.Read(message);
            json.BeginObject();
            json.Name("\"attribute\":"u8);
            values.WriteObject(ref json, message, OtlpFields.SpanLink.Attributes);
            json.Name("\"spanID\":"u8);
            json.Hex(link.SpanId);
            json.Name("\"traceID\":"u8);
            json.Hex(link.TraceId);
            json.EndObject();
        }

        json.EndArray();
        json.Flush();
        fields.Add("Link"u8, _links.WrittenSpan, FieldRank.Own);
    }
}
