using System.Collections.Frozen;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Writes documents with fields of the Elastic Common Schema. Used by one thread at a time.</summary>
internal sealed class EcsDocument(FieldTable fields)
{
    private readonly byte[] _agent = new byte[256];

    public void WriteLog(ref JsonOutput json, RecordView record, scoped in LogFields log, ulong time, DocumentTarget target)
    {
        fields.Clear();
        AddContext(record, withScope: true);
        Add(record.Message, OtlpFields.LogRecord.Attributes, EcsNames.Log, FieldRank.Record);
        AddAgent(record);
        AddSystemType(record);
        AddTarget(target);
        fields.AddTime(default, "@timestamp"u8, time);
        fields.AddId("trace.id"u8, log.TraceId);
        fields.AddId("span.id"u8, log.SpanId);
        if (log.SeverityNumber != 0)
        {
            fields.AddNumber("event.severity"u8, log.SeverityNumber);
        }

        fields.Add("log.level"u8, log.SeverityText, FieldRank.Own);
        fields.Add("event.action"u8, log.EventName, FieldRank.Own);
        var body = AnyValue.Read(log.Body);
        if (body.Kind == AnyValueKind.String)
        {
            fields.Add(default, "message"u8, body, FieldRank.Own);
        }

        fields.Write(ref json, nested: true);
    }

    public void WriteSpan(ref JsonOutput json, RecordView record, scoped in SpanFields span, ulong time, DocumentTarget target)
    {
        fields.Clear();
        AddContext(record, withScope: true);
        Add(record.Message, OtlpFields.Span.Attributes, EcsNames.Span, FieldRank.Record);
        AddSystemType(record);
        AddTarget(target);
        fields.AddTime(default, "@timestamp"u8, time);
        fields.AddId("trace.id"u8, span.TraceId);
        fields.AddId("span.id"u8, span.SpanId);
        fields.AddId("parent.id"u8, span.ParentSpanId);
        fields.Add("span.name"u8, span.Name, FieldRank.Own);
        fields.Add(
            "span.kind"u8,
            span.Kind switch { 1 => "INTERNAL"u8, 2 => "SERVER"u8, 3 => "CLIENT"u8, 4 => "PRODUCER"u8, 5 => "CONSUMER"u8, _ => default },
            FieldRank.Own);
        fields.Add("event.outcome"u8, StatusFields.Read(span.Status).Code switch { 1 => "success"u8, 2 => "failure"u8, _ => default }, FieldRank.Own);
        fields.AddNumber("event.duration"u8, span.EndTime > span.StartTime ? (long)(span.EndTime - span.StartTime) : 0);
        AddLinks(record.Message);
        fields.Write(ref json, nested: true);
    }

    /// <summary>Begins a document of data points; the caller adds their values with <see cref="FieldTable.Begin"/> and ends it with <see cref="FieldTable.Write"/>.</summary>
    public void BeginMetrics(RecordView record, ReadOnlySpan<byte> point, int attributes, ulong time, DocumentTarget target)
    {
        fields.Clear();
        AddContext(record, withScope: false);
        Add(point, attributes, EcsNames.Unchanged, FieldRank.Record);
        AddTarget(target);
        fields.AddTime(default, "@timestamp"u8, time);
    }

    private void AddContext(RecordView record, bool withScope)
    {
        Add(record.Resource, OtlpFields.Resource.Attributes, EcsNames.Resource, FieldRank.Resource);
        if (AttributeEnumerator.TryFind(record.Resource, OtlpFields.Resource.Attributes, "host.name"u8, out var host) && !fields.Has("host.hostname"u8))
        {
            fields.Add(default, "host.hostname"u8, host, FieldRank.Resource);
        }

        if (withScope)
        {
            Add(record.Scope, OtlpFields.Scope.Attributes, EcsNames.Unchanged, FieldRank.Scope);
        }
    }

    private void Add(ReadOnlySpan<byte> message, int field, FrozenDictionary<byte[], byte[]> names, FieldRank rank)
    {
        var lookup = names.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (var attribute in new AttributeEnumerator(message, field))
        {
            var name = attribute.Key;
            if (lookup.TryGetValue(name, out var other))
            {
                name = other;
            }

            if (!name.IsEmpty && !ReservedAttributes.IsReserved(name))
            {
                fields.Add(default, name, attribute.Value, rank);
            }
        }
    }

    private void AddTarget(DocumentTarget target)
    {
        if (target.Type.Length > 0)
        {
            fields.Add("data_stream.type"u8, target.TypeText, FieldRank.Own);
            fields.Add("data_stream.dataset"u8, target.DatasetText, FieldRank.Own);
            fields.Add("data_stream.namespace"u8, target.NamespaceText, FieldRank.Own);
        }
    }

    /// <summary>The agent is the SDK, its language and its distribution, <c>otlp</c> where nothing is known.</summary>
    private void AddAgent(RecordView record)
    {
        var name = Text(record, "telemetry.sdk.name"u8);
        var language = Text(record, "telemetry.sdk.language"u8);
        var distribution = Text(record, "telemetry.distro.name"u8);
        var length = 0;
        Append(name.IsEmpty ? "otlp"u8 : name, ref length);
        if (!distribution.IsEmpty)
        {
            Append("/"u8, ref length);
            Append(language.IsEmpty ? "unknown"u8 : language, ref length);
            Append("/"u8, ref length);
            Append(distribution, ref length);
        }
        else if (!language.IsEmpty)
        {
            Append("/"u8, ref length);
            Append(language, ref length);
        }

        fields.Add("agent.name"u8, _agent.AsSpan(0, length), FieldRank.Derived);
        var version = Text(record, "telemetry.distro.version"u8);
        fields.Add("agent.version"u8, version.IsEmpty ? Text(record, "telemetry.sdk.version"u8) : version, FieldRank.Derived);
    }

    /// <summary>Appends what there is room for: whole characters.</summary>
    private void Append(ReadOnlySpan<byte> text, ref int length)
    {
        var room = Math.Min(text.Length, _agent.Length - length);
        while (room > 0 && room < text.Length && (text[room] & 0xC0) == 0x80)
        {
            room--;
        }

        text[..room].CopyTo(_agent.AsSpan(length));
        length += room;
    }

    /// <summary>The few types of operating systems that the schema knows.</summary>
    private void AddSystemType(RecordView record)
    {
        var type = Text(record, "os.type"u8);
        var name = Text(record, "os.name"u8);
        var known = name.SequenceEqual("Android"u8) ? "android"u8
            : name.SequenceEqual("iOS"u8) ? "ios"u8
            : type.SequenceEqual("windows"u8) || type.SequenceEqual("linux"u8) ? type
            : type.SequenceEqual("darwin"u8) ? "macos"u8
            : type.SequenceEqual("aix"u8) || type.SequenceEqual("hpux"u8) || type.SequenceEqual("solaris"u8) ? "unix"u8
            : default;
        fields.Add("host.os.type"u8, known, FieldRank.Derived);
    }

    private void AddLinks(ReadOnlySpan<byte> span)
    {
        var links = new RepeatedField(span, OtlpFields.Span.Links);
        if (!links.MoveNext())
        {
            return;
        }

        var json = fields.Begin(default, "span.links"u8, FieldRank.Own);
        json.BeginArray();
        do
        {
            var link = SpanLinkFields.Read(links.Current);
            json.BeginObject();
            WriteId(ref json, "\"trace\":"u8, link.TraceId);
            WriteId(ref json, "\"span\":"u8, link.SpanId);
            json.EndObject();
        }
        while (links.MoveNext());

        json.EndArray();
        fields.End(ref json);
    }

    private static void WriteId(ref JsonOutput json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        json.Name(name);
        json.BeginObject();
        json.OptionalHex("\"id\":"u8, id);
        json.EndObject();
    }

    private static ReadOnlySpan<byte> Text(RecordView record, ReadOnlySpan<byte> key) =>
        AttributeEnumerator.TryFind(record.Resource, OtlpFields.Resource.Attributes, key, out var value) && value.Kind == AnyValueKind.String
            ? value.Bytes
            : default;
}
