using Sluice.Store.Files;
using Sluice.Store.Reading;
using Sluice.Store.Sqlite;

namespace Sluice.Store;

/// <summary>
/// Records as they are found, one at a time and each as the JSON text that was stored, so that an answer of any size needs little memory.
/// Used by one thread at a time; dispose it, since it holds a connection.
/// </summary>
public sealed class RecordSearch : IDisposable
{
    private readonly IRecordPlan _plan;
    private readonly SearchOrder _order;
    private readonly StorePosition? _after;
    private readonly List<string> _warnings = [];
    private readonly FileCursor _files;
    private readonly CancellationToken _cancellationToken;
    private readonly bool _withJson;
    private int _left;
    private FilePlan? _filePlan;
    private SqliteStatement? _statement;
    private int _nextRange;
    private long _row;

    internal RecordSearch(
        FilePool pool,
        IRecordPlan plan,
        SearchOrder order,
        int limit,
        StorePosition? after,
        CancellationToken cancellationToken,
        bool withJson = true)
    {
        _withJson = withJson;
        _plan = plan;
        _order = order;
        _after = after;
        _left = limit;
        _cancellationToken = cancellationToken;
        _files = new FileCursor(pool, order, _warnings, cancellationToken);
    }

    /// <summary>The JSON object of the record at hand, without a line break; valid until the next move.</summary>
    public ReadOnlySpan<byte> Json => _files.Current!.Json(_plan.Table, _row);

    /// <summary>Where the record at hand is.</summary>
    public StorePosition Position => new(_files.Current!.Name.Number, _row);

    /// <summary>Where to continue when the limit ended the search; null when all was found.</summary>
    public StorePosition? Next { get; private set; }

    /// <summary>Files that could not be read.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The time that the record at hand is found by, in nanoseconds since 1970.</summary>
    internal long Time => _statement!.Int64(2);

    /// <summary>Severity number or type of metric of the record at hand.</summary>
    internal int Code => (int)_statement!.Int64(3);

    /// <summary>The low half of the trace id, of a <see cref="SpanPlan"/>.</summary>
    internal long TraceLow => _statement!.Int64(1);

    /// <summary>The high half.</summary>
    internal long TraceHigh => _statement!.Int64(3);

    /// <summary>Moves to the next record.</summary>
    /// <returns>False at the end, or at the limit.</returns>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        while (true)
        {
            try
            {
                if (TryFind())
                {
                    if (--_left == 0)
                    {
                        Next = Position;
                    }

                    return true;
                }

                if (!_files.MoveNext(MayHold))
                {
                    return false;
                }

                Begin(_files.Current!);
            }
            catch (StoreException error)
            {
                _files.GiveUpOrThrow(error);
                _statement = null;
                _filePlan = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndFile();
        _files.Dispose();
    }

    private bool MayHold(StoreFileName file)
    {
        EndFile();
        return _after is not { } after || (_order == SearchOrder.NewestFirst ? file.Number <= after.File : file.Number >= after.File);
    }

    private void Begin(FileReader file)
    {
        _filePlan = _plan.For(file);
        if (_filePlan is null)
        {
            return;
        }

        Clip(_filePlan.Ranges, file.Name.Number);
        if (_order == SearchOrder.NewestFirst)
        {
            _filePlan.Ranges.Reverse();
        }

        var direction = _order == SearchOrder.NewestFirst ? "DESC" : "ASC";
        _statement = file.Connection.Prepare($"{_filePlan.Sql} ORDER BY {_filePlan.OrderColumn} {direction}");
        _filePlan.Conditions.Bind(_statement);
        _nextRange = 0;
        NextRange();
    }

    /// <summary>Cuts off what earlier pages have covered.</summary>
    private void Clip(List<RowRange> ranges, long file)
    {
        if (_after is not { } after || after.File != file)
        {
            return;
        }

        for (var i = ranges.Count - 1; i >= 0; i--)
        {
            var range = ranges[i];
            range = _order == SearchOrder.NewestFirst
                ? range with { Last = Math.Min(range.Last, after.Row - 1) }
                : range with { First = Math.Max(range.First, after.Row + 1) };
            if (range.First > range.Last)
            {
                ranges.RemoveAt(i);
            }
            else
            {
                ranges[i] = range;
            }
        }
    }

    private bool NextRange()
    {
        if (_filePlan is null || _nextRange == _filePlan.Ranges.Count)
        {
            return false;
        }

        var range = _filePlan.Ranges[_nextRange++];
        _statement!.Reset();
        _statement.Bind(1, range.First);
        _statement.Bind(2, range.Last);
        return true;
    }

    /// <summary>Looks for the next row in the file at hand.</summary>
    private bool TryFind()
    {
        if (_statement is null || _nextRange == 0)
        {
            return false;
        }

        do
        {
            while (_statement.Step())
            {
                _cancellationToken.ThrowIfCancellationRequested();
                _row = _statement.Int64(0);
                if (IsVerified(_statement.Int64(1)))
                {
                    // Read now, so that damage is found here, where the file can be given up, and not by the caller.
                    _ = _withJson ? Json : default;
                    return true;
                }
            }
        }
        while (NextRange());

        EndFile();
        return false;
    }

    private bool IsVerified(long resource)
    {
        foreach (var attribute in _filePlan!.Verify)
        {
            if (!attribute.Resources.Contains(resource) && !AttributeText.Matches(Json, attribute.Filter.Key, attribute.Filter.Value))
            {
                return false;
            }
        }

        return true;
    }

    private void EndFile()
    {
        if (_statement is not null)
        {
            _files.Current?.Connection.Release(_statement);
            _statement = null;
        }

        _filePlan = null;
    }
}
