using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>
/// Counts what came since the last time. It needs no state: whenever its cursor moves, everything counted up to there is given out in the same group.
/// </summary>
internal sealed partial class DeltaCounts : ICounts
{
    private readonly CountConnectorOptions _options;
    private readonly CountDefinition[] _definitions;
    private readonly CountIdentity _identity;
    private readonly ILogger _logger;
    private readonly int _metricBytes;
    private readonly Dictionary<byte[], CountGroup> _groups = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], Counter> _counters = new(ByteKeyComparer.Instance);
    private readonly List<ReadOnlyMemory<byte>> _stale = [];
    private readonly PerResource<CountGroup> _batchGroups = new();
    private uint _nextId;
    private long _received;
    private long _newestUnixNano;
    private long _writtenBytes;
    private long _partSize = int.MaxValue;
    private long _overflowed;

    public DeltaCounts(ComponentContext context, CountConnectorOptions options, CountDefinition[] definitions)
    {
        _options = options;
        _definitions = definitions;
        _identity = new CountIdentity(definitions, context.Pool.Buffers);
        _logger = context.Logger;
        _metricBytes = definitions.Sum(definition => definition.Size);
    }

    /// <summary>All that was counted is one request, which is never cut: without a state, nothing would say which part of it was given out.</summary>
    public bool IsFull => _writtenBytes >= _partSize;

    /// <summary>There is no state of deltas. One of sums that were cumulative is given up: it does not count on.</summary>
    public void Restore(JournalTable state, int partSize)
    {
        _partSize = partSize;
        _stale.AddRange(state.Snapshot().Select(entry => entry.Key));
    }

    public void Begin(in DeliverySegment records)
    {
        _batchGroups.Begin(records.Batch);
        _received = records.ReceivedUnixNano;
        Reach(_received);
    }

    public void Count(int definition, in CountSubject subject, int index)
    {
        ref var group = ref _batchGroups[subject.Record.Envelope.Resource];
        group ??= GroupOf(subject.Record.Resource);
        if (!_identity.TryBuildKey(definition, subject, group.Id))
        {
            return;
        }

        _counters.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(_identity.Key, out var counter);
        if (counter is null || counter.Count == 0)
        {
            counter = Begin(counter, definition, subject, group);
        }

        counter.Count++;
    }

    public void Write(StatefulOutput output)
    {
        SeriesState.Delete(_stale, output);
        _stale.Clear();
        if (output.EmitUnixNano is { } emitUnixNano)
        {
            Reach(emitUnixNano);
        }

        var builder = new MetricsRequestBuilder(output.BeginRequest(Signal.Metrics));
        foreach (var group in _groups.Values)
        {
            Write(group, builder, _newestUnixNano);
        }

        builder.Finish();
        output.EndRequest();
        Reset();
    }

    public void Dispose() => _identity.Dispose();

    /// <summary>Moves the time that data points have, so that it never goes back; but a clock that was set back takes it along.</summary>
    private void Reach(long unixNano) =>
        _newestUnixNano = SetBack.Explains(_newestUnixNano, unixNano, _options.MetricsFlushInterval) ? unixNano : Math.Max(_newestUnixNano, unixNano);

    private void Write(CountGroup group, MetricsRequestBuilder builder, long unixNano)
    {
        var isBegun = false;
        for (var i = 0; i < _definitions.Length; i++)
        {
            var isFirst = true;
            foreach (var counter in group.Counters)
            {
                if (counter.Definition != i || counter.Count == 0)
                {
                    continue;
                }

                if (!isBegun)
                {
                    builder.BeginResource(group.Resource);
                    builder.BeginScope(CountDefinition.Scope);
                    isBegun = true;
                }

                if (isFirst)
                {
                    builder.BeginSum(_definitions[i].Name, _definitions[i].Description, default, isDelta: true, isMonotonic: true);
                    isFirst = false;
                }

                builder.BeginPoint(Math.Min(counter.FirstUnixNano, unixNano), unixNano);
                builder.Attributes(counter.Attributes);
                builder.Value(counter.Count);
            }
        }
    }

    /// <summary>Begins to count anew. What counted nothing since the last time is forgotten; what did is likely to go on.</summary>
    private void Reset()
    {
        if (_overflowed > 0)
        {
            LogOverflow(_overflowed);
        }

        _overflowed = _writtenBytes = 0;
        foreach (var group in _groups.Values)
        {
            group.IsActive = false;
            group.Counters.RemoveAll(counter =>
            {
                var isIdle = counter.Count == 0;
                counter.Count = 0;
                return isIdle && _counters.Remove(counter.Key);
            });
            if (group.Counters.Count == 0)
            {
                _groups.Remove(group.Resource);
            }
        }
    }

    private CountGroup GroupOf(ReadOnlySpan<byte> resource)
    {
        var lookup = _groups.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(resource, out var group))
        {
            group = new CountGroup(_nextId++, resource.ToArray());
            _groups.Add(group.Resource, group);
        }

        return group;
    }

    /// <summary>Begins to count what was not counted since the last time.</summary>
    /// <param name="counter">What counted it before; null for nothing.</param>
    /// <param name="definition">The index of the metric.</param>
    /// <param name="subject">What is counted.</param>
    /// <param name="group">Under which resource.</param>
    private Counter Begin(Counter? counter, int definition, in CountSubject subject, CountGroup group)
    {
        if (_writtenBytes >= 2 * _partSize)
        {
            // One entry made more series than a group of the journal can take: what they count is still counted.
            _overflowed++;
            counter = FindBeyond(definition);
        }

        counter ??= Add(group, definition, _identity.BuildAttributes(definition, subject));
        if (counter.Count == 0)
        {
            counter.FirstUnixNano = _received;
            _writtenBytes += counter.Size;
            if (!counter.Group.IsActive)
            {
                counter.Group.IsActive = true;
                _writtenBytes += counter.Group.Resource.Length + _metricBytes;
            }
        }

        return counter;
    }

    /// <summary>Finds or makes what is counted together, under no resource.</summary>
    private Counter FindBeyond(int definition)
    {
        var group = GroupOf([]);
        _identity.BuildOverflowKey(definition, group.Id);
        return _counters.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(_identity.Key, out var counter)
            ? counter
            : Add(group, definition, _identity.BuildOverflowAttributes());
    }

    /// <summary>Adds a counter with the key that was put together.</summary>
    private Counter Add(CountGroup group, int definition, ReadOnlySpan<byte> attributes)
    {
        var counter = new Counter(group, definition, _identity.Key.ToArray(), attributes.ToArray());
        _counters.Add(counter.Key, counter);
        group.Counters.Add(counter);
        return counter;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Counted} of what was counted went into series with otel.metric.overflow: attributes or resources made more at once than a group of the journal can take")]
    private partial void LogOverflow(long counted);
}
