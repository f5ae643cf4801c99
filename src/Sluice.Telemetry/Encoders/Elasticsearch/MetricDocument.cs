using System.Globalization;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Writes the data points of one document in the shape of the OpenTelemetry-native data streams.</summary>
internal sealed class MetricDocument(DocumentValues attributes, DocumentContext context, MetricGroups groups, MetricValues values)
{
    public void Write(ref JsonOutput json, EnvelopeBatch batch, scoped in MetricGroup group)
    {
        var record = batch.GetRecord(group.Owner);
        var first = MessageOf(record, groups[group.First]);
        var header = groups.Headers[group.Owner];
        var point = PointFields.Read(first, header.Kind);
        json.BeginObject();
        json.Name("\"@timestamp\":"u8);
        json.Time(group.Time);
        json.OptionalTime("\"start_timestamp\":"u8, point.Start);
        json.OptionalString("\"unit\":"u8, record.Message.Slice(header.Unit.Start, header.Unit.Length));
        json.Ready(group.Target.DataStream);
        attributes.WriteAttributes(ref json, first, point.Attributes, mapsAsText: true);
        json.Ready(context.Resource(record));
        json.Ready(context.Scope(record));
        json.Name("\"metrics\":"u8);
        json.BeginObject();
        var names = 0UL;
        var documents = 0UL;
        for (var i = group.First; i >= 0; i = groups[i].Next)
        {
            names += WriteValue(ref json, batch, groups[i], ref documents);
        }

        json.EndObject();
        json.OptionalNumber("\"_doc_count\":"u8, documents);

        // A dimension of time-series streams: documents that hold other metrics at the same time do not conflict.
        json.Name("\"_metric_names_hash\":"u8);
        Span<byte> hash = stackalloc byte[16];
        names.TryFormat(hash, out var length, "x", CultureInfo.InvariantCulture);
        json.String(hash[..length]);
        json.EndObject();
    }

    /// <summary>Writes the data points of one document with fields of the Elastic Common Schema.</summary>
    public void WriteEcs(ref JsonOutput json, EnvelopeBatch batch, scoped in MetricGroup group, EcsDocument ecs, FieldTable fields)
    {
        var record = batch.GetRecord(group.Owner);
        var first = MessageOf(record, groups[group.First]);
        ecs.BeginMetrics(record, first, PointFields.Read(first, groups.Headers[group.Owner].Kind).Attributes, group.Time, group.Target);
        for (var i = group.First; i >= 0; i = groups[i].Next)
        {
            var point = groups[i];
            var owner = batch.GetRecord(point.Record);
            ref readonly var header = ref groups.Headers[point.Record];
            var message = MessageOf(owner, point);
            var value = fields.Begin(default, owner.Message.Slice(header.Name.Start, header.Name.Length), FieldRank.Own);
            values.Write(ref value, header.Kind, PointFields.Read(message, header.Kind), message, point.Hints);
            fields.End(ref value);
        }

        fields.Write(ref json, nested: true);
    }

    /// <summary>Writes the member <c>dynamic_templates</c> of an action: which type the field of each metric has.</summary>
    public void WriteTemplates(ref JsonOutput json, EnvelopeBatch batch, scoped in MetricGroup group)
    {
        json.Name("\"dynamic_templates\":"u8);
        json.BeginObject();
        for (var i = group.First; i >= 0; i = groups[i].Next)
        {
            var record = batch.GetRecord(groups[i].Record);
            ref readonly var header = ref groups.Headers[groups[i].Record];
            json.KeyBehind("metrics."u8, record.Message.Slice(header.Name.Start, header.Name.Length));
            json.String(MetricValues.TemplateOf(header, PointFields.Read(MessageOf(record, groups[i]), header.Kind), groups[i].Hints));
        }

        json.EndObject();
    }

    /// <summary>The message of a data point.</summary>
    public static ReadOnlySpan<byte> MessageOf(RecordView record, MetricPoint point) => record.Message.Slice(point.Start, point.Length);

    /// <returns>A hash of the name, the same everywhere and always.</returns>
    private ulong WriteValue(ref JsonOutput json, EnvelopeBatch batch, MetricPoint point, ref ulong documents)
    {
        var record = batch.GetRecord(point.Record);
        var message = MessageOf(record, point);
        ref readonly var header = ref groups.Headers[point.Record];
        var fields = PointFields.Read(message, header.Kind);
        var name = record.Message.Slice(header.Name.Start, header.Name.Length);
        json.Key(name);
        values.Write(ref json, header.Kind, fields, message, point.Hints);
        if ((point.Hints & MappingHints.DocumentCount) != MappingHints.None)
        {
            documents = header.Kind is OtlpFields.Metric.Gauge or OtlpFields.Metric.Sum ? 1 : fields.Count;
        }

        return StableHash(name);
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong StableHash(ReadOnlySpan<byte> name)
    {
        var hash = 0xcbf2_9ce4_8422_2325;
        foreach (var next in name)
        {
            hash = (hash ^ next) * 0x0000_0100_0000_01b3;
        }

        return hash;
    }
}
