using Sluice.Store.Files;
using Sluice.Store.Sqlite;
using Sluice.Telemetry;

namespace Sluice.Store.Reading;

/// <summary>Gathers one trace over all files.</summary>
internal static class TraceReader
{
    private const int ErrorStatus = 2;

    /// <summary>Adds up the spans of a trace; null when none is stored.</summary>
    public static TraceSummary? Summarize(FilePool pool, TraceId trace, List<string> warnings, CancellationToken cancellationToken)
    {
        var summary = new Summary(trace);
        using var files = new FileCursor(pool, SearchOrder.OldestFirst, warnings, cancellationToken);
        while (files.MoveNext())
        {
            try
            {
                summary.Add(files.Current!);
            }
            catch (StoreException error)
            {
                files.GiveUpOrThrow(error);
            }
        }

        return summary.Result();
    }

    /// <summary>Finds the rows of a trace in one table of one file.</summary>
    public static void FindRows(FileReader file, BlockKind table, TraceId trace, List<StoredTraceRow> rows, int limit)
    {
        var name = FileReader.TableName(table);
        var find = file.Connection.Prepare(
            $"SELECT id, time FROM {name} INDEXED BY {name}_trace WHERE trace_low=?1 AND trace_high=?2 ORDER BY id");
        Bind(find, trace);
        while (rows.Count < limit && find.Step())
        {
            rows.Add(new StoredTraceRow(find.Int64(1), new StorePosition(file.Name.Number, find.Int64(0))));
        }

        file.Connection.Release(find);
    }

    private static void Bind(SqliteStatement statement, TraceId trace)
    {
        statement.Bind(1, (long)trace.Low);
        statement.Bind(2, (long)trace.High);
    }

    private sealed class Summary(TraceId trace)
    {
        private readonly SortedSet<string> _services = new(StringComparer.Ordinal);
        private long _start = long.MaxValue;
        private long _end = long.MinValue;
        private (bool IsRoot, long Time, string Name, string Service)? _first;
        private int _spans;
        private int _errors;

        public void Add(FileReader file)
        {
            var find = file.Connection.Prepare(
                """
                SELECT s.time, s.duration, s.status, s.parent IS NULL, n.name, v.name
                FROM spans AS s INDEXED BY spans_trace JOIN names AS n ON n.id=s.name JOIN names AS v ON v.id=s.service
                WHERE s.trace_low=?1 AND s.trace_high=?2
                """);
            Bind(find, trace);
            while (find.Step())
            {
                var time = find.Int64(0);
                var isRoot = find.Int64(3) != 0;
                _start = Math.Min(_start, time);
                _end = Math.Max(_end, time > long.MaxValue - find.Int64(1) ? long.MaxValue : time + find.Int64(1));
                _errors += find.Int64(2) == ErrorStatus ? 1 : 0;
                _spans++;
                var service = find.Text(5);
                _services.Add(service);
                if (_first is not { } first || (isRoot, -time).CompareTo((first.IsRoot, -first.Time)) > 0)
                {
                    _first = (isRoot, time, find.Text(4), service);
                }
            }

            file.Connection.Release(find);
        }

        public TraceSummary? Result() => _first is not { } first
            ? null
            : new TraceSummary
            {
                TraceId = trace,
                Start = _start,
                Duration = _end - _start,
                Name = first.Name,
                Service = first.Service,
                HasRoot = first.IsRoot,
                SpanCount = _spans,
                ErrorCount = _errors,
                Services = [.. _services],
            };
    }
}
