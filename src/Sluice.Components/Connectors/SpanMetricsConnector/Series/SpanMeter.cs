using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>Finds the series of each span and counts it there. Nothing is allocated for a span whose series is known.</summary>
internal sealed class SpanMeter : IDisposable
{
    private readonly SeriesStore _store;
    private readonly Dimension[] _dimensions;
    private readonly SeriesShape[] _shapes;
    private readonly SeriesShape? _events;
    private readonly bool _hasExamples;
    private readonly double _unit;
    private readonly SpanWeights _weights = new();
    private readonly SeriesIdentity _identity;
    private readonly ResourceResolver _resources;
    private readonly FoundValue[] _found;
    private readonly FoundValue[] _foundInEvent;
    private readonly PerResource<ResourceSource> _batchSources = new();

    public SpanMeter(SpanMetricsConnectorOptions options, Guid instance, SeriesStore store, BufferPool pool)
    {
        _store = store;
        var dimensions = new List<DimensionOptions>();
        _shapes = options switch
        {
            { Histogram.Disable: true } => [new SeriesShape(SeriesKind.Calls, Use([.. options.Dimensions, .. options.CallsDimensions]))],
            { CallsDimensions.Count: 0, Histogram.Dimensions.Count: 0 } => [new SeriesShape(SeriesKind.CallsAndDurations, Use(options.Dimensions))],
            _ =>
            [
                new SeriesShape(SeriesKind.Calls, Use([.. options.Dimensions, .. options.CallsDimensions])),
                new SeriesShape(SeriesKind.Durations, Use([.. options.Dimensions, .. options.Histogram.Dimensions])),
            ],
        };
        _events = options.Events.Enabled ? new SeriesShape(SeriesKind.Events, Use([.. options.Dimensions, .. options.Events.Dimensions])) : null;
        _dimensions = [.. dimensions.Select(dimension => new Dimension(dimension, pool))];
        _found = new FoundValue[_dimensions.Length];
        _foundInEvent = new FoundValue[_dimensions.Length];
        _hasExamples = options.Exemplars.Enabled;
        _unit = options.Histogram.Unit == DurationUnit.Seconds ? 1e9 : 1e6;
        var key = new KeyBuilder(pool);
        _identity = new SeriesIdentity(options, instance, _dimensions, _found, _foundInEvent, key, new PointAttributes(pool));
        _resources = new ResourceResolver(options, _dimensions, store, key);

        int[] Use(IReadOnlyList<DimensionOptions> used)
        {
            dimensions.AddRange(used.Except(dimensions).ToArray());
            return [.. used.Select(dimension => dimensions.IndexOf(dimension))];
        }
    }

    /// <summary>Counts spans.</summary>
    public void Add(in DeliverySegment records)
    {
        _batchSources.Begin(records.Batch);
        var received = records.ReceivedUnixNano;
        var mayBeCovered = records.FirstRecord < _store.CoveredUntil;
        for (var i = 0; i < records.Count; i++)
        {
            Add(records.Batch, records.Start + i, received, mayBeCovered ? records.FirstRecord.Plus(i) : null);
        }
    }

    /// <summary>Forgets what was remembered of resources: groups were removed.</summary>
    public void ForgetResources() => _resources.Forget();

    public void Dispose() => _identity.Dispose();

    private void Add(EnvelopeBatch batch, int index, long received, RecordId? position)
    {
        ref readonly var envelope = ref batch.Envelopes[index];
        var source = _batchSources[envelope.Resource] ??= Resolve(batch, index, received);
        var message = batch.Payload.Slice(envelope.Offset, envelope.Length);
        var fields = new SpanFields(message, _dimensions, _found);
        var start = envelope.TimeUnixNano;
        var span = new CountedSpan(batch, index)
        {
            Message = message,
            Source = source,
            Name = fields.Name,
            EndUnixNano = (long)fields.EndUnixNano,
            Duration = start > 0 && fields.EndUnixNano > start ? (fields.EndUnixNano - start) / _unit : 0,
            Weight = _weights.Of(fields.TraceState, envelope.SpanId),
            ReceivedUnixNano = received,
            Position = position,
        };
        foreach (var shape in _shapes)
        {
            Count(shape, span, default);
        }

        if (_events is not null && fields.HasEvents)
        {
            CountEvents(_events, span);
        }
    }

    private ResourceSource Resolve(EnvelopeBatch batch, int index, long received)
    {
        var source = _resources.Resolve(batch.GetRecord(index).Resource);
        source.Group.SeenUnixNano = received;
        return source;
    }

    private void CountEvents(SeriesShape shape, in CountedSpan span)
    {
        foreach (var message in new RepeatedField(span.Message, OtlpFields.Span.Events))
        {
            FindInEvent(message, shape);
            Count(shape, span, message);
        }
    }

    private void FindInEvent(ReadOnlySpan<byte> message, SeriesShape shape)
    {
        _foundInEvent.AsSpan().Clear();
        foreach (var i in shape.Dimensions)
        {
            if (AttributeEnumerator.TryFindEncoded(message, OtlpFields.SpanEvent.Attributes, _dimensions[i].Key, out var value))
            {
                message.Overlaps(value, out var offset);
                _foundInEvent[i] = value.IsEmpty ? new FoundValue(message.Length, 0) : new FoundValue(offset + value.Length, value.Length);
            }
        }
    }

    private void Count(SeriesShape shape, in CountedSpan span, ReadOnlySpan<byte> spanEvent)
    {
        _identity.BuildKey(shape, span, spanEvent);
        var series = span.Source.Group.Table.Find(_identity.Key) as SpanSeries ?? Create(shape, span, spanEvent);
        if (span.Position is { } position && position < series.Covers)
        {
            return;
        }

        series.Add(span.Duration, span.Weight.Count, span.ReceivedUnixNano);
        if (_hasExamples && !span.Envelope.TraceId.IsEmpty)
        {
            series.AddExample(new SpanExample(span.EndUnixNano, span.Duration, span.Envelope.TraceId, span.Envelope.SpanId));
        }

        _store.MarkChanged(series);
    }

    private SpanSeries Create(SeriesShape shape, in CountedSpan span, ReadOnlySpan<byte> spanEvent)
    {
        var group = span.Source.Group;
        if (_store.HasRoom(group, (int)shape.Kind))
        {
            return Begin(_store.Add(group, (int)shape.Kind, _identity.Key, _identity.BuildAttributes(shape, span, spanEvent)), span);
        }

        _store.Overflowed++;
        _identity.BuildOverflowKey(shape, group);
        return group.Table.Find(_identity.Key) as SpanSeries ?? Begin(_store.Add(group, (int)shape.Kind, _identity.Key, _identity.BuildOverflowAttributes()), span);
    }

    private static SpanSeries Begin(MeteredSeries series, in CountedSpan span)
    {
        series.StartUnixNano = span.ReceivedUnixNano;
        return (SpanSeries)series;
    }
}
