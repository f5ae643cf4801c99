using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.Metering;

/// <summary>
/// Gives series out with what says so in the state, saves those that changed, and forgets those for which nothing comes. It disposes the state.
/// </summary>
/// <param name="what">What is counted, for the log.</param>
/// <param name="store">The series.</param>
/// <param name="state">Their state in the table.</param>
/// <param name="writer">Writes them as metrics.</param>
/// <param name="temporality">Since when their values count.</param>
/// <param name="interval">How often they are given out.</param>
/// <param name="logger">The log.</param>
internal sealed partial class SeriesPublisher(
    string what, SeriesStore store, SeriesState state, ISeriesWriter writer, Temporality temporality, TimeSpan interval, ILogger logger) : IDisposable
{
    /// <summary>How many one write may forget, however small its parts are.</summary>
    private const int MinForgotten = 1024;

    /// <summary>Bytes of a part for each of the series that one write may forget: what takes them out of the state takes less.</summary>
    private const int BytesPerForgotten = 64;

    private readonly bool _isDelta = temporality == Temporality.Delta;
    private readonly List<MeteredSeries> _due = [];
    private long _dueBytes;
    private long _requestBytes;
    private int _maxForgotten;
    private long _overflowReported;
    private long _refusedReported;

    /// <summary>Takes up the state that was written last.</summary>
    public void Restore(JournalTable table, int partSize)
    {
        _requestBytes = partSize / 2;
        _maxForgotten = Math.Max(MinForgotten, partSize / BytesPerForgotten);
        if (!state.Restore(table, store))
        {
            LogBeginsAnew(logger);
        }
    }

    /// <summary>Writes what changed of the state, and gives out what is due.</summary>
    /// <returns>Whether resources were forgotten.</returns>
    public bool Write(StatefulOutput output)
    {
        state.Begin(output);
        var isAllGivenOut = false;
        if (output.EmitUnixNano is { } dueUnixNano)
        {
            isAllGivenOut = Emit(dueUnixNano, output);
            ReportOverflow();
        }

        foreach (var series in store.Changed)
        {
            if (series.IsChanged)
            {
                state.Save(series, output);
                output.EndPart();
            }
        }

        store.Changed.Clear();
        return isAllGivenOut && Forget(output.EmitUnixNano!.Value, output);
    }

    public void Dispose() => state.Dispose();

    /// <summary>Gives out what was not given out at this time already.</summary>
    /// <returns>False when some was: what was counted in it since comes the next time.</returns>
    private bool Emit(long unixNano, StatefulOutput output)
    {
        var isAllGivenOut = true;

        // In the order of their numbers, so that one mark says what was given out.
        foreach (var group in store.Groups.OrderBy(group => group.Id))
        {
            foreach (var series in group.Series)
            {
                if (series.Count == 0)
                {
                    continue;
                }

                if (IsGivenOut(series, unixNano))
                {
                    isAllGivenOut = false;
                }
                else
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

        return isAllGivenOut;
    }

    /// <summary>Gives out the series that are due, with what says so: neither is ever there without the other.</summary>
    private void Emit(ResourceGroup group, long unixNano, StatefulOutput output)
    {
        if (_due.Count == 0)
        {
            return;
        }

        writer.Write(group, CollectionsMarshal.AsSpan(_due), unixNano, output);
        foreach (var series in _due)
        {
            series.MarkEmitted(unixNano);
            if (_isDelta)
            {
                series.Restart(unixNano);
            }

            if (_isDelta || series.IsChanged)
            {
                state.Save(series, output);
            }
        }

        state.MarkEmitted(_due[^1], unixNano, output);
        _due.Clear();
        _dueBytes = 0;
        output.EndPart();
    }

    /// <summary>
    /// Forgets what counted nothing for too long: series, then resources. It runs only when all that they counted was given out. It makes room for
    /// others, and records that come again after a crash must not find more room than they had: so all of it is in the last part, with the cursor, and
    /// nothing is forgotten while records come again.
    /// </summary>
    /// <returns>Whether resources were forgotten.</returns>
    private bool Forget(long unixNano, StatefulOutput output)
    {
        if (output.Position < store.CoveredUntil)
        {
            return false;
        }

        var isForgotten = false;
        var room = _maxForgotten;
        foreach (var group in store.Groups.OrderBy(group => group.SeenUnixNano).ToArray())
        {
            var isOver = IsOver(group.SeenUnixNano, store.Limits.MetricsExpiration, unixNano) || (store.Groups.Count > store.Limits.ResourceCacheSize && !_isDelta);
            group.Series.RemoveAll(series =>
            {
                // A delta that was given out just now is kept once more, so that its state says so.
                var isOut = isOver || IsOver(series.SeenUnixNano, store.Limits.SeriesExpiration, unixNano) || (_isDelta && series.Count == 0 && !IsGivenOut(series, unixNano));
                if (!isOut || room == 0)
                {
                    return false;
                }

                room--;
                store.Remove(series);
                SeriesState.Delete(series, output);
                return true;
            });
            if (group.Series.Count == 0)
            {
                store.Remove(group);
                SeriesState.Delete(group, output);
                isForgotten = true;
            }
        }

        return isForgotten;
    }

    /// <summary>
    /// Whether a series was given out at this time already, in a part that was committed before a crash. The next time is never far before the last
    /// one, except where the clock was set back: then what was given out at times that are yet to come says nothing.
    /// </summary>
    private bool IsGivenOut(MeteredSeries series, long unixNano) =>
        series.EmittedUnixNano >= unixNano && !SetBack.Explains(series.EmittedUnixNano, unixNano, interval);

    /// <summary>Whether nothing was seen for too long. What was seen as long after now was not seen since the clock was set back.</summary>
    private static bool IsOver(long seenUnixNano, TimeSpan expiration, long unixNano) =>
        expiration > TimeSpan.Zero && Math.Abs(unixNano - seenUnixNano) >= expiration.Ticks * TimeSpan.NanosecondsPerTick;

    private void ReportOverflow()
    {
        var overflowed = store.Overflowed - _overflowReported;
        if (overflowed > 0)
        {
            _overflowReported = store.Overflowed;
            LogOverflow(logger, overflowed, what, store.SeriesCount);
        }

        var refused = store.RefusedGroups - _refusedReported;
        if (refused > 0)
        {
            _refusedReported = store.RefusedGroups;
            LogRefusedResources(logger, what, refused, interval, store.Limits.ResourceCacheSize);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The options that make series were changed: all series begin anew")]
    private static partial void LogBeginsAnew(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Counted} {What} were counted with otel.metric.overflow: there are {Series} series, and aggregation_cardinality_limit allows no more")]
    private static partial void LogOverflow(ILogger logger, long counted, string what, int series);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {What} of {Resources} resources were counted under no resource: more than ten times resource_metrics_cache_size ({Size}) had some within {Interval}; resource_metrics_key_attributes can name what tells them apart")]
    private static partial void LogRefusedResources(ILogger logger, string what, long resources, TimeSpan interval, int size);
}
