namespace Sluice.Journal;

/// <summary>
/// The thread that keeps files ready for the appender: seals segments, writes snapshots, takes away segments that are no longer needed, and
/// prepares spare ones, so that none of it delays an acknowledgement as long as it keeps up.
/// </summary>
internal sealed partial class Maintenance : IDisposable
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
    private readonly List<DiskSegment> _unsealed = [];
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
    private bool _mustFlushDirectory;
    private JournalFile? _reserve;
    private bool _hadReserve;
    private bool _closing;
    private long _passes;
    private long _bytes;
    private long _writtenAtSnapshot;
    private ulong _snapshotLsn;
    private ulong _snapshotVersion;
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
            KeepOrDelete(blank, counted: 0, mayBeShort: true);
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

    /// <summary>Bytes of segments that have to go before another may be begun; 0 when one may be.</summary>
    public long MissingBytes
    {
        get
        {
            lock (_signal)
            {
                var missing = _spares.Count > 0 ? 0 : Math.Max(0, _bytes + _segmentSize - _maxBytes);
                return missing == 0 && _spares.Count == 0 && _isDiskFull ? _segmentSize : missing;
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
    /// <param name="mayUseReserve">Whether it may be the reserve.</param>
    /// <param name="beyondLimit">Whether it may be a short one more than the limit allows, so that those who free space never wait for it.</param>
    /// <returns>Null when there is none to be had; <see cref="Problem"/> may say why.</returns>
    public JournalFile? Take(bool mayUseReserve, bool beyondLimit)
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

            // Without a spare each pass goes on asking for one: as long as a disk is full, nobody else may ask.
            _isAhead = !_spares.TryDequeue(out var file);
            Wake();
            if (file is null && mayUseReserve)
            {
                (file, _reserve) = (_reserve, null);
            }

            return file;
        }
    }

    /// <summary>Deletes the file of a segment that could not be begun.</summary>
    /// <returns>False when it is still there, and the segment has to be retired as an empty one.</returns>
    public bool TryDiscard(DiskSegment segment)
    {
        try
        {
            Delete(segment.File);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _context.Observer.OnNotice(JournalNoticeLevel.Warning, $"{segment.File.Name} could not be deleted, and stays as an empty segment: {exception.Message}");
            return false;
        }

        lock (_signal)
        {
            _bytes -= segment.Header.SegmentSize;
        }

        return true;
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
                if (_problem != exception.Message)
                {
                    var detail = exception is IOException or UnauthorizedAccessException ? exception.Message : exception.ToString();
                    _context.Observer.OnNotice(JournalNoticeLevel.Error, $"The journal cannot keep its files in order: {detail}");
                }

                Volatile.Write(ref _problem, exception.Message);
            }

            lock (_signal)
            {
                _passes++;
                Monitor.PulseAll(_signal);
            }
        }
    }
}
