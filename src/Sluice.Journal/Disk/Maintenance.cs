namespace Sluice.Journal;

/// <summary>
/// The thread that keeps files ready for the appender: seals segments, writes snapshots, takes away segments that are no longer needed, and
/// prepares spare ones, so that none of it delays an acknowledgement as long as it keeps up.
/// </summary>
internal sealed class Maintenance : IDisposable
{
    /// <summary>Files kept ready; what is freed beyond that is deleted.</summary>
    public const int MaxSpares = 2;

    /// <summary>A snapshot is written again when the log has grown by this many times its size, so that snapshots cost a bounded share.</summary>
    private const int SnapshotRatio = 4;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly object _signal = new();
    private readonly Queue<DiskSegment> _toRetire = new();
    private readonly Queue<JournalFile> _spares = new();
    private readonly List<DiskSegment> _draining = [];
    private readonly DiskJournalContext _context;
    private readonly JournalState _state;
    private readonly DiskLog _log;
    private readonly SnapshotFiles _snapshots;
    private readonly SegmentPreparer _preparer;
    private readonly int _segmentSize;
    private readonly long _maxBytes;
    private readonly Action _onOrphansDue;
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private bool _signalled = true;
    private bool _spareWanted;
    private bool _beyondLimit;
    private bool _isAhead;
    private bool _isDiskFull;
    private JournalFile? _reserve;
    private bool _closing;
    private long _passes;
    private long _bytes;
    private long _writtenAtSnapshot;
    private ulong _snapshotLsn;
    private long _snapshotBytes;
    private string? _problem;
    private string? _noSpace;

    public Maintenance(
        DiskJournalContext context, JournalState state, DiskLog log, Guid journalId, Recovery recovered, int segmentSize, Action onOrphansDue)
    {
        _context = context;
        _state = state;
        _log = log;
        _segmentSize = segmentSize;
        _maxBytes = context.Options.Limits.MaxSize;
        _onOrphansDue = onOrphansDue;
        _snapshots = new SnapshotFiles(context.Files, journalId);
        _snapshotLsn = recovered.SnapshotLsn;
        _snapshotBytes = recovered.SnapshotBytes;
        _preparer = new SegmentPreparer(context.Files, segmentSize, recovered.HighestSlot);
        foreach (var segment in recovered.Segments)
        {
            _bytes += segment.Header.SegmentSize;
            if (!segment.IsResumed)
            {
                _toRetire.Enqueue(segment);
            }
        }

        // What an earlier opening kept in reserve serves first: there may be no space for anything new.
        var blanks = recovered.Blanks.OrderBy(blank => blank.Length != _preparer.FirstSize).ToList();
        foreach (var blank in blanks)
        {
            KeepOrDelete(blank, mayBeShort: true);
        }

        if (Spares == 0)
        {
            Keep(_preparer.Create(_preparer.FirstSize));
        }

        _timer = context.Time.CreateTimer(static maintenance => ((Maintenance)maintenance!).Signal(), this, Period, Period);
        _thread = new Thread(Run) { Name = "journal maintenance", IsBackground = true };
    }

    /// <summary>Why it cannot do what it should, or null.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public int Spares
    {
        get
        {
            lock (_signal)
            {
                return _spares.Count;
            }
        }
    }

    /// <summary>Segments that may be begun before the limit on space is reached, those to be freed not counted.</summary>
    public int Free
    {
        get
        {
            lock (_signal)
            {
                return _spares.Count + (_isDiskFull ? 0 : (int)Math.Min(int.MaxValue / 2, Math.Max(0, _maxBytes - _bytes) / _segmentSize));
            }
        }
    }

    public long SnapshotBytes => Interlocked.Read(ref _snapshotBytes);

    public void Start() => _thread.Start();

    /// <summary>Takes over a segment that gets no more groups.</summary>
    public void Retire(DiskSegment segment)
    {
        lock (_signal)
        {
            _toRetire.Enqueue(segment);
            Wake();
        }
    }

    /// <summary>Says that the newest segment is half full, so that the next file is ready in time.</summary>
    public void PrepareAhead()
    {
        lock (_signal)
        {
            _isAhead = true;
            Wake();
        }
    }

    /// <summary>Takes a file for a new segment. Waits until one was prepared or freed.</summary>
    /// <param name="beyondLimit">Whether it may be the reserve, or one more than the limit allows, so that those who free space never wait for it.</param>
    /// <returns>Null when there is none to be had; <see cref="Problem"/> may say why.</returns>
    public JournalFile? Take(bool beyondLimit)
    {
        lock (_signal)
        {
            // The pass that is under way may have looked already.
            var giveUp = _passes + 2;
            while (_spares.Count == 0 && _passes < giveUp && !_closing)
            {
                _spareWanted = true;
                _beyondLimit |= beyondLimit;
                Wake();
                Monitor.Wait(_signal);
            }

            _spareWanted = false;
            _beyondLimit = false;
            _isAhead = false;
            Wake();
            if (!_spares.TryDequeue(out var file) && beyondLimit)
            {
                (file, _reserve) = (_reserve, null);
            }

            return file;
        }
    }

    /// <summary>Takes back the file of a segment that could not be begun, to be deleted.</summary>
    public void Discard(DiskSegment segment)
    {
        lock (_signal)
        {
            _bytes -= segment.Header.SegmentSize;
        }

        try
        {
            Delete(segment.File);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next opening finds it without groups and uses it.
            _context.Observer.OnNotice(JournalNoticeLevel.Warning, $"{segment.File.Name} could not be deleted: {exception.Message}");
        }
    }

    /// <summary>Whether the file is there that only the journal's own groups may take.</summary>
    public bool HasReserve
    {
        get
        {
            lock (_signal)
            {
                return _reserve is not null;
            }
        }
    }

    /// <summary>Ends the thread after a last snapshot.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_signal)
        {
            _closing = true;
            Wake();
        }

        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        foreach (var spare in _spares)
        {
            spare.Dispose();
        }

        _reserve?.Dispose();
        foreach (var segment in _draining)
        {
            segment.File.Dispose();
        }
    }

    private void Signal()
    {
        lock (_signal)
        {
            Wake();
        }
    }

    private void Wake()
    {
        _signalled = true;
        Monitor.PulseAll(_signal);
    }

    private void Run()
    {
        var closing = false;
        while (!closing)
        {
            bool wanted;
            bool isAhead;
            bool beyondLimit;
            lock (_signal)
            {
                while (!_signalled && !_closing)
                {
                    Monitor.Wait(_signal);
                }

                _signalled = false;
                closing = _closing;
                wanted = _spareWanted;
                isAhead = _isAhead;
                beyondLimit = _beyondLimit;
            }

            try
            {
                _noSpace = null;
                Pass(wanted || isAhead, beyondLimit, closing);
                Volatile.Write(ref _problem, _noSpace);
            }
            catch (Exception exception)
            {
                // Whatever it is, the appender goes on with the files it has, and the next pass tries again.
                Volatile.Write(ref _problem, exception.Message);
                var detail = exception is IOException or UnauthorizedAccessException ? exception.Message : exception.ToString();
                _context.Observer.OnNotice(JournalNoticeLevel.Error, $"The journal cannot keep its files in order: {detail}");
            }

            lock (_signal)
            {
                _passes++;
                Monitor.PulseAll(_signal);
            }
        }
    }

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
            TryPrepare(_segmentSize);
        }

        KeepReserve();
    }

    /// <summary>Keeps a file aside that only the journal's own groups may take, so that what frees space never lacks it. It is a small one.</summary>
    private void KeepReserve()
    {
        if (!HasReserve && TryCreate(_preparer.FirstSize) is { } file)
        {
            lock (_signal)
            {
                _bytes += file.Length;
                _reserve = file;
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

            try
            {
                if (!segment.IsSealed)
                {
                    segment.Seal();
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The next opening looks through its groups instead.
                _context.Observer.OnNotice(JournalNoticeLevel.Warning, $"{segment.File.Name} could not be sealed: {exception.Message}");
            }

            lock (_context.Gate)
            {
                segment.IsRetired = true;
            }
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
            return _log.FindFree(_context.ApplyingLsn, long.MaxValue) is not null;
        }
    }

    private void WriteSnapshot()
    {
        StateSnapshot snapshot;
        ulong lsn;
        RecordId end;
        DiskSegment? last;
        var required = new List<ulong>();
        var written = _context.Counts.WrittenBytes;
        lock (_context.Gate)
        {
            lsn = _context.ApplyingLsn;
            if (lsn == _snapshotLsn)
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
        _writtenAtSnapshot = written;
    }

    /// <summary>Takes the oldest segment away that may go and whose newest group was received before a time, in nanoseconds since 1970.</summary>
    private bool FreeOldest(long receivedBefore)
    {
        DiskSegment? segment;
        lock (_context.Gate)
        {
            segment = _log.FindFree(_snapshotLsn, receivedBefore);
            if (segment is null)
            {
                return false;
            }

            _log.Remove(segment);
            segment.UnloadIndex();
        }

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
                _draining.RemoveAt(i);
                lock (_signal)
                {
                    _bytes -= segment.Header.SegmentSize;
                }

                // A short one that was recycled would be a short one again and again.
                KeepOrDelete(segment.File, mayBeShort: false);
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

    private void KeepOrDelete(JournalFile file, bool mayBeShort)
    {
        var isKept = false;
        try
        {
            var length = file.Length;
            if ((length == _segmentSize || (mayBeShort && length == _preparer.FirstSize)) && Spares < MaxSpares && !IsBeyondLimit(length))
            {
                _preparer.Blank(file);
                isKept = true;
            }
        }
        finally
        {
            if (!isKept)
            {
                file.Dispose();
            }
        }

        if (isKept)
        {
            Keep(file);
        }
        else
        {
            _context.Files.Delete(file.Name);
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
        file.Dispose();
        _context.Files.Delete(file.Name);
    }
}
