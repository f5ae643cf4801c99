using Sluice.Store.Files;
using Sluice.Store.Reading;

namespace Sluice.Store;

/// <summary>A trace with its spans and the logs that carry its id, in time order. Holds connections to the files it is in; dispose it.</summary>
public sealed class StoredTrace : IDisposable
{
    private readonly FilePool _pool;
    private readonly Dictionary<long, FileReader> _files;

    internal StoredTrace(
        FilePool pool,
        Dictionary<long, FileReader> files,
        TraceSummary? summary,
        List<StoredTraceRow> spans,
        List<StoredTraceRow> logs,
        bool isTruncated,
        IReadOnlyList<string> warnings)
    {
        _pool = pool;
        _files = files;
        Summary = summary;
        Spans = spans;
        Logs = logs;
        IsTruncated = isTruncated;
        Warnings = warnings;
    }

    /// <summary>The spans added up; null when only logs are stored.</summary>
    public TraceSummary? Summary { get; }

    /// <summary>Its spans by start.</summary>
    public IReadOnlyList<StoredTraceRow> Spans { get; }

    /// <summary>Its log records and events by time.</summary>
    public IReadOnlyList<StoredTraceRow> Logs { get; }

    /// <summary>Whether there are more spans or logs than were asked for.</summary>
    public bool IsTruncated { get; }

    /// <summary>Files that could not be read.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The JSON object of one of <see cref="Spans"/>; valid until the next call.</summary>
    public ReadOnlySpan<byte> SpanJson(StoredTraceRow row) => Json(BlockKind.Spans, row);

    /// <summary>The JSON object of one of <see cref="Logs"/>; valid until the next call.</summary>
    public ReadOnlySpan<byte> LogJson(StoredTraceRow row) => Json(BlockKind.Logs, row);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            _pool.Return(file);
        }

        _files.Clear();
    }

    private ReadOnlySpan<byte> Json(BlockKind table, StoredTraceRow row) => _files[row.Position.File].Json(table, row.Position.Row);
}
