using System.Globalization;

namespace Sluice.Journal;

/// <content>Writing and flushing what has its place, and what happens when the disk fails.</content>
internal sealed partial class Appender
{
    /// <summary>Writes what was composed, makes it visible and answers.</summary>
    private void WriteBatch()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var started = _context.Time.GetTimestamp();
        var flush = _context.Options.Sync == SyncMode.Always;
        int bytes;
        try
        {
            _writer!.Segment.ThrowIfFlushFailed();
            if (_context.Defects.HasFlag(JournalDefects.AcknowledgeBeforeFlush))
            {
                flush = false;
            }

            bytes = _writer.Write(flush);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(exception);
            return;
        }

        OnWritten(bytes, _context.Time.GetElapsedTime(started), flush);
        foreach (var request in _batch)
        {
            Apply(request);
        }

        lock (_context.Gate)
        {
            _state.DropBeyondLimits();
        }

        foreach (var request in _batch)
        {
            _state.Groups.Return(request.Group);
            _answers.Add(request, new CommitResult(CommitStatus.Committed, request.First, TimeSpan.Zero, null));
        }

        _answers.Send();

        _batch.Clear();
        WriteReleases();
    }

    private void OnWritten(int bytes, TimeSpan duration, bool flushed)
    {
        _context.Counts.OnFlush(bytes);
        _context.Observer.OnFlush(_batch.Count, bytes, duration);
        Volatile.Write(ref _failure, null);
        if (!_isNextAsked && _writer!.IsHalfFull)
        {
            _isNextAsked = true;
            _maintenance.PrepareAhead();
        }

        if (flushed)
        {
            _durableLsn = _nextLsn - 1;
            OnFlushed(duration);
        }
        else if (!_isDirty)
        {
            _isDirty = true;
            _lastFlush = _context.Time.GetTimestamp();
        }
    }

    private void OnFlushed(TimeSpan duration)
    {
        if (duration >= _context.Options.SlowFlush)
        {
            _context.SlowFlushes.Report(string.Create(CultureInfo.InvariantCulture, $"a flush to disk took {duration.TotalSeconds:0.0} s"));
        }
    }

    private void Apply(AppendRequest request)
    {
        lock (_context.Gate)
        {
            _context.ApplyingLsn = request.Lsn;
            var position = _writer!.Index(request);
            _state.Unadmit(request.Group);
            _state.Apply(request.Group, request.First, request.Group.RecordCount, request.IsKept ? _writer.Segment : null, position, request.NowTicks);
        }

        Interlocked.Add(ref _records, request.Group.RecordCount);
    }

    /// <summary>
    /// Gives the segment up: nothing is known of what was composed, and a second flush would say that all is well. The next segment begins
    /// with the same numbers, which says that these groups never were.
    /// </summary>
    private void Fail(Exception exception)
    {
        _context.Counts.OnFailedFlush();
        Volatile.Write(ref _failure, exception.Message);
        _context.Observer.OnNotice(
            JournalNoticeLevel.Error, $"The journal could not write {_batch.Count} groups, which were refused; it goes on in a new segment. {exception.Message}");
        _nextLsn = _batch[0].Lsn;
        _nextSequence = _batch[0].First.Sequence;

        var failed = _batch.Where(request => !request.IsOwn).ToArray();

        // The journal's own group goes again with the first of the next segment, so it is given back before that is begun.
        RefuseFailed(_batch.Where(request => request.IsOwn), exception);
        _batch.Clear();
        _isDirty = false;
        GiveUpWriter();

        try
        {
            Replace();
        }
        finally
        {
            RefuseFailed(failed, exception);
        }

        Volatile.Write(ref _failure, exception.Message);
    }

    /// <summary>
    /// Begins the next segment in place of one that failed: groups are refused only when it says durably that they never were. If it cannot,
    /// a power cut may bring them back.
    /// </summary>
    private void Replace()
    {
        if (_isReplacing)
        {
            return;
        }

        _isReplacing = true;
        try
        {
            if (Roll(CommitKind.Internal, isSmall: true))
            {
                WriteBatch();
            }
        }
        finally
        {
            _isReplacing = false;
        }
    }

    private void RefuseFailed(IEnumerable<AppendRequest> requests, Exception exception)
    {
        foreach (var request in requests)
        {
            lock (_context.Gate)
            {
                _state.Unadmit(request.Group);
            }

            Refuse(request, CommitStatus.Failed, MinRetryAfter, $"the journal cannot be written: {exception.Message}");
        }
    }

    private void GiveUpWriter()
    {
        var writer = _writer!;
        _writer = null;
        if (writer.HasGroups || !_maintenance.TryDiscard(writer.Segment))
        {
            _maintenance.Retire(writer.Segment);
            return;
        }

        lock (_context.Gate)
        {
            _log.Remove(writer.Segment);
        }
    }

    private void RetireWriter()
    {
        // The next segment says that everything in this one was flushed.
        if (_isDirty)
        {
            Flush();
        }

        if (_writer is not null)
        {
            _maintenance.Retire(_writer.Segment);
            _writer = null;
        }
    }

    private void FlushIfDue()
    {
        if (!_isDirty || _context.Options.Sync != SyncMode.Interval || _writer is null)
        {
            return;
        }

        var left = _context.Options.SyncInterval - _context.Time.GetElapsedTime(_lastFlush);
        if (left <= TimeSpan.Zero)
        {
            Flush();
        }
        else
        {
            _flushTimer.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Flushes what was acknowledged without a flush.</summary>
    private void Flush()
    {
        _isDirty = false;
        var started = _context.Time.GetTimestamp();
        try
        {
            _writer!.Segment.ThrowIfFlushFailed();
            _writer.Segment.File.Flush();
            _durableLsn = _nextLsn - 1;
            OnFlushed(_context.Time.GetElapsedTime(started));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _context.Counts.OnFailedFlush();
            Volatile.Write(ref _failure, exception.Message);
            _context.Observer.OnNotice(
                JournalNoticeLevel.Error,
                $"The journal could not flush what it had acknowledged since the last flush; a power cut may take it. It goes on in a new segment. {exception.Message}");
            GiveUpWriter();
        }
    }
}
