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
/// Counts records, and gives out what came since the last time. It needs no state: whenever its cursor moves, everything counted up to there is
/// given out in the same group.
/// </summary>
internal sealed partial class CountConnector : IStatefulConnector, IDisposable
{
    /// <summary>What the Collector calls it, so that nothing changes behind it.</summary>
    private static readonly byte[] Scope = "otelcol/countconnector"u8.ToArray();

    /// <summary>In the key of what is counted together; all others have 0.</summary>
    private const byte Beyond = 1;

    private readonly CountConnectorOptions _options;
    private readonly ILogger _logger;
    private readonly CountDefinition[] _definitions;
    private readonly int _metricBytes;
    private readonly bool _countsSpanEvents;
    private readonly bool _countsDataPoints;
    private readonly Dictionary<byte[], CountGroup> _groups = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], Counter> _counters = new(ByteKeyComparer.Instance);
    private readonly Dictionary<JournalTopic, bool> _areEvents = [];
    private readonly KeyBuilder _key;
    private readonly PointAttributes _attributes;
    private CountGroup?[] _batchGroups = [];
    private uint _nextId;
    private long _newestUnixNano;
    private long _writtenBytes;
    private long _partSize = int.MaxValue;
    private long _overflowed;

    public CountConnector(ComponentContext context, CountConnectorOptions options)
    {
        _options = options;
        _logger = context.Logger;
        _definitions = [.. options.Definitions(context.Pool.Buffers)];
        _metricBytes = _definitions.Sum(definition => definition.Size);
        _countsSpanEvents = _definitions.Any(definition => definition.Kind == CountKind.SpanEvents);
        _countsDataPoints = _definitions.Any(definition => definition.Kind == CountKind.DataPoints);
        _key = new KeyBuilder(context.Pool.Buffers);
        _attributes = new PointAttributes(context.Pool.Buffers);
    }

    public TimeSpan Interval => _options.MetricsFlushInterval;

    /// <summary>All that was counted is one request, which is never cut: without a state, nothing would say which part of it was given out.</summary>
    public bool IsFull => _writtenBytes >= _partSize;

    /// <summary>There is no state: what was counted is given out whenever the cursor moves.</summary>
    public void Restore(JournalTable state, int partSize) => _partSize = partSize;

    public void Add(in DeliverySegment records)
    {
        var resources = records.Batch.Resources.Length;
        if (_batchGroups.Length < resources)
        {
            _batchGroups = new CountGroup?[resources];
        }

        _batchGroups.AsSpan(0, resources).Clear();
        Reach(records.ReceivedUnixNano);
        var kind = records.Batch.Signal switch
        {
            Signal.Traces => CountKind.Spans,
            Signal.Metrics => CountKind.Metrics,
            _ => AreEvents(records.Pipeline) ? CountKind.Events : CountKind.Logs,
        };
        for (var i = 0; i < records.Count; i++)
        {
            var record = records.Batch.GetRecord(records.Start + i);
            ref var group = ref _batchGroups[record.Envelope.Resource];
            group ??= GroupOf(record.Resource);
            Count(kind, new CountSubject(record), group, records.ReceivedUnixNano);
            if (kind == CountKind.Spans && _countsSpanEvents)
            {
                CountChildren(CountKind.SpanEvents, record, record.Message, OtlpFields.Span.Events, OtlpFields.SpanEvent.Attributes, group, records.ReceivedUnixNano);
            }
            else if (kind == CountKind.Metrics && _countsDataPoints)
            {
                CountDataPoints(record, group, records.ReceivedUnixNano);
            }
        }
    }

    public void Write(StatefulOutput output)
    {
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

    public void Dispose()
    {
        _key.Dispose();
        _attributes.Dispose();
    }

    /// <summary>Moves the time that data points have, so that it never goes back; but a clock that was set back takes it along.</summary>
    private void Reach(long unixNano) =>
        _newestUnixNano = SetBack.Explains(_newestUnixNano, unixNano, Interval) ? unixNano : Math.Max(_newestUnixNano, unixNano);

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
                    builder.BeginScope(Scope);
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

    private bool AreEvents(JournalTopic pipeline)
    {
        if (!_areEvents.TryGetValue(pipeline, out var areEvents))
        {
            areEvents = ComponentId.TryParse(pipeline.Name, out var id) && id.Type == PipelineSignal.Events.ToConfigName();
            _areEvents.Add(pipeline, areEvents);
        }

        return areEvents;
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

    private void CountDataPoints(in RecordView metric, CountGroup group, long received)
    {
        var reader = new ProtoReader(metric.Message);
        while (reader.TryReadTag())
        {
            var attributes = reader.Field switch
            {
                OtlpFields.Metric.Gauge or OtlpFields.Metric.Sum or OtlpFields.Metric.Summary => OtlpFields.NumberDataPoint.Attributes,
                OtlpFields.Metric.Histogram => OtlpFields.HistogramDataPoint.Attributes,
                OtlpFields.Metric.ExponentialHistogram => OtlpFields.ExponentialHistogramDataPoint.Attributes,
                _ => 0,
            };
            if (attributes == 0 || reader.WireType != WireType.LengthDelimited)
            {
                if (!reader.TrySkip())
                {
                    return;
                }
            }
            else if (reader.TryReadBytes(out var data))
            {
                CountChildren(CountKind.DataPoints, metric, data, OtlpFields.MetricData.DataPoints, attributes, group, received);
            }
        }
    }

    private void CountChildren(CountKind kind, in RecordView record, ReadOnlySpan<byte> message, int field, int attributes, CountGroup group, long received)
    {
        foreach (var child in new RepeatedField(message, field))
        {
            Count(kind, new CountSubject(record, child, attributes), group, received);
        }
    }

    private void Count(CountKind kind, in CountSubject subject, CountGroup group, long received)
    {
        for (var i = 0; i < _definitions.Length; i++)
        {
            var definition = _definitions[i];
            if (definition.Kind != kind || !TryBuildKey(definition, i, subject, group) || !definition.Counts(subject))
            {
                continue;
            }

            _counters.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(_key.Key, out var counter);
            if (counter is null || counter.Count == 0)
            {
                counter = Begin(counter, i, subject, group, received);
            }

            counter.Count++;
        }
    }

    /// <summary>Puts the key of a counter together.</summary>
    /// <returns>False when an attribute is missing.</returns>
    private bool TryBuildKey(CountDefinition definition, int index, in CountSubject subject, CountGroup group)
    {
        _key.Begin(group.Id, 0);
        _key.Add((byte)index);
        _key.Add((byte)(index >> 8));
        foreach (var attribute in definition.Attributes)
        {
            if (subject.TryFindAny(attribute.Key, out var value))
            {
                _key.AddValue(value);
            }
            else if (attribute.Default is { } fallback)
            {
                _key.AddValue(fallback);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Begins to count what was not counted since the last time.</summary>
    /// <param name="counter">What counted it before; null for nothing.</param>
    /// <param name="index">Of the metric.</param>
    /// <param name="subject">What is counted.</param>
    /// <param name="group">Under which resource.</param>
    /// <param name="received">When it was received.</param>
    private Counter Begin(Counter? counter, int index, in CountSubject subject, CountGroup group, long received)
    {
        if (_writtenBytes >= 2 * _partSize)
        {
            // One entry made more series than a group of the journal can take: what they count is still counted.
            _overflowed++;
            counter = FindBeyond(index);
        }

        counter ??= Create(index, subject, group);
        if (counter.Count == 0)
        {
            counter.FirstUnixNano = received;
            _writtenBytes += counter.Size;
            if (!counter.Group.IsActive)
            {
                counter.Group.IsActive = true;
                _writtenBytes += counter.Group.Resource.Length + _metricBytes;
            }
        }

        return counter;
    }

    private Counter Create(int index, in CountSubject subject, CountGroup group)
    {
        _attributes.Begin();
        foreach (var attribute in _definitions[index].Attributes)
        {
            _attributes.AddValue(attribute.Key, subject.TryFindAny(attribute.Key, out var value) ? value : attribute.Default);
        }

        return Add(group, index);
    }

    /// <summary>Finds or makes what is counted together, under no resource.</summary>
    private Counter FindBeyond(int index)
    {
        var group = GroupOf([]);
        _key.Begin(group.Id, Beyond);
        _key.Add((byte)index);
        _key.Add((byte)(index >> 8));
        if (_counters.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(_key.Key, out var counter))
        {
            return counter;
        }

        _attributes.Begin();
        _attributes.Add("otel.metric.overflow"u8, value: true);
        return Add(group, index);
    }

    /// <summary>Adds a counter with the key and the attributes that were put together.</summary>
    private Counter Add(CountGroup group, int index)
    {
        var counter = new Counter(group, index, _key.Key.ToArray(), _attributes.Written.ToArray());
        _counters.Add(counter.Key, counter);
        group.Counters.Add(counter);
        return counter;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Counted} of what was counted went into series with otel.metric.overflow: attributes or resources made more at once than a group of the journal can take")]
    private partial void LogOverflow(long counted);
}
