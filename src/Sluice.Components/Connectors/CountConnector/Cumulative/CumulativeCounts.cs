using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.CountConnector.Cumulative;

/// <summary>Counts since the start of each series, which is in the state.</summary>
internal sealed class CumulativeCounts : ICounts
{
    /// <summary>Resources remembered by their bytes.</summary>
    private const int MaxRemembered = 4096;

    private readonly SeriesStore _store;
    private readonly SeriesPublisher _publisher;
    private readonly CountIdentity _identity;
    private readonly KeyBuilder _resourceKey;
    private readonly ResourceKey _resourceKeys;
    private readonly Dictionary<byte[], ResourceGroup> _resources = new(ByteKeyComparer.Instance);
    private readonly PerResource<ResourceGroup> _batchGroups = new();
    private RecordId _first;
    private long _received;
    private bool _mayBeCovered;

    public CumulativeCounts(ComponentContext context, CountConnectorOptions options, CountDefinition[] definitions)
    {
        var series = new CountSeriesWriter(definitions);
        _store = new SeriesStore(options.Limits, series);
        var state = new SeriesState(CountFingerprint.Of(options), context.Pool.Buffers);
        _publisher = new SeriesPublisher("records", _store, state, series, Temporality.Cumulative, options.MetricsFlushInterval, context.Logger);
        _identity = new CountIdentity(definitions, context.Pool.Buffers);
        _resourceKey = new KeyBuilder(context.Pool.Buffers);
        _resourceKeys = new ResourceKey(options.ResourceMetricsKeyAttributes, _resourceKey);
    }

    /// <summary>What it writes is cut wherever it becomes large.</summary>
    public bool IsFull => false;

    public void Restore(JournalTable state, int partSize) => _publisher.Restore(state, partSize);

    public void Begin(in DeliverySegment records)
    {
        _batchGroups.Begin(records.Batch);
        _first = records.FirstRecord;
        _received = records.ReceivedUnixNano;
        _mayBeCovered = _first < _store.CoveredUntil;
    }

    public void Count(int definition, in CountSubject subject, int index)
    {
        // Series are found within their resource, whose number their keys need not have: one of which nothing is counted is never looked for.
        if (!_identity.TryBuildKey(definition, subject, group: 0))
        {
            return;
        }

        ref var group = ref _batchGroups[subject.Record.Envelope.Resource];
        group ??= Resolve(subject.Record.Resource);
        var series = group.Table.Find(_identity.Key) ?? Create(definition, subject, group);
        if (_mayBeCovered && _first.Plus(index) < series.Covers)
        {
            return;
        }

        series.Add(1, _received);
        _store.MarkChanged(series);
    }

    public void Write(StatefulOutput output)
    {
        if (_publisher.Write(output))
        {
            _resources.Clear();
        }
    }

    public void Dispose()
    {
        _publisher.Dispose();
        _identity.Dispose();
        _resourceKey.Dispose();
    }

    private ResourceGroup Resolve(ReadOnlySpan<byte> resource)
    {
        if (!_resources.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(resource, out var group))
        {
            if (_resources.Count >= MaxRemembered)
            {
                _resources.Clear();
            }

            group = _store.Group(_resourceKeys.Of(resource), resource);
            _resources.Add(resource.ToArray(), group);
        }

        group.SeenUnixNano = _received;
        return group;
    }

    private MeteredSeries Create(int definition, in CountSubject subject, ResourceGroup group)
    {
        if (_store.HasRoom(group, definition))
        {
            return Begin(_store.Add(group, definition, _identity.Key, _identity.BuildAttributes(definition, subject)));
        }

        _store.Overflowed++;
        _identity.BuildOverflowKey(definition, group: 0);
        return group.Table.Find(_identity.Key) ?? Begin(_store.Add(group, definition, _identity.Key, _identity.BuildOverflowAttributes()));
    }

    private MeteredSeries Begin(MeteredSeries series)
    {
        series.StartUnixNano = _received;
        return series;
    }
}
