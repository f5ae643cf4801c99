using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Sluice.Components.Connectors.SpanMetricsConnector.Series;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.SpanMetricsConnector;

/// <summary>Counts spans and measures their durations by what they have in common, and gives that out as metrics.</summary>
internal sealed partial class SpanMetricsConnector : IStatefulConnector, IDisposable
{
    private readonly SpanMetricsConnectorOptions _options;
    private readonly ILogger _logger;
    private readonly bool _isDelta;
    private readonly SeriesStore _store;
    private readonly SpanMeter _meter;
    private readonly SeriesState _state;
    private readonly SpanMetricsWriter _writer;
    private readonly List<SpanSeries> _due = [];
    private long _dueBytes;
    private long _requestBytes;
    private long _overflowReported;
    private long _refusedReported;

    public SpanMetricsConnector(ComponentContext context, SpanMetricsConnectorOptions options)
    {
        _options = options;
        _logger = context.Logger;
        _isDelta = options.AggregationTemporality == Temporality.Delta;
        _store = new SeriesStore(options);
        _meter = new SpanMeter(options, context.InstanceId, _store, context.Pool.Buffers);
        _state = new SeriesState(options, context.Pool.Buffers);
        _writer = new SpanMetricsWriter(options);
    }

    public TimeSpan Interval => _options.MetricsFlushInterval;

    public void Restore(JournalTable state, int partSize)
    {
        _requestBytes = partSize / 2;
        if (!_state.Restore(state, _store))
        {
            LogBeginsAnew();
        }

        foreach (var group in _store.Groups)
        {
            foreach (var series in group.Series)
            {
                _meter.CoveredUntil = series.Covers > _meter.CoveredUntil ? series.Covers : _meter.CoveredUntil;
            }
        }
    }

    public void Add(in DeliverySegment records) => _meter.Add(records);

    public void Write(StatefulOutput output)
    {
        _state.Begin(output);
        if (output.EmitUnixNano is { } unixNano)
        {
            Emit(unixNano, output);
            ReportOverflow();
        }

        foreach (var series in _meter.Changed)
        {
            if (series.IsChanged)
            {
                _state.Save(series, output);
                output.EndPart();
            }
        }

        _meter.Changed.Clear();
    }

    public void Dispose()
    {
        _meter.Dispose();
        _state.Dispose();
    }

    private void Emit(long unixNano, StatefulOutput output)
    {
        // In the order of their numbers, so that one mark says what was given out.
        foreach (var group in _store.Groups.OrderBy(group => group.Id))
        {
            foreach (var series in group.Series)
            {
                if (series.Count > 0 && !IsGivenOut(series, unixNano))
                {
                    // Where the clock was set back, series began later than now: they cannot, as data points say it.
                    series.StartUnixNano = Math.Min(series.StartUnixNano, unixNano);
                    _due.Add(series);
                    _dueBytes += series.Size;
                }

                if (_dueBytes >= _requestBytes)
                {
                    Emit(group, unixNano, output);
                }
            }

            Emit(group, unixNano, output);
        }

        Forget(unixNano, output);
    }

    /// <summary>Gives out the series that are due, with what says so: neither is ever there without the other.</summary>
    private void Emit(ResourceGroup group, long unixNano, StatefulOutput output)
    {
        if (_due.Count == 0)
        {
            return;
        }

        _writer.Write(group, CollectionsMarshal.AsSpan(_due), unixNano, output);
        foreach (var series in _due)
        {
            series.EmittedUnixNano = unixNano;
            series.ForgetExamples();
            if (_isDelta)
            {
                series.Restart(unixNano);
            }

            if (_isDelta || series.IsChanged)
            {
                _state.Save(series, output);
            }
        }

        _state.MarkEmitted(_due[^1], unixNano, output);
        _due.Clear();
        _dueBytes = 0;
        output.EndPart();
    }

    /// <summary>Forgets what had no spans for too long: series, then resources. What is forgotten was given out before.</summary>
    private void Forget(long unixNano, StatefulOutput output)
    {
        var isForgotten = false;
        foreach (var group in _store.Groups.OrderBy(group => group.SeenUnixNano).ToArray())
        {
            var isOver = IsOver(group.SeenUnixNano, _options.MetricsExpiration, unixNano) || (_store.Groups.Count > _options.ResourceMetricsCacheSize && !_isDelta);
            group.Series.RemoveAll(series =>
            {
                // A delta that was given out just now is kept once more, so that its state says so; and what covers records that come again, until they came.
                var isOut = isOver || IsOver(series.SeenUnixNano, _options.SeriesExpiration, unixNano) || (_isDelta && series.Count == 0 && !IsGivenOut(series, unixNano));
                if (!isOut || series.Covers > output.Position)
                {
                    return false;
                }

                _store.Remove(series);
                series.IsChanged = false;
                SeriesState.Delete(series, output);
                return true;
            });
            if (group.Series.Count == 0)
            {
                _store.Remove(group);
                SeriesState.Delete(group, output);
                isForgotten = true;
            }
        }

        if (isForgotten)
        {
            _meter.ForgetResources();
        }
    }

    /// <summary>
    /// Whether a series was given out at this time already, in a part that was committed before a crash. The next time is never far before the last
    /// one, except where the clock was set back: then what was given out at times that are yet to come says nothing.
    /// </summary>
    private bool IsGivenOut(SpanSeries series, long unixNano) =>
        series.EmittedUnixNano >= unixNano && !SetBack.Explains(series.EmittedUnixNano, unixNano, Interval);

    /// <summary>Whether nothing was seen for too long. What was seen as long after now was not seen since the clock was set back.</summary>
    private static bool IsOver(long seenUnixNano, TimeSpan expiration, long unixNano) =>
        expiration > TimeSpan.Zero && Math.Abs(unixNano - seenUnixNano) >= expiration.Ticks * TimeSpan.NanosecondsPerTick;

    private void ReportOverflow()
    {
        var overflowed = _meter.Overflowed - _overflowReported;
        if (overflowed > 0)
        {
            _overflowReported = _meter.Overflowed;
            LogOverflow(overflowed, _store.SeriesCount);
        }

        var refused = _store.RefusedGroups - _refusedReported;
        if (refused > 0)
        {
            _refusedReported = _store.RefusedGroups;
            LogRefusedResources(refused, _options.MetricsFlushInterval, _options.ResourceMetricsCacheSize);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The options that make series were changed: all series begin anew")]
    private partial void LogBeginsAnew();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Spans} spans were counted with otel.metric.overflow: there are {Series} series, and aggregation_cardinality_limit allows no more")]
    private partial void LogOverflow(long spans, int series);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The spans of {Resources} resources were counted under no resource: more than ten times resource_metrics_cache_size ({Size}) had spans within {Interval}; resource_metrics_key_attributes can name what tells them apart")]
    private partial void LogRefusedResources(long resources, TimeSpan interval, int size);
}
