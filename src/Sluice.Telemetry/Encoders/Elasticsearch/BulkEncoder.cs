using System.Buffers.Text;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// Writes records as the documents of a bulk request (Elasticsearch, "Bulk API"), transcoded straight from their wire bytes. What a record
/// becomes depends on the record and its entry of the journal alone, its ids included, so that it is the same at every attempt.
/// </summary>
/// <remarks>Used by one thread at a time. Allocates nothing per record once it is warm.</remarks>
public sealed class BulkEncoder : IDisposable
{
    private readonly bool _hasPipelines;
    private readonly DocumentRouter _router;
    private readonly DocumentValues _values;
    private readonly DocumentContext _context;
    private readonly FieldTable _fields;
    private readonly OtelDocument _otel;
    private readonly EcsDocument _ecs;
    private readonly PlainDocument _plain;
    private readonly MetricGroups _groups;
    private readonly MetricDocument _metrics;
    private readonly NaturalIds? _logIds;
    private readonly NaturalIds? _spanIds;
    private EnvelopeBatch? _batch;
    private ReadOnlyMemory<byte> _receiver;
    private bool _grouped;
    private ulong _received;
    private RecordId _id;
    private int _ordinal;

    /// <summary>Creates an encoder; it rents buffers when it first encodes and keeps them.</summary>
    /// <param name="buffers">Where they come from.</param>
    /// <param name="options">What documents look like, and where they go.</param>
    /// <param name="targets">Shared by the encoders of one exporter.</param>
    public BulkEncoder(BufferPool buffers, DocumentOptions options, DocumentTargets targets)
    {
        _hasPipelines = options.LogPipelines;
        _router = new DocumentRouter(options, targets, buffers);
        _values = new DocumentValues(buffers);
        _context = new DocumentContext(buffers, _values);
        _fields = new FieldTable(buffers, _values);
        _otel = new OtelDocument(_values, _context);
        _ecs = new EcsDocument(_fields);
        _plain = new PlainDocument(buffers, _fields, _values);
        var values = new MetricValues();
        _groups = new MetricGroups(_router, values);
        _metrics = new MetricDocument(_values, _context, _groups, values);
        _logIds = options.LogIds is null ? null : new NaturalIds(options.LogIds);
        _spanIds = options.SpanIds is null ? null : new NaturalIds(options.SpanIds);
    }

    /// <summary>Whether actions name the types of the fields of metrics, which OpenSearch and old versions refuse.</summary>
    public bool DynamicTemplates { get; set; } = true;

    /// <summary>
    /// Starts on a batch, which stays the caller's and is not touched after the last <see cref="TryEncode"/>. Needed for every batch, also when
    /// the same object comes again, since batches are pooled.
    /// </summary>
    /// <param name="batch">All records of one entry of the journal.</param>
    /// <param name="receivedUnixNano">When they were received: the time of records that have none.</param>
    /// <param name="receiver">Id of the receiver that they came by, in UTF-8; lent like the batch. Empty when it is not known.</param>
    /// <param name="mapping">The mode that their sender asks for, in UTF-8; empty for that of the options.</param>
    public void BeginBatch(EnvelopeBatch batch, long receivedUnixNano, ReadOnlyMemory<byte> receiver = default, ReadOnlySpan<byte> mapping = default)
    {
        _batch = batch;
        _receiver = receiver;
        _received = (ulong)Math.Max(receivedUnixNano, 0);
        _router.Begin(batch, mapping);
        _context.Begin(batch);
        _grouped = false;
    }

    /// <summary>Appends the documents of one record: none, one, or one for it and each of its events or identities.</summary>
    /// <param name="index">Which record of the batch.</param>
    /// <param name="id">Its identity.</param>
    /// <param name="body">Where they are appended.</param>
    /// <param name="fault">Why there can be no document of it.</param>
    /// <returns>False when nothing was appended because of the fault.</returns>
    /// <exception cref="InvalidOperationException">No batch was begun.</exception>
    public bool TryEncode(int index, RecordId id, BulkBody body, out string? fault)
    {
        var batch = _batch ?? throw new InvalidOperationException("BeginBatch comes before TryEncode.");
        (_id, _ordinal) = (id, 0);
        if (batch.Signal == Signal.Metrics)
        {
            return TryEncodeMetric(batch, index, body, out fault);
        }

        var record = batch.GetRecord(index);
        var mapping = _router.MappingOf(record, out fault);
        return fault is null && (batch.Signal == Signal.Logs
            ? TryEncodeLog(record, index, mapping, body, out fault)
            : TryEncodeSpan(record, index, mapping, body, out fault));
    }

    /// <summary>Forgets the batch and returns the buffers.</summary>
    public void Dispose()
    {
        _batch = null;
        _router.Dispose();
        _values.Dispose();
        _context.Dispose();
        _fields.Dispose();
        _plain.Dispose();
    }

    private bool TryEncodeLog(RecordView record, int index, DocumentMapping mapping, BulkBody body, out string? fault)
    {
        var log = LogFields.Read(record.Message);
        var own = ReservedAttributes.Read(record.Message, OtlpFields.LogRecord.Attributes);
        var time = log.Time != 0 ? log.Time : log.ObservedTime != 0 ? log.ObservedTime : _received;
        var target = _router.Resolve(record, DocumentKind.Log, own, time, out fault);
        if (fault is null && mapping == DocumentMapping.Bodymap && AnyValue.Read(log.Body).Kind != AnyValueKind.KeyValueList)
        {
            fault = "its body is not a map, which the mapping mode bodymap needs";
        }

        var action = default(ActionFields);
        fault ??= _logIds?.Read(record, OtlpFields.LogRecord.Attributes, own, target, _receiver.Span, out action.Id);
        if (fault is not null)
        {
            return false;
        }

        action.Pipeline = _hasPipelines ? AnyValue.Read(own.Pipeline).Bytes : default;
        var item = BeginItem(target, index, action, body, out var json);
        switch (mapping)
        {
            case DocumentMapping.Otel:
                _otel.WriteLog(ref json, record, log, own, time, target);
                break;
            case DocumentMapping.Ecs:
                _ecs.WriteLog(ref json, record, log, time, target);
                break;
            case DocumentMapping.Bodymap:
                const int ValuesField = 1;
                _values.WriteObject(ref json, AnyValue.Read(log.Body).Bytes, ValuesField);
                break;
            default:
                _plain.WriteLog(ref json, record, log, time, target, mapping == DocumentMapping.Raw);
                break;
        }

        EndItem(item, ref json, body);
        return true;
    }

    private bool TryEncodeSpan(RecordView record, int index, DocumentMapping mapping, BulkBody body, out string? fault)
    {
        var span = SpanFields.Read(record.Message);
        var own = ReservedAttributes.Read(record.Message, OtlpFields.Span.Attributes);
        var time = span.StartTime != 0 ? span.StartTime : _received;
        var target = _router.Resolve(record, DocumentKind.Span, own, time, out fault);
        if (fault is null && mapping == DocumentMapping.Bodymap)
        {
            fault = "the mapping mode bodymap has no documents for spans";
        }

        var action = default(ActionFields);
        fault ??= _spanIds?.Read(record, OtlpFields.Span.Attributes, own, target, _receiver.Span, out action.Id);
        if (fault is not null)
        {
            return false;
        }

        var before = body.Count;
        var item = BeginItem(target, index, action, body, out var json);
        switch (mapping)
        {
            case DocumentMapping.Otel:
                _otel.WriteSpan(ref json, record, span, time, target);
                break;
            case DocumentMapping.Ecs:
                _ecs.WriteSpan(ref json, record, span, time, target);
                break;
            default:
                _plain.WriteSpan(ref json, record, span, time, target, mapping == DocumentMapping.Raw);
                break;
        }

        EndItem(item, ref json, body);
        if (mapping == DocumentMapping.Otel && !TryEncodeEvents(record, span, time, index, action, body, out fault))
        {
            body.Truncate(before);
            return false;
        }

        return true;
    }

    private bool TryEncodeEvents(
        RecordView record, scoped in SpanFields span, ulong spanTime, int index, scoped in ActionFields action, BulkBody body, out string? fault)
    {
        fault = null;
        foreach (var message in new RepeatedField(record.Message, OtlpFields.Span.Events))
        {
            var fields = SpanEventFields.Read(message);
            var own = ReservedAttributes.Read(message, OtlpFields.SpanEvent.Attributes);
            var time = fields.Time != 0 ? fields.Time : spanTime;
            var target = _router.Resolve(record, DocumentKind.SpanEvent, own, time, out fault);
            if (fault is not null)
            {
                return false;
            }

            var item = BeginItem(target, index, action, body, out var json);
            _otel.WriteSpanEvent(ref json, record, span, message, fields, time, target);
            EndItem(item, ref json, body);
        }

        return true;
    }

    private bool TryEncodeMetric(EnvelopeBatch batch, int index, BulkBody body, out string? fault)
    {
        if (!_grouped)
        {
            _grouped = true;
            _groups.Build(batch, _received);
        }

        fault = _groups.FaultOf(index);
        if (fault is not null)
        {
            return false;
        }

        foreach (ref readonly var group in _groups.GroupsOf(index))
        {
            var others = AddOthers(group, body);
            var mapping = _router.MappingOf(batch.GetRecord(index), out _);
            var item = BeginItem(group.Target, index, default, body, out var json, batch, mapping == DocumentMapping.Otel ? group.First : -1, group) with
            {
                OthersStart = others,
                OthersCount = body.Others.Count - others,
            };
            if (mapping == DocumentMapping.Ecs)
            {
                _metrics.WriteEcs(ref json, batch, group, _ecs, _fields);
            }
            else
            {
                _metrics.Write(ref json, batch, group);
            }

            EndItem(item, ref json, body);
        }

        return true;
    }

    /// <summary>Lists the other metrics that a document has data points of; they are in the order of the batch.</summary>
    private int AddOthers(scoped in MetricGroup group, BulkBody body)
    {
        var start = body.Others.Count;
        var last = group.Owner;
        for (var i = group.First; i >= 0; i = _groups[i].Next)
        {
            if (_groups[i].Record != last)
            {
                last = _groups[i].Record;
                body.AddOther(last);
            }
        }

        return start;
    }

    /// <summary>Writes the line of an action and begins the document.</summary>
    private BulkItem BeginItem(
        DocumentTarget target,
        int record,
        scoped in ActionFields action,
        BulkBody body,
        out JsonOutput json,
        EnvelopeBatch? metrics = null,
        int firstPoint = -1,
        scoped in MetricGroup group = default)
    {
        var text = body.Text;
        var start = text.Length;
        text.Write(target.ActionStart);
        var (idStart, idLength) = (0, 0);
        if (!target.IsTimeSeries)
        {
            text.Write(",\"_id\":\""u8);
            idStart = text.Length;
            WriteId(action.Id, text);
            idLength = text.Length - idStart;
            text.WriteByte((byte)'"');
        }

        if (!action.Pipeline.IsEmpty)
        {
            text.Write(",\"pipeline\":"u8);
            var name = new JsonOutput(text);
            name.String(action.Pipeline);
            name.Flush();
        }

        if (DynamicTemplates && firstPoint >= 0)
        {
            text.WriteByte((byte)',');
            var templates = new JsonOutput(text);
            _metrics.WriteTemplates(ref templates, metrics!, group);
            templates.Flush();
        }

        text.Write("}}\n"u8);
        json = new JsonOutput(text);
        return new BulkItem(target, body.Segment, record, start, 0, idStart, idLength, 0, 0);
    }

    private static void EndItem(in BulkItem item, ref JsonOutput json, BulkBody body)
    {
        json.Flush();
        body.Text.WriteByte((byte)'\n');
        body.Add(item with { Length = body.Text.Length - item.Start });
    }

    /// <summary>The id of the record, which the envelope has too; for its second document and on with a number behind it.</summary>
    private void WriteId(ReadOnlySpan<byte> natural, PooledBufferWriter text)
    {
        if (natural.IsEmpty)
        {
            _id.Format(text.GetSpan(RecordId.TextLength));
            text.Advance(RecordId.TextLength);
        }
        else
        {
            // Quoted twice as a whole, the quotes are taken off again.
            var json = new JsonOutput(text);
            var start = text.Length;
            json.String(natural);
            json.Flush();
            var written = text.WrittenForUpdate[start..];
            written[1..^1].CopyTo(written);
            text.Truncate(text.Length - 2);
        }

        if (_ordinal > 0)
        {
            text.WriteByte((byte)'-');
            Utf8Formatter.TryFormat(_ordinal, text.GetSpan(11), out var digits);
            text.Advance(digits);
        }

        _ordinal++;
    }

    /// <summary>What an action has beside its target.</summary>
    private ref struct ActionFields
    {
        public ReadOnlySpan<byte> Id;
        public ReadOnlySpan<byte> Pipeline;
    }
}
