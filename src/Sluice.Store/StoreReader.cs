using Sluice.Store.Files;
using Sluice.Store.Reading;
using Sluice.Telemetry;

namespace Sluice.Store;

/// <summary>
/// Searches a store, in the process of its writer or in another one. Every search sees what was committed when it opened each file, and
/// never holds the writer back. Thread-safe; each search uses connections of its own and runs on the caller's thread.
/// </summary>
public sealed class StoreReader : IDisposable
{
    private readonly FilePool _pool;

    /// <summary>Searches the store in a directory, which need not exist yet.</summary>
    public StoreReader(string directory) => _pool = new FilePool(directory);

    /// <summary>Finds log records and events.</summary>
    public RecordSearch SearchLogs(LogQuery query, CancellationToken cancellationToken) =>
        new(_pool, new LogPlan(query), query.Order, query.Limit, query.After, cancellationToken);

    /// <summary>Finds metric records.</summary>
    public RecordSearch SearchMetrics(MetricQuery query, CancellationToken cancellationToken) =>
        new(_pool, new MetricPlan(query), query.Order, query.Limit, query.After, cancellationToken);

    /// <summary>Finds traces.</summary>
    public TracePage SearchTraces(TraceQuery query, CancellationToken cancellationToken) =>
        new TraceSearch(_pool, query, [], cancellationToken).Run();

    /// <summary>Reads a trace.</summary>
    /// <param name="traceId">Which one.</param>
    /// <param name="limit">At most so many spans, and so many logs; those that arrived first.</param>
    /// <param name="cancellationToken">Cuts the search off.</param>
    /// <returns>The trace, or null when nothing of it is stored.</returns>
    public StoredTrace? ReadTrace(TraceId traceId, int limit, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var spans = new List<StoredTraceRow>();
        var logs = new List<StoredTraceRow>();
        var held = new Dictionary<long, FileReader>();
        try
        {
            var summary = TraceReader.Summarize(_pool, traceId, warnings, cancellationToken);
            using var files = new FileCursor(_pool, SearchOrder.OldestFirst, warnings, cancellationToken);
            while (files.MoveNext())
            {
                var (spansBefore, logsBefore) = (spans.Count, logs.Count);
                try
                {
                    // One more than asked for, to know whether there is more.
                    TraceReader.FindRows(files.Current!, BlockKind.Spans, traceId, spans, limit + 1);
                    TraceReader.FindRows(files.Current!, BlockKind.Logs, traceId, logs, limit + 1);
                }
                catch (StoreException error)
                {
                    files.GiveUpOrThrow(error);
                    spans.RemoveRange(spansBefore, spans.Count - spansBefore);
                    logs.RemoveRange(logsBefore, logs.Count - logsBefore);
                    continue;
                }

                if (spans.Count > spansBefore || logs.Count > logsBefore)
                {
                    held.Add(files.Current!.Name.Number, files.Detach());
                }
            }

            if (spans.Count + logs.Count == 0)
            {
                return null;
            }

            var isTruncated = Cut(spans, limit) | Cut(logs, limit);
            return new StoredTrace(_pool, held, summary, spans, logs, isTruncated, [.. warnings.Distinct(StringComparer.Ordinal)]);
        }
        catch
        {
            foreach (var file in held.Values)
            {
                file.Dispose();
            }

            throw;
        }
    }

    /// <summary>Counts what is stored of each service.</summary>
    /// <param name="warnings">Receives the files that could not be read.</param>
    /// <param name="cancellationToken">Cuts the search off.</param>
    public IReadOnlyList<ServiceSummary> Services(ICollection<string> warnings, CancellationToken cancellationToken) =>
        new Overview(_pool, cancellationToken).Services(warnings);

    /// <summary>Counts what is stored under each metric name.</summary>
    public IReadOnlyList<MetricSummary> MetricNames(string? service, ICollection<string> warnings, CancellationToken cancellationToken) =>
        new Overview(_pool, cancellationToken).MetricNames(service, warnings);

    /// <summary>Counts records over time, from counts per minute that are kept when they are stored.</summary>
    public IReadOnlyList<HistogramBucket> Histogram(HistogramQuery query, ICollection<string> warnings, CancellationToken cancellationToken) =>
        new Overview(_pool, cancellationToken).Histogram(query, warnings);

    /// <summary>Counts the records over time that a search finds, by looking at each of them. Order, limit and position of the query do not matter.</summary>
    /// <param name="query">The search.</param>
    /// <param name="step">Length of a step.</param>
    /// <param name="warnings">Receives the files that could not be read.</param>
    /// <param name="cancellationToken">Cuts the search off.</param>
    public IReadOnlyList<HistogramBucket> Histogram(
        LogQuery query, TimeSpan step, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        var buckets = new HistogramBuilder(step);
        using var search = new RecordSearch(
            _pool, new LogPlan(query), SearchOrder.OldestFirst, int.MaxValue, after: null, cancellationToken, withJson: false);
        while (search.MoveNext())
        {
            buckets.Add(search.Time, search.Code, 1);
        }

        foreach (var warning in search.Warnings)
        {
            warnings.Add(warning);
        }

        return buckets.Result();
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    private static bool Cut(List<StoredTraceRow> rows, int limit)
    {
        var isTooLong = rows.Count > limit;
        if (isTooLong)
        {
            rows.RemoveRange(limit, rows.Count - limit);
        }

        rows.Sort(static (left, right) => (left.Time, left.Position).CompareTo((right.Time, right.Position)));
        return isTooLong;
    }
}
