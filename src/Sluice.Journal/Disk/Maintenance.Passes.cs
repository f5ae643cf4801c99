namespace Sluice.Journal;

/// <content>What its thread does each time it is woken.</content>
internal sealed partial class Maintenance
{
    /// <summary>Whether the files would take more space than there may be: openings and the reserve are not refused for it.</summary>
    private bool IsBeyondLimit(long more)
    {
        lock (_signal)
        {
            return _bytes + more > _maxBytes;
        }
    }

    private void Pass(bool wanted, bool beyondLimit, bool closing)
    {
        RetireAll();
        if (closing)
        {
            WriteSnapshot();
            return;
        }

        if (IsSnapshotDue())
        {
            WriteSnapshot();
        }

        _onOrphansDue();
        var keptFrom = (_context.Time.GetUtcNow() - _context.Options.Retention - DateTimeOffset.UnixEpoch).Ticks * 100;
        Drain();
        while (FreeOldest(IsBeyondLimit(0) ? long.MaxValue : keptFrom))
        {
        }

        if (!wanted)
        {
            KeepReserve();
            return;
        }

        if (!HasSpare() && CanFreeAfterSnapshot())
        {
            WriteSnapshot();
            HasSpare();
        }

        if (Spares == 0 && beyondLimit && !HasReserve)
        {
            TryPrepare(_preparer.FirstSize);
        }

        KeepReserve();
    }

    /// <summary>Keeps a file aside that only the journal's own groups may take, so that what frees space never lacks it. It is a small one.</summary>
    private void KeepReserve()
    {
        // Each opening gets one, whatever the limit says; another only when there is room.
        if (!HasReserve && (!_hadReserve || !IsBeyondLimit(_preparer.FirstSize)) && TryCreate(_preparer.FirstSize) is { } file)
        {
            lock (_signal)
            {
                _bytes += file.Length;
                _reserve = file;
                _hadReserve = true;
            }
        }
    }

    /// <summary>Sees to it that there is a spare, by making one or else by taking segments away, as far as there are any.</summary>
    private bool HasSpare()
    {
        while (Spares == 0)
        {
            if (HasRoom() && TryPrepare(_segmentSize))
            {
                return true;
            }

            // One that is shorter than others is no spare, and makes room.
            if (!FreeOldest(long.MaxValue))
            {
                return false;
            }
        }

        return true;
    }

    private void RetireAll()
    {
        _unsealed.RemoveAll(static segment => TrySeal(segment) is null);
        while (true)
        {
            DiskSegment? segment;
            lock (_signal)
            {
                if (!_toRetire.TryDequeue(out segment))
                {
                    return;
                }
            }

            if (!segment.IsSealed && TrySeal(segment) is { } reason)
            {
                _unsealed.Add(segment);
                _context.Observer.OnNotice(JournalNoticeLevel.Warning, $"{segment.File.Name} could not be sealed, which is tried again: {reason}");
            }

            lock (_context.Gate)
            {
                segment.IsRetired = true;
            }
        }
    }

    /// <summary>Seals a segment; until then, the one behind it stays, and the next opening looks through its groups.</summary>
    /// <returns>Why it could not, or null.</returns>
    private static string? TrySeal(DiskSegment segment)
    {
        try
        {
            segment.Seal();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private bool IsSnapshotDue()
    {
        var grown = _context.Counts.WrittenBytes - _writtenAtSnapshot;
        return grown >= Math.Max(_segmentSize, _snapshotBytes * SnapshotRatio);
    }

    private bool CanFreeAfterSnapshot()
    {
        lock (_context.Gate)
        {
            return _log.FindFree(_context.ApplyingLsn, _state.Version, long.MaxValue) is not null;
        }
    }

    private void WriteSnapshot()
    {
        StateSnapshot snapshot;
        ulong lsn;
        ulong version;
        RecordId end;
        DiskSegment? last;
        var required = new List<ulong>();
        var written = _context.Counts.WrittenBytes;
        lock (_context.Gate)
        {
            lsn = _context.ApplyingLsn;
            version = _state.Version;
            if (lsn == _snapshotLsn && version == _snapshotVersion)
            {
                return;
            }

            end = _state.End;
            last = _log.Last is { IsRetired: false } open ? open : null;
            snapshot = StateSnapshot.Capture(_state);
            for (var segment = _log.Head; segment is not null; segment = DiskLog.NextOf(segment))
            {
                if (segment.IsNeeded)
                {
                    required.Add(segment.Header.Incarnation);
                }
            }
        }

        // Else a power cut could take the entries of groups whose other changes the snapshot holds.
        if (_context.Options.Sync != SyncMode.Always)
        {
            last?.FlushForSnapshot();
        }

        Interlocked.Exchange(ref _snapshotBytes, _snapshots.Write(lsn, end, snapshot, required));
        _snapshotLsn = lsn;
        _snapshotVersion = version;
        _writtenAtSnapshot = written;
    }

    /// <summary>Takes the oldest segment away that may go and whose newest group was received before a time, in nanoseconds since 1970.</summary>
    private bool FreeOldest(long receivedBefore)
    {
        // Back after a power cut, one that is not sealed would end nowhere without the one behind it.
        if (_draining.Exists(static draining => !draining.IsSealed))
        {
            return false;
        }

        if (_mustFlushDirectory)
        {
            _context.Files.FlushDirectory();
            _mustFlushDirectory = false;
        }

        DiskSegment? segment;
        lock (_context.Gate)
        {
            segment = _log.FindFree(_snapshotLsn, _snapshotVersion, receivedBefore);
            if (segment is null)
            {
                return false;
            }

            _log.Remove(segment);
            segment.UnloadIndex();
        }

        _unsealed.Remove(segment);
        _draining.Add(segment);
        Drain();
        return true;
    }

    /// <summary>Makes files ready whose last reader has gone.</summary>
    private void Drain()
    {
        for (var i = _draining.Count - 1; i >= 0; i--)
        {
            var segment = _draining[i];
            if (!segment.IsPinned)
            {
                // A short one that was recycled would be a short one again and again.
                KeepOrDelete(segment.File, segment.Header.SegmentSize, mayBeShort: false);
                _draining.RemoveAt(i);
                _mustFlushDirectory |= !segment.IsSealed;
            }
        }
    }

    /// <summary>Whether the limit leaves room for another segment. A disk that was full is asked again.</summary>
    private bool HasRoom()
    {
        lock (_signal)
        {
            return _bytes + _segmentSize <= _maxBytes;
        }
    }

    private bool TryPrepare(int size)
    {
        if (TryCreate(size) is not { } file)
        {
            return false;
        }

        Keep(file);
        return true;
    }

    private JournalFile? TryCreate(int size)
    {
        JournalFile? file = null;
        try
        {
            file = _preparer.Create(size);
        }
        catch (IOException exception)
        {
            _noSpace = exception.Message;
        }

        var wasFull = _isDiskFull;
        lock (_signal)
        {
            _isDiskFull = file is null;
        }

        if (file is null && !wasFull)
        {
            _context.Observer.OnNotice(JournalNoticeLevel.Error, $"The journal cannot have another segment: {_noSpace}");
        }

        return file;
    }

    /// <summary>Makes a file ready to be used again, or deletes it if there are enough of them.</summary>
    /// <param name="file">The file.</param>
    /// <param name="counted">The bytes with which it was counted so far.</param>
    /// <param name="mayBeShort">Whether one of the size of an opening's first segment is of use.</param>
    private void KeepOrDelete(JournalFile file, long counted, bool mayBeShort)
    {
        var length = file.Length;
        var isKept = (length == _segmentSize || (mayBeShort && length == _preparer.FirstSize))
            && Spares < MaxSpares && !IsBeyondLimit(length - counted) && TryBlank(file);
        if (!isKept)
        {
            Delete(file);
        }

        lock (_signal)
        {
            _bytes -= counted;
        }

        if (isKept)
        {
            Keep(file);
        }
    }

    private bool TryBlank(JournalFile file)
    {
        try
        {
            SegmentPreparer.Blank(file);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _context.Observer.OnNotice(JournalNoticeLevel.Warning, $"{file.Name} cannot be used again, and is deleted: {exception.Message}");
            return false;
        }
    }

    private void Keep(JournalFile file)
    {
        lock (_signal)
        {
            _bytes += file.Length;
            _spares.Enqueue(file);
            Monitor.PulseAll(_signal);
        }
    }

    private void Delete(JournalFile file)
    {
        _context.Files.Delete(file.Name);
        file.Dispose();
    }
}
