namespace Sluice.Journal;

/// <summary>
/// The thread that keeps files ready for the appender: seals segments, writes snapshots, takes away segments that are no longer needed, and
/// prepares spare ones, so that none of it delays an acknowledgement as long as it keeps up.
/// </summary>
internal sealed class Maintenance : IDisposable
{
    /// <summary>Files kept ready; what is freed beyond that is deleted.</summary>
    private const int MaxSpares = 2;

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
    private readonly int _maxFiles;
    private readonly Action _onOrphansDue;
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private bool _signalled = true;
    private bool _spareWanted;
    private bool _beyondLimit;
    private bool _closing;
    private long _passes;
    private int _files;
    private long _writtenAtSnapshot;
    private ulong _snapshotLsn;
    private long _snapshotBytes;
    private string? _problem;
    private string? _noSpace;

    public Maintenance(
        DiskJournalContext context, JournalState state, DiskLog log, Guid journalId, Recovery recovered, int segmentSize, int maxFiles, Action onOrphansDue)
    {
        _context = context;
        _state = state;
        _log = log;
        _segmentSize = segmentSize;
        _maxFiles = maxFiles;
        _onOrphansDue = onOrphansDue;
        _snapshots = new SnapshotFiles(context.Files, journalId);
        _snapshotLsn = recovered.SnapshotLsn;
        _snapshotBytes = recovered.SnapshotBytes;
        _preparer = new SegmentPreparer(context.Files, segmentSize, recovered.HighestSlot);
        _files = log.Count;
        foreach (var blank in recovered.Blanks)
        {
            KeepOrDelete(blank, isBlank: false);
        }

        foreach (var segment in recovered.Segments)
        {
            _toRetire.Enqueue(segment);
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

    /// <summary>Files that may be used before the limit on space is reached, those to be freed not counted.</summary>
    public int Free
    {
        get
        {
            lock (_signal)
            {
                return _spares.Count + Math.Max(0, _maxFiles - _files);
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

    /// <summary>Takes a file for a new segment. Waits until one was prepared or freed.</summary>
    /// <param name="beyondLimit">Whether it may be one more than the limit allows, so that those who free space never wait for it.</param>
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
            Wake();
            return _spares.TryDequeue(out var file) ? file : null;
        }
    }

    /// <summary>A segment's file was deleted by another.</summary>
    public void Discard(JournalFile file)
    {
        lock (_signal)
        {
            _files--;
        }

        Delete(file);
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
                beyondLimit = _beyondLimit;
            }

            try
            {
                _noSpace = null;
                Pass(wanted, beyondLimit, closing);
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
        FreeUntil(int.MaxValue, keptFrom);
        if (Spares > 0)
        {
            return;
        }

        if (Free > 0 && TryPrepare())
        {
            return;
        }

        FreeUntil(1, long.MaxValue);
        if (Spares == 0 && CanFreeAfterSnapshot())
        {
            WriteSnapshot();
            FreeUntil(1, long.MaxValue);
        }

        if (Spares == 0 && wanted && beyondLimit)
        {
            Prepare();
        }
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

    /// <summary>Takes unneeded segments away, oldest first, until there are so many spares.</summary>
    private void FreeUntil(int spares, long receivedBefore)
    {
        Drain();
        while (Spares < spares)
        {
            DiskSegment? segment;
            lock (_context.Gate)
            {
                segment = _log.FindFree(_snapshotLsn, receivedBefore);
                if (segment is null)
                {
                    return;
                }

                _log.Remove(segment);
            }

            _draining.Add(segment);
            Drain();
        }
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
                    _files--;
                }

                KeepOrDelete(segment.File, isBlank: false);
            }
        }
    }

    private bool TryPrepare()
    {
        try
        {
            Prepare();
            return true;
        }
        catch (IOException exception)
        {
            _noSpace = exception.Message;
            if (Problem != _noSpace)
            {
                _context.Observer.OnNotice(JournalNoticeLevel.Warning, $"The journal cannot have another segment: {_noSpace}");
            }

            return false;
        }
    }

    private void Prepare() => Keep(_preparer.Create());

    private void KeepOrDelete(JournalFile file, bool isBlank)
    {
        if (file.Length != _segmentSize || Spares >= MaxSpares)
        {
            Delete(file);
            return;
        }

        if (!isBlank)
        {
            _preparer.Blank(file);
        }

        Keep(file);
    }

    private void Keep(JournalFile file)
    {
        lock (_signal)
        {
            _files++;
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
