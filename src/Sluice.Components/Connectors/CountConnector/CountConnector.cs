using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>Counts records and what is in them, and gives that out as metrics.</summary>
internal sealed class CountConnector : IStatefulConnector, IDisposable
{
    private readonly CountDefinition[] _definitions;
    private readonly bool _countsSpanEvents;
    private readonly bool _countsDataPoints;
    private readonly Dictionary<JournalTopic, bool> _areEvents = [];
    private readonly ICounts _counts;

    /// <summary>Counts by definitions.</summary>
    /// <param name="interval">How often counts are given out.</param>
    /// <param name="definitions">What is counted.</param>
    /// <param name="counts">Where; disposed here.</param>
    public CountConnector(TimeSpan interval, CountDefinition[] definitions, ICounts counts)
    {
        Interval = interval;
        _definitions = definitions;
        _countsSpanEvents = definitions.Any(definition => definition.Kind == CountKind.SpanEvents);
        _countsDataPoints = definitions.Any(definition => definition.Kind == CountKind.DataPoints);
        _counts = counts;
    }

    public TimeSpan Interval { get; }

    public bool IsFull => _counts.IsFull;

    public void Restore(JournalTable state, int partSize) => _counts.Restore(state, partSize);

    public void Add(in DeliverySegment records)
    {
        _counts.Begin(records);
        var kind = records.Batch.Signal switch
        {
            Signal.Traces => CountKind.Spans,
            Signal.Metrics => CountKind.Metrics,
            _ => AreEvents(records.Pipeline) ? CountKind.Events : CountKind.Logs,
        };
        for (var i = 0; i < records.Count; i++)
        {
            var record = records.Batch.GetRecord(records.Start + i);
            Count(kind, new CountSubject(record), i);
            if (kind == CountKind.Spans && _countsSpanEvents)
            {
                CountChildren(CountKind.SpanEvents, record, record.Message, OtlpFields.Span.Events, OtlpFields.SpanEvent.Attributes, i);
            }
            else if (kind == CountKind.Metrics && _countsDataPoints)
            {
                CountDataPoints(record, i);
            }
        }
    }

    public void Write(StatefulOutput output) => _counts.Write(output);

    public void Dispose() => _counts.Dispose();

    private bool AreEvents(JournalTopic pipeline)
    {
        if (!_areEvents.TryGetValue(pipeline, out var areEvents))
        {
            areEvents = ComponentId.TryParse(pipeline.Name, out var id) && id.Type == PipelineSignal.Events.ToConfigName();
            _areEvents.Add(pipeline, areEvents);
        }

        return areEvents;
    }

    private void CountDataPoints(in RecordView metric, int index)
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
                CountChildren(CountKind.DataPoints, metric, data, OtlpFields.MetricData.DataPoints, attributes, index);
            }
        }
    }

    private void CountChildren(CountKind kind, in RecordView record, ReadOnlySpan<byte> message, int field, int attributes, int index)
    {
        foreach (var child in new RepeatedField(message, field))
        {
            Count(kind, new CountSubject(record, child, attributes), index);
        }
    }

    private void Count(CountKind kind, in CountSubject subject, int index)
    {
        for (var i = 0; i < _definitions.Length; i++)
        {
            var definition = _definitions[i];
            if (definition.Kind == kind && definition.Counts(subject))
            {
                _counts.Count(i, subject, index);
            }
        }
    }
}
