using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Series;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.SpanMetricsConnector;

/// <summary>Counts spans and measures their durations by what they have in common, and gives that out as metrics.</summary>
internal sealed class SpanMetricsConnector : IStatefulConnector, IDisposable
{
    private readonly SpanMeter _meter;
    private readonly SeriesPublisher _publisher;

    public SpanMetricsConnector(ComponentContext context, SpanMetricsConnectorOptions options)
    {
        Interval = options.MetricsFlushInterval;
        var store = new SeriesStore(options.Limits, new SpanSeriesFactory(options));
        _meter = new SpanMeter(options, context.InstanceId, store, context.Pool.Buffers);
        var state = new SeriesState(SpanMetricsFingerprint.Of(options), context.Pool.Buffers);
        _publisher = new SeriesPublisher("spans", store, state, new SpanMetricsWriter(options), options.AggregationTemporality, Interval, context.Logger);
    }

    public TimeSpan Interval { get; }

    public void Restore(JournalTable state, int partSize) => _publisher.Restore(state, partSize);

    public void Add(in DeliverySegment records) => _meter.Add(records);

    public void Write(StatefulOutput output)
    {
        if (_publisher.Write(output))
        {
            _meter.ForgetResources();
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _publisher.Dispose();
    }
}
