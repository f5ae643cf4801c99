using Sluice.Store.Files;
using Sluice.Telemetry;

namespace Sluice.Store.Reading;

/// <summary>
/// Finds traces by their spans. A trace stands where its first matching span stands in the order asked for; a page leaves out traces that
/// an earlier page had, which it sees from their spans in the part of the order that the earlier pages covered.
/// </summary>
internal sealed class TraceSearch(FilePool pool, TraceQuery query, List<string> warnings, CancellationToken cancellationToken)
{
    /// <summary>Finds one page.</summary>
    public TracePage Run()
    {
        var traces = new List<TraceSummary>();
        var seen = new HashSet<TraceId>();
        var top = query.After?.Top;
        TraceCursor? next = null;
        using var spans = new RecordSearch(
            pool, new SpanPlan(query), query.Order, int.MaxValue, query.After?.Last, cancellationToken, withJson: false);
        while (spans.MoveNext())
        {
            top ??= spans.Position;
            var trace = new TraceId((ulong)spans.TraceHigh, (ulong)spans.TraceLow);
            if (!seen.Add(trace) || WasOnEarlierPage(trace))
            {
                continue;
            }

            traces.Add(TraceReader.Summarize(pool, trace, warnings, cancellationToken)!);
            if (traces.Count == query.Limit)
            {
                next = new TraceCursor(top.Value, spans.Position);
                break;
            }
        }

        warnings.AddRange(spans.Warnings);
        return new TracePage(traces, next, [.. warnings.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Whether a span of the trace between the first page's beginning and this page's matches too.</summary>
    private bool WasOnEarlierPage(TraceId trace)
    {
        if (query.After is not { } after)
        {
            return false;
        }

        var (first, last) = query.Order == SearchOrder.NewestFirst ? (after.Last, after.Top) : (after.Top, after.Last);
        using var files = new FileCursor(pool, query.Order, warnings, cancellationToken);
        while (files.MoveNext(file => file.Number >= first.File && file.Number <= last.File))
        {
            try
            {
                if (HasMatch(files.Current!, trace, first, last))
                {
                    return true;
                }
            }
            catch (StoreException error)
            {
                files.GiveUpOrThrow(error);
            }
        }

        return false;
    }

    private bool HasMatch(FileReader file, TraceId trace, StorePosition first, StorePosition last)
    {
        if (SpanConditions.For(query, file) is not { } conditions)
        {
            return false;
        }

        conditions.Add("s.trace_low={0}", (long)trace.Low);
        conditions.Add("s.trace_high={0}", (long)trace.High);
        var find = file.Connection.Prepare($"SELECT 1 FROM spans AS s INDEXED BY spans_trace WHERE s.id BETWEEN ?1 AND ?2{conditions} LIMIT 1");
        conditions.Bind(find);
        find.Bind(1, file.Name.Number == first.File ? first.Row : 1);
        find.Bind(2, file.Name.Number == last.File ? last.Row : long.MaxValue);
        var found = find.Step();
        file.Connection.Release(find);
        return found;
    }
}
