using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// The journal in a directory: what is acknowledged is on disk, and opening it again finds it. docs/journal.md says how.
/// </summary>
public sealed class DiskJournal : IJournal
{
    private readonly DiskJournalContext _context;
    private readonly JournalState _state;
    private readonly DiskLog _log;
    private readonly Maintenance _maintenance;
    private readonly Appender _appender;
    private readonly long _tornBytes;
    private readonly int _segmentSize;
    private bool _disposed;

    private DiskJournal(DiskJournalContext context, JournalState state, Recovery recovered, BufferPool pool, int segmentSize)
    {
        _context = context;
        _state = state;
        _segmentSize = segmentSize;
        _tornBytes = recovered.TornBytes;
        Id = recovered.Id;
        _log = new DiskLog(state);
        foreach (var segment in recovered.Segments)
        {
            // Linked while it was walked; the chain links it again.
            segment.Next = null;
            _log.Add(segment);
        }

        _maintenance = new Maintenance(context, state, _log, Id, recovered, segmentSize, AbandonOrphans);
        _appender = new Appender(context, state, _log, _maintenance, Id, recovered, segmentSize, pool);
    }

    /// <inheritdoc/>
    public Guid Id { get; }

    /// <inheritdoc/>
    public ulong Epoch => _state.Epoch;

    /// <inheritdoc/>
    public RecordId DurableEnd => _state.End;

    /// <summary>Opens the journal in a directory, or begins one there; brings back first what a crash left behind.</summary>
    /// <param name="directory">Where it is; this process has it alone until the journal is disposed.</param>
    /// <param name="options">Limits and habits.</param>
    /// <param name="pool">Where its memory comes from; all of it has gone back when the journal is disposed.</param>
    /// <param name="time">The clock for waits, expiry, the epoch and retention.</param>
    /// <param name="observer">Told what happens, from the opening on.</param>
    /// <exception cref="JournalOpenException">It cannot be opened; the message says why and what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static DiskJournal Open(
        string directory, DiskJournalOptions options, BufferPool pool, TimeProvider time, IJournalObserver observer)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(observer);
        options.Validate();
        return Open(new DiskFiles(directory), options, pool, time, observer, JournalDefects.None, options.SegmentSize);
    }

    /// <inheritdoc/>
    public JournalTopic OpenTopic(string name) => _state.OpenTopic(name);

    /// <inheritdoc/>
    public JournalCounter OpenCounter(string name) => _state.OpenCounter(name);

    /// <inheritdoc/>
    public JournalTable OpenTable(string name, JournalTableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var table = _state.OpenTable(name);
        if (!table.HasLimits(options))
        {
            var group = _state.Groups.Take();
            group.LimitTable(table, options.MaxEntries, options.Expiry?.Ticks);
            CommitNow(group, $"the limits of table '{name}'");
        }

        return table;
    }

    /// <inheritdoc/>
    public IJournalConsumer OpenConsumer(string name, JournalConsumerOptions options)
    {
        LogGroup group;
        ConsumerState consumer;
        lock (_state.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            consumer = _state.Reserve(name, options);
            group = _state.Groups.Take();
            group.OpenConsumer(consumer, options.Topics, options.StartAt, _state.Earliest, options.Until, options.OnFull, options.MaxLag);
        }

        try
        {
            CommitNow(group, $"the subscriptions of consumer '{name}'");
        }
        catch
        {
            lock (_state.Gate)
            {
                _state.Unreserve(consumer);
            }

            throw;
        }

        lock (_state.Gate)
        {
            return _state.Attach(consumer);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<CommitResult> RemoveConsumerAsync(string name)
    {
        ConsumerState? consumer;
        lock (_state.Gate)
        {
            consumer = _state.ReserveForRemoval(name);
        }

        if (consumer is null)
        {
            return new CommitResult(CommitStatus.Committed, _state.End, TimeSpan.Zero, null);
        }

        var group = _state.Groups.Take();
        group.RemoveConsumer(consumer);
        group.HandOver(_state);
        var result = await _appender.Append(group, CommitKind.Internal).ConfigureAwait(false);
        if (!result.Committed)
        {
            lock (_state.Gate)
            {
                _state.Unreserve(consumer);
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public JournalGroup CreateGroup() => _state.Groups.Take();

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(JournalGroup group, CommitKind kind = CommitKind.Intake)
    {
        if (group is not LogGroup own)
        {
            throw new ArgumentException("The group belongs to another journal.", nameof(group));
        }

        own.HandOver(_state);
        var limit = _context.Options.Limits.MaxGroupSize;
        if (own.Length > limit)
        {
            return new ValueTask<CommitResult>(_appender.RefuseTooLarge(own, limit));
        }

        return _appender.Append(own, kind);
    }

    /// <inheritdoc/>
    public void ReadTogether(Action read)
    {
        ArgumentNullException.ThrowIfNull(read);
        lock (_state.Gate)
        {
            read();
        }
    }

    /// <inheritdoc/>
    public JournalStatus GetStatus()
    {
        lock (_state.Gate)
        {
            var needed = 0;
            for (var segment = _log.Head; segment is not null; segment = DiskLog.NextOf(segment))
            {
                needed += segment.IsNeeded || segment == _log.Last ? 1 : 0;
            }

            var counts = _context.Counts;
            return new JournalStatus(
                "disk",
                _log.NeededBytes,
                _context.Options.Limits.MaxSize,
                _state.GroupCount,
                _appender.Records,
                _appender.RefusedGroups,
                _state.ConsumerStatus())
            {
                Problem = _appender.Failure ?? _maintenance.Problem ?? _context.FailedReads.Text ?? _context.SlowFlushes.Text,
                Disk = new JournalDiskStatus
                {
                    Directory = _context.Files.Path,
                    SegmentSize = _segmentSize,
                    NeededSegments = needed,
                    RetainedSegments = _log.Count - needed,
                    SpareSegments = _maintenance.Spares,
                    WrittenBytes = counts.WrittenBytes,
                    ReadBytes = counts.ReadBytes,
                    ReadRecords = counts.ReadRecords,
                    Flushes = counts.Flushes,
                    FailedFlushes = counts.FailedFlushes,
                    CorruptGroups = counts.CorruptGroups,
                    TornBytes = _tornBytes,
                    SnapshotBytes = _maintenance.SnapshotBytes,
                },
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_state.Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        // Both join a thread that may be in the middle of a flush.
        await Task.Run(() =>
        {
            _appender.Dispose();
            lock (_state.Gate)
            {
                _state.Close();
            }

            _maintenance.Dispose();
        }).ConfigureAwait(false);
        _context.Tail.Dispose();
        _state.Groups.Close();
        for (var segment = _log.Head; segment is not null; segment = DiskLog.NextOf(segment))
        {
            segment.File.Dispose();
        }

        _context.Files.Dispose();
    }

    /// <summary>Opens a journal over files of any kind, which it owns from here on.</summary>
    internal static DiskJournal Open(
        IJournalFiles files,
        DiskJournalOptions options,
        BufferPool pool,
        TimeProvider time,
        IJournalObserver observer,
        JournalDefects defects,
        int segmentSize)
    {
        var state = new JournalState(pool, time, options.Limits.OrphanRetention);
        var tail = new TailImage(pool, Math.Clamp(segmentSize / 16, BufferPool.MinimumSize, 1 << 20), options.TailSize);
        var context = new DiskJournalContext(files, options, observer, state, tail, time) { Defects = defects };
        var recovery = new Recovery(context, state, readOnly: false);
        try
        {
            files.Lock();
            if (files.GetNetworkFileSystem() is { } network)
            {
                observer.OnNotice(
                    JournalNoticeLevel.Warning,
                    $"The journal is in {files.Path}, on {network}: a network file system may lose or delay what it says is on disk. Use a local disk.");
            }

            recovery.Run();
            if (defects.HasFlag(JournalDefects.AppendToOldSegment) && recovery.Segments is [.., var last])
            {
                last.IsResumed = true;
                state.Recovered(new RecordId(last.Epoch, last.NextSequence));
            }
            else
            {
                state.BeginEpoch(recovery.HighestEpoch);
            }

            recovery.Settle(segmentSize);
            var journal = new DiskJournal(context, state, recovery, pool, segmentSize);
            journal.Start(recovery);
            return journal;
        }
        catch (Exception exception)
        {
            recovery.Dispose();
            tail.Dispose();
            state.Groups.Close();
            files.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new JournalOpenException($"The journal in {files.Path} cannot be opened: {exception.Message}", exception);
            }

            throw;
        }
    }

    internal static string Describe(ConsumerState consumer) =>
        $"consumer '{consumer.Name}'{(consumer.IsOpen ? "" : " (not running)")} lags {consumer.LagBytes} bytes, {consumer.Lag.Records} records";

    private void Start(Recovery recovered)
    {
        _context.ApplyingLsn = recovered.NextLsn - 1;
        _maintenance.Start();
        _appender.Start();
    }

    /// <summary>Gives up the backlog of consumers that have been closed for too long; on the maintenance thread.</summary>
    private void AbandonOrphans()
    {
        var group = _state.Groups.Take();
        bool found;
        lock (_state.Gate)
        {
            found = _state.TakeOrphans(group);
        }

        if (!found)
        {
            group.Dispose();
            return;
        }

        // Refused, they are due again at the next pass.
        group.HandOver(_state);
        _ = _appender.Append(group, CommitKind.Internal).AsTask();
    }

    /// <summary>Commits a group of the journal's own on the caller's thread: opening is rare, and what follows relies on it.</summary>
    private void CommitNow(LogGroup group, string what)
    {
        group.HandOver(_state);
        var result = _appender.Append(group, CommitKind.Internal).AsTask().GetAwaiter().GetResult();
        if (!result.Committed)
        {
            throw new IOException($"The journal could not write {what}: {result.Reason}");
        }
    }
}
