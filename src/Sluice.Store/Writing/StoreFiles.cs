using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;

namespace Sluice.Store.Writing;

/// <summary>
/// The files of a store as the writer sees them: which one is written, when the next is begun, which are dropped, and how far each topic is
/// applied over all of them. Used by the writer's thread alone.
/// </summary>
internal sealed class StoreFiles : IDisposable
{
    private const string LockName = "store.lock";

    private readonly StoreOptions _options;
    private readonly Guid _journal;
    private readonly BufferPool _pool;
    private readonly Action<StoreNotice> _notify;
    private readonly FileStream _lock;
    private readonly Retention _retention;

    /// <summary>How far each topic is applied.</summary>
    private readonly Dictionary<string, RecordId> _positions;

    /// <summary>How far the caller knows of it: less than <see cref="_positions"/> after a call that stored a part and then failed.</summary>
    private readonly Dictionary<string, RecordId> _reported;

    /// <summary>How far the transaction at hand takes it.</summary>
    private readonly Dictionary<string, RecordId> _reached = new(StringComparer.Ordinal);

    private FileWriter? _current;

    private StoreFiles(StoreOptions options, Guid journal, BufferPool pool, TimeProvider time, Action<StoreNotice> notify, FileStream directoryLock)
    {
        _options = options;
        _journal = journal;
        _pool = pool;
        _notify = notify;
        _lock = directoryLock;
        _retention = new Retention(options, time, notify);
        _positions = ReadPositions();
        _reported = new Dictionary<string, RecordId>(_positions, _positions.Comparer);
    }

    /// <summary>Takes the directory and reads how far each topic is applied.</summary>
    public static StoreFiles Open(StoreOptions options, Guid journal, BufferPool pool, TimeProvider time, Action<StoreNotice> notify)
    {
        var directoryLock = Lock(options.Directory);
        try
        {
            return new StoreFiles(options, journal, pool, time, notify, directoryLock);
        }
        catch (Exception error)
        {
            directoryLock.Dispose();
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new StoreException(StoreFailure.Io, $"The store in {options.Directory} cannot be read: {error.Message}", error);
            }

            throw;
        }
    }

    /// <summary>Stores what is not stored yet: one transaction for each file concerned, which is one except when a period ends.</summary>
    public ApplyResult Apply(IReadOnlyList<StoreSegment> segments, CancellationToken cancellationToken)
    {
        var total = default(ApplyResult);
        var next = 0;
        while (next < segments.Count)
        {
            var first = next++;
            var file = FileFor(segments[first].AppendedUnixNano);
            while (next < segments.Count && IsInPeriod(file, segments[next].AppendedUnixNano))
            {
                next++;
            }

            var part = Write(file, segments, first, next, cancellationToken);
            total = new ApplyResult(total.Stored + part.Stored, total.Duplicates + part.Duplicates);
        }

        Copy(_positions, _reported);
        return total;
    }

    /// <summary>Drops what is too old or too much.</summary>
    public void Maintain()
    {
        try
        {
            _retention.Apply(_current?.Name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _notify(new StoreNotice(StoreNoticeKind.DropFailed, _options.Directory, $"The store's files could not be listed to drop old ones: {error.Message}"));
        }
    }

    public void Dispose()
    {
        CloseCurrent();
        _lock.Dispose();
    }

    private ApplyResult Write(StoreFileName file, IReadOnlyList<StoreSegment> segments, int first, int end, CancellationToken cancellationToken)
    {
        try
        {
            return WriteOnce(file, segments, first, end, cancellationToken);
        }
        catch (StoreException error) when (error.Failure == StoreFailure.Corrupt)
        {
            // The records of this transaction are not lost: they go into a new file. What the damaged file held is.
            Quarantine(file, error.Message);
            return WriteOnce(NewFile(segments[first].AppendedUnixNano), segments, first, end, cancellationToken);
        }
    }

    private ApplyResult WriteOnce(StoreFileName file, IReadOnlyList<StoreSegment> segments, int first, int end, CancellationToken cancellationToken)
    {
        try
        {
            var writer = Switch(file);
            writer.Begin();
            var result = Append(writer, segments, first, end, cancellationToken);
            writer.Commit(_reached);
            Copy(_reached, _positions);
            return result;
        }
        catch
        {
            // Closing rolls back. The next attempt opens the file as it is on the disk.
            _current?.Dispose();
            _current = null;
            throw;
        }
    }

    private ApplyResult Append(FileWriter writer, IReadOnlyList<StoreSegment> segments, int first, int end, CancellationToken cancellationToken)
    {
        var stored = 0;
        var duplicates = 0;

        // A file carries the positions of all topics, also of those it has no records of: the newest file alone says how far they are.
        _reached.Clear();
        Copy(_positions, _reached);
        for (var i = first; i < end; i++)
        {
            var segment = segments[i];
            var skip = RecordsBefore(_reached, segment);
            if (skip < segment.Count)
            {
                writer.Append(segment, skip, cancellationToken);
                _reached[segment.Topic] = segment.Position.Plus(segment.Count);
            }

            // What an earlier attempt stored before it failed was counted by nobody yet.
            var known = RecordsBefore(_reported, segment);
            duplicates += known;
            stored += segment.Count - known;
        }

        return new ApplyResult(stored, duplicates);
    }

    /// <summary>How many records at the beginning of a run are before its topic's position.</summary>
    private static int RecordsBefore(Dictionary<string, RecordId> positions, StoreSegment segment)
    {
        if (!positions.TryGetValue(segment.Topic, out var applied) || applied <= segment.Position)
        {
            return 0;
        }

        return applied.Epoch > segment.Position.Epoch
            ? segment.Count
            : (int)Math.Min((ulong)segment.Count, applied.Sequence - segment.Position.Sequence);
    }

    /// <summary>The file that records received at a time go into: the current one until its period ends or it is full.</summary>
    private StoreFileName FileFor(long receivedUnixNano)
    {
        if (_current is null && StoreFileName.List(_options.Directory) is [.., var newest])
        {
            // After a start or a failure: go on with the newest file.
            return IsOpenFor(newest, receivedUnixNano) ? newest : NewFile(receivedUnixNano);
        }

        return _current is not null && IsOpenFor(_current.Name, receivedUnixNano) ? _current.Name : NewFile(receivedUnixNano);
    }

    private bool IsOpenFor(StoreFileName file, long receivedUnixNano) =>
        IsInPeriod(file, receivedUnixNano) && StoreFile.Size(file.In(_options.Directory)) < _options.MaxFileSize;

    /// <summary>Asked for every segment: no look at the disk, and nothing allocated.</summary>
    private static bool IsInPeriod(StoreFileName file, long receivedUnixNano)
    {
        // A clock that was set back by more than a period begins a new file too, lest everything went into one that never ends.
        var received = StoreTime.ToDateTime(receivedUnixNano);
        return received < file.PeriodEnd && received >= file.PeriodStart - file.Period;
    }

    private StoreFileName NewFile(long receivedUnixNano)
    {
        var seconds = Math.Max(1, (long)_options.Period.TotalSeconds);
        var start = StoreTime.ToDateTime(receivedUnixNano).ToUnixTimeSeconds() / seconds * seconds;
        return new StoreFileName(
            DateTimeOffset.FromUnixTimeSeconds(start), TimeSpan.FromSeconds(seconds), StoreFileName.HighestNumber(_options.Directory) + 1);
    }

    private FileWriter Switch(StoreFileName file)
    {
        if (_current is not null && _current.Name != file)
        {
            CloseCurrent();
            Maintain();
        }

        return _current ??= FileWriter.Open(_options, file, _journal, _pool);
    }

    private void CloseCurrent()
    {
        if (_current is null)
        {
            return;
        }

        try
        {
            _current.Seal();
        }
        catch (StoreException error)
        {
            // Everything in it is committed; the next to open it finishes the checkpoint.
            _notify(new StoreNotice(StoreNoticeKind.SealFailed, _current.Name.In(_options.Directory), error.Message));
        }

        _current.Dispose();
        _current = null;
    }

    private void Quarantine(StoreFileName file, string reason)
    {
        _current?.Dispose();
        _current = null;
        var path = file.In(_options.Directory);
        var target = StoreFile.Quarantine(path);
        _notify(new StoreNotice(StoreNoticeKind.Quarantined, target, $"A store file is damaged and was put aside as {target}: {reason}"));
    }

    private static void Copy(Dictionary<string, RecordId> from, Dictionary<string, RecordId> to)
    {
        foreach (var (topic, position) in from)
        {
            to[topic] = position;
        }
    }

    private Dictionary<string, RecordId> ReadPositions()
    {
        var positions = new Dictionary<string, RecordId>(StringComparer.Ordinal);
        foreach (var file in StoreFileName.List(_options.Directory))
        {
            try
            {
                using var connection = SqliteConnection.OpenForWriting(file.In(_options.Directory));
                StoreFile.CheckVersion(connection);
                StoreFile.ReadPositions(connection, _journal, positions);
            }
            catch (StoreException error) when (error.Failure == StoreFailure.Corrupt)
            {
                Quarantine(file, error.Message);
            }
        }

        return positions;
    }

    private static FileStream Lock(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreFailure.Denied,
                $"The store cannot use the directory {directory}: {error.Message} Give it a directory of its own that this user may write to, and one writer only.",
                error);
        }
    }
}
