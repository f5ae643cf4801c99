using System.Runtime.InteropServices;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// Parts the data points of a batch into documents: those of one resource, scope, time, start, unit and set of attributes go together, a
/// metric that comes twice among them into one more. The groups are those of the whole entry of the journal, whatever part of it is
/// delivered, so that a document is the same at every attempt. Used by one thread at a time; allocates nothing once it is warm.
/// </summary>
internal sealed class MetricGroups(DocumentRouter router, MetricValues values)
{
    private readonly List<MetricPoint> _points = [];
    private readonly List<MetricGroup> _groups = [];
    private readonly Dictionary<ContentHash, int> _occurrences = [];
    private readonly Dictionary<ContentHash, int> _byIdentity = [];
    private (bool Ready, ContentHash Hash)[] _scopes = new (bool, ContentHash)[8];
    private int[] _firstGroup = new int[128];
    private string?[] _faults = new string?[128];

    /// <summary>The header of each metric, by index of the record.</summary>
    public MetricHeader[] Headers { get; private set; } = new MetricHeader[128];

    /// <summary>The groups that a metric has the first data point of.</summary>
    public ReadOnlySpan<MetricGroup> GroupsOf(int record) =>
        CollectionsMarshal.AsSpan(_groups)[_firstGroup[record].._firstGroup[record + 1]];

    /// <summary>A data point of a group.</summary>
    public MetricPoint this[int point] => _points[point];

    /// <summary>Why a metric cannot be stored, none of which is in a group then; null otherwise.</summary>
    public string? FaultOf(int record) => _faults[record];

    /// <summary>Parts the data points of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="received">The time of data points without one.</param>
    public void Build(EnvelopeBatch batch, ulong received)
    {
        _points.Clear();
        _groups.Clear();
        _occurrences.Clear();
        _byIdentity.Clear();
        Prepare(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            _firstGroup[i] = _groups.Count;
            var record = batch.GetRecord(i);
            Headers[i] = MetricHeader.Read(record.Message);
            if ((_faults[i] = FindFault(record, Headers[i], out var mapping)) is null)
            {
                Add(record, i, mapping, received);
            }
        }

        _firstGroup[batch.Count] = _groups.Count;
    }

    private void Prepare(EnvelopeBatch batch)
    {
        if (_firstGroup.Length <= batch.Count)
        {
            _firstGroup = new int[batch.Count * 2];
            _faults = new string?[batch.Count * 2];
            Headers = new MetricHeader[batch.Count * 2];
        }

        if (_scopes.Length < batch.Scopes.Length)
        {
            _scopes = new (bool, ContentHash)[batch.Scopes.Length * 2];
        }
        else
        {
            _scopes.AsSpan().Clear();
        }
    }

    private string? FindFault(RecordView record, scoped in MetricHeader metric, out DocumentMapping mapping)
    {
        mapping = router.MappingOf(record, out var fault);
        if (fault is not null)
        {
            return fault;
        }

        if (mapping is not (DocumentMapping.Otel or DocumentMapping.Ecs))
        {
            return "the mapping mode has no documents for metrics: use otel or ecs";
        }

        foreach (var message in new RepeatedField(record.Message.Slice(metric.Data.Start, metric.Data.Length), OtlpFields.MetricData.DataPoints))
        {
            var point = PointFields.Read(message, metric.Kind);
            if (!point.HasNoValue)
            {
                var own = ReservedAttributes.Read(message, point.Attributes);
                fault = values.FindFault(metric, point, message, MappingHint.Read(own.Hints));
                if (fault is null)
                {
                    router.Resolve(record, DocumentKind.Metric, own, point.Time, out fault);
                }

                if (fault is not null)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    private void Add(RecordView record, int index, DocumentMapping mapping, ulong received)
    {
        ref readonly var metric = ref Headers[index];
        var data = record.Message.Slice(metric.Data.Start, metric.Data.Length);
        var reader = new ProtoReader(data);
        while (reader.TryReadTag())
        {
            if (reader.Field != OtlpFields.MetricData.DataPoints || reader.WireType != WireType.LengthDelimited)
            {
                reader.TrySkip();
                continue;
            }

            if (!reader.TryReadBytes(out var message))
            {
                return;
            }

            var point = PointFields.Read(message, metric.Kind);
            if (!point.HasNoValue)
            {
                Add(record, index, mapping, point, message, metric.Data.Start + reader.Position - message.Length, received);
            }
        }
    }

    private void Add(
        RecordView record, int index, DocumentMapping mapping, scoped in PointFields point, ReadOnlySpan<byte> message, int start, ulong received)
    {
        ref readonly var metric = ref Headers[index];
        var own = ReservedAttributes.Read(message, point.Attributes);
        var time = point.Time == 0 ? received : point.Time;
        var target = router.Resolve(record, DocumentKind.Metric, own, time, out _);

        var identity = HashOf(record, mapping);
        identity.Add((ulong)target.GetHashCode());
        identity.Add(time);
        if (mapping == DocumentMapping.Otel)
        {
            identity.Add(point.Start);
            identity.Add(record.Message.Slice(metric.Unit.Start, metric.Unit.Length));
        }

        identity.AddAttributes(message, point.Attributes);

        var named = identity;
        named.Add(record.Message.Slice(metric.Name.Start, metric.Name.Length));
        ref var occurrences = ref CollectionsMarshal.GetValueRefOrAddDefault(_occurrences, named, out _);
        identity.Add((ulong)occurrences++);

        var number = _points.Count;
        _points.Add(new MetricPoint(index, start, message.Length, MappingHint.Read(own.Hints)));
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_byIdentity, identity, out var isKnown);
        if (!isKnown)
        {
            group = _groups.Count;
            _groups.Add(new MetricGroup(target, index, number, time));
            return;
        }

        ref var known = ref CollectionsMarshal.AsSpan(_groups)[group];
        CollectionsMarshal.AsSpan(_points)[known.Last].Next = number;
        known.Last = number;
    }

    /// <summary>What the scope and its resource are, by their content: a request may have the same twice.</summary>
    private ContentHash HashOf(RecordView record, DocumentMapping mapping)
    {
        ref var scope = ref _scopes[record.Envelope.Scope];
        if (!scope.Ready)
        {
            scope.Ready = true;
            scope.Hash.Add((ulong)mapping);
            scope.Hash.AddAttributes(record.Resource, OtlpFields.Resource.Attributes);
            if (mapping == DocumentMapping.Otel)
            {
                scope.Hash.Add(ScopeFields.Read(record.Scope).Name);
                scope.Hash.AddAttributes(record.Scope, OtlpFields.Scope.Attributes);
            }
        }

        return scope.Hash;
    }
}
