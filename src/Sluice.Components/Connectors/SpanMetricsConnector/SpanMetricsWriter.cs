using System.Text;
using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Series;
using Sluice.Runtime.Stateful;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector;

/// <summary>Writes series as metrics: <c>calls</c>, <c>duration</c>, <c>events</c>.</summary>
internal sealed class SpanMetricsWriter : ISeriesWriter
{
    /// <summary>What the Collector calls it, so that nothing changes behind it.</summary>
    private static readonly byte[] Scope = "spanmetricsconnector"u8.ToArray();

    private readonly bool _isDelta;
    private readonly bool _isExponential;
    private readonly byte[] _calls;
    private readonly byte[] _duration;
    private readonly byte[] _events;
    private readonly byte[] _unit;

    public SpanMetricsWriter(SpanMetricsConnectorOptions options)
    {
        _isDelta = options.AggregationTemporality == Temporality.Delta;
        _isExponential = options.Histogram.Exponential is not null;
        _unit = Encoding.UTF8.GetBytes(options.Histogram.Unit == DurationUnit.Seconds ? "s" : "ms");
        (_calls, _duration, _events) = (NameOf("calls"), NameOf("duration"), NameOf("events"));

        byte[] NameOf(string name) => Encoding.UTF8.GetBytes(options.Namespace.Length == 0 ? name : $"{options.Namespace}.{name}");
    }

    /// <inheritdoc/>
    public void Write(ResourceGroup group, ReadOnlySpan<MeteredSeries> series, long unixNano, StatefulOutput output)
    {
        var builder = new MetricsRequestBuilder(output.BeginRequest(Signal.Metrics));
        builder.BeginResource(group.Resource);
        builder.BeginScope(Scope);
        WriteCalls(builder, series, unixNano);
        WriteDurations(builder, series, unixNano);
        WriteEvents(builder, series, unixNano);
        builder.Finish();
        output.EndRequest();
    }

    private void WriteCalls(MetricsRequestBuilder builder, ReadOnlySpan<MeteredSeries> all, long unixNano)
    {
        var isBegun = false;
        foreach (SpanSeries series in all)
        {
            if (series.CountsCalls)
            {
                if (!isBegun)
                {
                    builder.BeginSum(_calls, default, default, _isDelta, isMonotonic: true);
                    isBegun = true;
                }

                WriteCount(builder, series, unixNano);
            }
        }
    }

    private void WriteEvents(MetricsRequestBuilder builder, ReadOnlySpan<MeteredSeries> all, long unixNano)
    {
        var isBegun = false;
        foreach (SpanSeries series in all)
        {
            if (series.Kind == SeriesKind.Events)
            {
                if (!isBegun)
                {
                    builder.BeginSum(_events, default, default, _isDelta, isMonotonic: true);
                    isBegun = true;
                }

                WriteCount(builder, series, unixNano);
            }
        }
    }

    private void WriteDurations(MetricsRequestBuilder builder, ReadOnlySpan<MeteredSeries> all, long unixNano)
    {
        var isBegun = false;
        foreach (SpanSeries series in all)
        {
            if (series.Durations is not { } durations)
            {
                continue;
            }

            if (!isBegun && _isExponential)
            {
                builder.BeginExponentialHistogram(_duration, default, _unit, _isDelta);
            }
            else if (!isBegun)
            {
                builder.BeginHistogram(_duration, default, _unit, _isDelta);
            }

            isBegun = true;
            builder.BeginPoint(series.StartUnixNano, unixNano);
            builder.Attributes(series.Attributes);
            durations.WritePoint(builder);
            WriteExamples(builder, series);
        }
    }

    private static void WriteCount(MetricsRequestBuilder builder, SpanSeries series, long unixNano)
    {
        builder.BeginPoint(series.StartUnixNano, unixNano);
        builder.Attributes(series.Attributes);
        builder.Value((long)series.Count);
        WriteExamples(builder, series);
    }

    private static void WriteExamples(MetricsRequestBuilder builder, SpanSeries series)
    {
        foreach (ref readonly var example in series.Examples)
        {
            builder.Exemplar(example.UnixNano, example.Duration, example.Trace, example.Span);
        }
    }
}
