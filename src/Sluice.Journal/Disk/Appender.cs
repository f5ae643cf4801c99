using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// The one thread that writes: takes all groups that wait, composes them behind one another, writes and flushes them together, makes them
/// visible in their order, and answers.
/// </summary>
/// <remarks>
/// Groups that find no space wait in a queue of their own, first come first served, up to the journal's longest wait. The journal's own
/// groups go first in each segment: they carry the definitions of all names, so that a segment is readable without those before it.
/// </remarks>
internal sealed partial class Appender : IDisposable
{
    /// <summary>Composed bytes after which a batch is written without waiting for the rest of what came.</summary>
    private const int MaxBatch = 4 << 20;

    private const int MaxYields = 4;

    private readonly object _handOver = new();
    private readonly DiskJournalContext _context;
    private readonly JournalState _state;
    private readonly DiskLog _log;
    private readonly Maintenance _maintenance;
    private readonly Guid _journalId;
    private readonly int _segmentSize;
    private readonly AppendRequestPool _requests = new();
    private readonly Queue<AppendRequest> _waiting = new();
    private readonly List<AppendRequest> _batch = [];
    private readonly AppendAnswers _answers = new();
    private readonly PooledBufferWriter _changes;
    private readonly ITimer _timer;
    private readonly ITimer _flushTimer;
    private readonly Thread _thread;
    private List<AppendRequest> _incoming = [];
    private List<AppendRequest> _taken = [];
    private int _lastTaken;
    private bool _woken;
    private bool _closing;
    private SegmentWriter? _writer;
    private DefinedNames _defined;
    private DefinedNames _encoded;
    private LogGroup? _ownGroup;
    private ulong _nextLsn;
    private ulong _nextSequence;
    private ulong _nextNumber;
    private ulong _durableLsn;
    private bool _isReserveInUse;
    private bool _isDirty;
    private bool _isStopped;
    private bool _isReplacing;
    private bool _isNextAsked;
    private long _lastFlush;
    private long _refused;
    private long _records;
    private string? _failure;
    private string? _spaceProblem;

    public Appender(
        DiskJournalContext context, JournalState state, DiskLog log, Maintenance maintenance, Guid journalId, Recovery recovered, int segmentSize, BufferPool pool)
    {
        _context = context;
        _state = state;
        _log = log;
        _maintenance = maintenance;
        _journalId = journalId;
        _segmentSize = segmentSize;
        _nextLsn = recovered.NextLsn;
        _durableLsn = recovered.NextLsn - 1;
        _nextNumber = recovered.HighestNumber + 1;
        _changes = new PooledBufferWriter(pool, "journal changes");
        if (recovered.Segments is [.., { IsResumed: true } resumed])
        {
            _nextLsn = resumed.NextLsn;
            _nextSequence = resumed.NextSequence;
            _writer = new SegmentWriter(resumed, context, resumed.DataEnd);
        }

        _timer = context.Time.CreateTimer(static appender => ((Appender)appender!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _flushTimer = context.Time.CreateTimer(static appender => ((Appender)appender!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { Name = "journal appender", IsBackground = true };
    }

    public long RefusedGroups => Interlocked.Read(ref _refused);

    public long Records => Interlocked.Read(ref _records);

    /// <summary>Why it cannot write, or null.</summary>
    public string? Failure => Volatile.Read(ref _failure) ?? Volatile.Read(ref _spaceProblem);

    public void Start() => _thread.Start();

    /// <summary>Hands a group over.</summary>
    public ValueTask<CommitResult> Append(LogGroup group, CommitKind kind)
    {
        var request = _requests.Take();
        request.Start(group, kind);
        var task = request.Task;
        lock (_handOver)
        {
            if (!_closing)
            {
                _incoming.Add(request);
                if (_incoming.Count == 1)
                {
                    Monitor.Pulse(_handOver);
                }

                return task;
            }
        }

        _state.Groups.Return(group);
        Refuse(request, CommitStatus.Closed, TimeSpan.Zero, "the journal is closing");
        return task;
    }

    /// <summary>Refuses a group that no segment takes.</summary>
    public CommitResult RefuseTooLarge(LogGroup group, int limit)
    {
        var length = group.Length;
        Interlocked.Increment(ref _refused);
        _state.Groups.Return(group);
        return new CommitResult(CommitStatus.TooLarge, default, TimeSpan.Zero, $"the group of {length} bytes is larger than the limit of {limit}");
    }

    /// <summary>Looks at what waits again.</summary>
    public void Wake()
    {
        lock (_handOver)
        {
            _woken = true;
            Monitor.Pulse(_handOver);
        }
    }

    /// <summary>Writes what was handed over, refuses what waits for space, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_handOver)
        {
            _closing = true;
            Monitor.Pulse(_handOver);
        }

        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _timer.Dispose();
        _flushTimer.Dispose();
        _changes.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            LetSendersCatchUp();
            bool closing;
            lock (_handOver)
            {
                while (_incoming.Count == 0 && !_woken && !_closing)
                {
                    Monitor.Wait(_handOver);
                }

                (_incoming, _taken) = (_taken, _incoming);
                _lastTaken = _taken.Count;
                _woken = false;
                closing = _closing;
            }

            try
            {
                Process();
                if (closing)
                {
                    Close();
                }
            }
            catch (Exception exception)
            {
                Stop(exception);
            }

            if (closing)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Those who were just answered are about to send again: without a moment for them, every second batch would hold a few groups only, and
    /// each batch costs a flush.
    /// </summary>
    private void LetSendersCatchUp()
    {
        for (var i = 0; i < MaxYields; i++)
        {
            lock (_handOver)
            {
                if (_incoming.Count == 0 || _incoming.Count >= _lastTaken)
                {
                    return;
                }
            }

            Thread.Yield();
        }
    }

    private void Process()
    {
        if (_isStopped)
        {
            RefuseAll();
            return;
        }

        ServeWaiting();
        foreach (var request in _taken)
        {
            if (request.Kind == CommitKind.Intake && _waiting.Count > 0 ? RefuseAtLimit(request) : TryPlace(request))
            {
                continue;
            }

            WaitOrRefuse(request);
        }

        _taken.Clear();
        WriteBatch();

        // What was just settled may have made room.
        while (_waiting.Count > 0 && ServeWaiting())
        {
            WriteBatch();
        }

        WriteReleases();
        FlushIfDue();
        RefuseOverdue();
    }

    /// <summary>Places those who wait, in order, as far as there is space.</summary>
    /// <returns>Whether any was placed.</returns>
    private bool ServeWaiting()
    {
        var placed = false;
        while (_waiting.TryPeek(out var first) && TryPlace(first))
        {
            _waiting.Dequeue();
            placed = true;
        }

        return placed;
    }

    private void Close()
    {
        if (_isStopped)
        {
            return;
        }

        while (_waiting.TryDequeue(out var request))
        {
            Refuse(request, CommitStatus.Closed, TimeSpan.Zero, "the journal is closing");
        }

        WriteReleases();
        if (_isDirty)
        {
            Flush();
        }

        if (_ownGroup is not null)
        {
            _state.Groups.Return(_ownGroup);
        }

        if (_writer is not null)
        {
            RetireWriter();
        }
    }
}
