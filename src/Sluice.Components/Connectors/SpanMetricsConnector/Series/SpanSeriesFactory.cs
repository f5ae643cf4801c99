using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Durations;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>Makes series with the durations and examples that the options ask for.</summary>
internal sealed class SpanSeriesFactory : ISeriesFactory
{
    private readonly SpanMetricsConnectorOptions _options;
    private readonly double[] _bounds;

    public SpanSeriesFactory(SpanMetricsConnectorOptions options)
    {
        _options = options;
        var unit = options.Histogram.Unit == DurationUnit.Seconds ? 1e9 : 1e6;
        _bounds = [.. (options.Histogram.Explicit ?? new ExplicitOptions()).Buckets.Select(bound => bound.Ticks * TimeSpan.NanosecondsPerTick / unit)];
    }

    /// <inheritdoc/>
    public int Kinds => (int)SeriesKind.Events + 1;

    /// <inheritdoc/>
    public MeteredSeries Create(uint id, ResourceGroup group, int kind, byte[] key, byte[] attributes) =>
        new SpanSeries(id, group, (SeriesKind)kind, key, attributes, CreateDurations((SeriesKind)kind), CreateExamples());

    private DurationHistogram? CreateDurations(SeriesKind kind)
    {
        if (_options.Histogram.Disable || kind is SeriesKind.Calls or SeriesKind.Events)
        {
            return null;
        }

        return _options.Histogram.Exponential is { } exponential ? new ExponentialHistogram(exponential.MaxSize) : new ExplicitHistogram(_bounds);
    }

    private SpanExample[] CreateExamples() => _options.Exemplars.Enabled ? new SpanExample[_options.Exemplars.MaxPerDataPoint] : [];
}
