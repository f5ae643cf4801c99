using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Prints a run of segments of one signal: a line of counts, then resources, scopes and records as far as asked.</summary>
internal static class DebugMessage
{
    /// <summary>Appends the message.</summary>
    public static void Write(DebugText text, DebugVerbosity verbosity, Signal signal, IReadOnlyList<DeliverySegment> segments)
    {
        WriteCounts(text, signal, segments);
        if (verbosity == DebugVerbosity.Basic)
        {
            return;
        }

        var resource = -1;
        foreach (var segment in segments)
        {
            WriteSegment(text, verbosity, segment, ref resource);
        }
    }

    private static void WriteCounts(DebugText text, Signal signal, IReadOnlyList<DeliverySegment> segments)
    {
        long resources = 0;
        long records = 0;
        long items = 0;
        foreach (var segment in segments)
        {
            var resource = -1;
            foreach (ref readonly var envelope in segment.Batch.Envelopes.Slice(segment.Start, segment.Count))
            {
                records++;
                items += envelope.ItemCount;
                resources += envelope.Resource == resource ? 0 : 1;
                resource = envelope.Resource;
            }
        }

        switch (signal)
        {
            case Signal.Logs:
                text.Add("Logs {\"resource logs\": ").Add(resources).Add(", \"log records\": ").Add(records).Line("}");
                break;
            case Signal.Traces:
                text.Add("Traces {\"resource spans\": ").Add(resources).Add(", \"spans\": ").Add(records).Line("}");
                break;
            default:
                text.Add("Metrics {\"resource metrics\": ").Add(resources).Add(", \"metrics\": ").Add(records)
                    .Add(", \"data points\": ").Add(items).Line("}");
                break;
        }
    }

    private static void WriteSegment(DebugText text, DebugVerbosity verbosity, in DeliverySegment segment, ref int resourceNumber)
    {
        var resource = -1;
        var scope = -1;
        var scopeNumber = -1;
        var recordNumber = -1;
        for (var i = 0; i < segment.Count; i++)
        {
            var record = segment.Batch.GetRecord(segment.Start + i);
            if (record.Envelope.Resource != resource)
            {
                resource = record.Envelope.Resource;
                scope = scopeNumber = -1;
                WriteResource(text, verbosity, record, ++resourceNumber);
            }

            if (record.Envelope.Scope != scope)
            {
                scope = record.Envelope.Scope;
                recordNumber = -1;
                WriteScope(text, verbosity, record, ++scopeNumber);
            }

            recordNumber++;
            switch (record.Signal)
            {
                case Signal.Logs:
                    LogText.Write(text, verbosity, record, recordNumber);
                    break;
                case Signal.Traces:
                    SpanText.Write(text, verbosity, record, recordNumber);
                    break;
                default:
                    MetricText.Write(text, verbosity, record, recordNumber);
                    break;
            }
        }
    }

    private static void WriteResource(DebugText text, DebugVerbosity verbosity, RecordView record, int number)
    {
        text.Add("Resource").Add(Noun(record.Signal)).Add(" #").Add(number);
        if (verbosity == DebugVerbosity.Normal)
        {
            FieldText.AddPairs(text.Add(SchemaPrefix(record.ResourceSchemaUrl)).AddText(record.ResourceSchemaUrl), record.ResourceAttributes);
            text.Line();
            return;
        }

        text.Line();
        FieldText.Line(text, "Resource SchemaURL", record.ResourceSchemaUrl);
        FieldText.Attributes(text, "", "Resource attributes", record.Resource, OtlpFields.Resource.Attributes);
        FieldText.Count(text, "", "Resource DroppedAttributesCount", WireFields.Number(record.Resource, OtlpFields.Resource.DroppedAttributesCount));
        foreach (var entity in new RepeatedField(record.Resource, OtlpFields.Resource.EntityRefs))
        {
            WriteEntityRef(text, entity);
        }
    }

    /// <summary><c>EntityRef</c>: schema URL 1, type 2, keys of the id 3, keys of the description 4.</summary>
    private static void WriteEntityRef(DebugText text, ReadOnlySpan<byte> entity)
    {
        text.Add("Resource entity: ").AddText(WireFields.Bytes(entity, 2));
        foreach (var key in new RepeatedField(entity, 3))
        {
            text.Add(" id=").AddText(key);
        }

        foreach (var key in new RepeatedField(entity, 4))
        {
            text.Add(" description=").AddText(key);
        }

        text.Add(SchemaPrefix(WireFields.Bytes(entity, 1))).AddText(WireFields.Bytes(entity, 1)).Line();
    }

    private static void WriteScope(DebugText text, DebugVerbosity verbosity, RecordView record, int number)
    {
        var scope = record.Scope;
        var name = WireFields.Bytes(scope, OtlpFields.Scope.Name);
        var version = WireFields.Bytes(scope, OtlpFields.Scope.Version);
        text.Add("Scope").Add(Noun(record.Signal)).Add(" #").Add(number);
        if (verbosity == DebugVerbosity.Normal)
        {
            text.Add(name.IsEmpty ? "" : " ").AddText(name).Add(version.IsEmpty ? "" : "@").AddText(version);
            text.Add(SchemaPrefix(record.ScopeSchemaUrl)).AddText(record.ScopeSchemaUrl);
            FieldText.AddPairs(text, new AttributeEnumerator(scope, OtlpFields.Scope.Attributes));
            text.Line();
            return;
        }

        text.Line();
        FieldText.Line(text, "Scope SchemaURL", record.ScopeSchemaUrl);
        if (!name.IsEmpty || !version.IsEmpty)
        {
            text.Add("InstrumentationScope ").AddText(name).Add(version.IsEmpty ? "" : " ").AddText(version).Line();
        }

        FieldText.Attributes(text, "", "InstrumentationScope attributes", scope, OtlpFields.Scope.Attributes);
        FieldText.Count(
            text, "", "InstrumentationScope DroppedAttributesCount", WireFields.Number(scope, OtlpFields.Scope.DroppedAttributesCount));
    }

    private static string SchemaPrefix(ReadOnlySpan<byte> url) => url.IsEmpty ? "" : " schema=";

    private static string Noun(Signal signal) => signal switch
    {
        Signal.Logs => "Logs",
        Signal.Traces => "Spans",
        _ => "Metrics",
    };
}
