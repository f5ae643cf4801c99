using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// The journal in memory: the same promises as on disk, except that it ends with the process. Every commit without a wait for space
/// completes synchronously, and in steady state nothing is allocated.
/// </summary>
/// <remarks>
/// <para>One gate (<see cref="JournalState.Gate"/>) orders the groups; under it a group is copied into the tail segment and applied to
/// <see cref="JournalState"/>, in one step. A reader copies out without the gate: it pins the segment, whose committed bytes never change.</para>
/// <para>Space: a segment goes as soon as no consumer has an unsettled entry in it, in the middle of the chain too; what nobody reads is
/// not stored at all. When there is none, the backlog of drop-oldest consumers goes first, if that helps at all; then intake waits in line
/// and internal groups use the reserve, so that those who make space never wait for it. A group without entries needs none.</para>
/// <para>What the journal on disk shares is in <see cref="JournalState"/>, <see cref="ConsumerState"/>, <see cref="BoundedTable"/>,
/// <see cref="LogGroup"/>, <see cref="LogConsumer"/> and <see cref="SpaceQueue"/>. It brings its own <see cref="LogSegment"/> and appender,
/// applies a group when it is durable and in the order of its sequence, and writes cursors, table changes and deltas beside the entries.</para>
/// </remarks>
public sealed class MemoryJournal : IJournal
{
    private const int MaxSegmentSize = 1 << 20;
    private static readonly TimeSpan MinRetryAfter = TimeSpan.FromSeconds(1);

    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly JournalState _state;
    private readonly MemoryLog _log;
    private readonly SpaceQueue _waiting;
    private readonly long _intakeLimit;
    private long _records;
    private long _refusedGroups;

    /// <summary>Creates an empty journal.</summary>
    /// <param name="options">Its limits.</param>
    /// <param name="pool">Where its memory comes from; all of it has gone back when the journal is disposed.</param>
    /// <param name="time">The clock for waits, expiry and the epoch.</param>
    /// <exception cref="ArgumentException">The limits contradict each other; the message says how.</exception>
    public MemoryJournal(JournalOptions options, BufferPool pool, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var segmentSize = SegmentSizeFor(options.MaxSize);
        _intakeLimit = options.MaxSize - Math.Max(options.MaxSize / 20, segmentSize);
        if (BufferPool.CapacityFor(Math.Max(options.MaxGroupSize, segmentSize)) > _intakeLimit)
        {
            throw new ArgumentException(
                $"A journal in memory of {options.MaxSize} bytes leaves {_intakeLimit} for incoming groups and takes a group of up to "
                + $"{options.MaxGroupSize} bytes as {BufferPool.CapacityFor(options.MaxGroupSize)}: raise its size or lower the size of groups.",
                nameof(options));
        }

        _options = options;
        _time = time;
        _state = new JournalState(pool, time, options.OrphanRetention, keepsChecksums: false);
        _state.BeginEpoch(previous: 0);
        _log = new MemoryLog(pool, segmentSize, _state);
        _waiting = new SpaceQueue(time, options.MaxWait, options.MaxWaitingGroups, RefuseOverdue);
    }

    /// <inheritdoc/>
    public Guid Id { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public ulong Epoch => _state.Epoch;

    /// <inheritdoc/>
    public RecordId DurableEnd => _state.End;

    /// <inheritdoc/>
    public JournalTopic OpenTopic(string name) => _state.OpenTopic(name);

    /// <inheritdoc/>
    public JournalTable OpenTable(string name, JournalTableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        lock (_state.Gate)
        {
            var table = _state.OpenTable(name);
            var group = _state.Groups.Take();
            group.LimitTable(table, options.MaxEntries, options.Expiry?.Ticks);
            ApplyOwn(group);
            return table;
        }
    }

    /// <inheritdoc/>
    public JournalCounter OpenCounter(string name) => _state.OpenCounter(name);

    /// <inheritdoc/>
    public IJournalConsumer OpenConsumer(string name, JournalConsumerOptions options)
    {
        lock (_state.Gate)
        {
            var consumer = _state.Reserve(name, options);
            var group = _state.Groups.Take();
            group.OpenConsumer(consumer, options.Topics, options.StartAt, _state.Earliest, options.Until, options.OnFull, options.MaxLag);
            ApplyOwn(group);
            var handle = _state.Attach(consumer);
            ServeWaiting();
            return handle;
        }
    }

    /// <inheritdoc/>
    public ValueTask<CommitResult> RemoveConsumerAsync(string name)
    {
        lock (_state.Gate)
        {
            if (_state.ReserveForRemoval(name) is { } consumer)
            {
                var group = _state.Groups.Take();
                group.RemoveConsumer(consumer);
                ApplyOwn(group);
                ServeWaiting();
            }

            return new ValueTask<CommitResult>(new CommitResult(CommitStatus.Committed, _state.End, TimeSpan.Zero, null));
        }
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
        CommitResult result;
        lock (_state.Gate)
        {
            if (!TryFinish(own, kind, overtake: false, out result))
            {
                if (kind == CommitKind.Intake && _waiting.TryEnqueue(own) is { } waiter)
                {
                    return waiter.Task;
                }

                result = RefuseFull();
            }

            ServeWaiting();
        }

        _state.Groups.Return(own);
        return new ValueTask<CommitResult>(result);
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
            if (!_state.IsClosed)
            {
                AbandonOrphans();
                ServeWaiting();
            }

            return new JournalStatus(
                "memory", _log.Bytes, _options.MaxSize, _state.GroupCount, _records, _refusedGroups, _state.ConsumerStatus());
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_state.Gate)
        {
            if (_state.IsClosed)
            {
                return ValueTask.CompletedTask;
            }

            _state.Close();
            while (_waiting.TryPeek(out var waiter))
            {
                Finish(waiter, Refuse(CommitStatus.Closed, TimeSpan.Zero, "the journal is closing"));
            }

            _log.Free();
        }

        _waiting.Dispose();
        _state.Groups.Close();
        return ValueTask.CompletedTask;
    }

    private static int SegmentSizeFor(long maxSize) =>
        (int)Math.Clamp((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(maxSize / 64)), BufferPool.MinimumSize, MaxSegmentSize);

    /// <summary>Commits or refuses a group, unless it has to wait for space.</summary>
    /// <param name="group">The group.</param>
    /// <param name="kind">Which space it may use.</param>
    /// <param name="overtake">Whether those who wait already are behind it.</param>
    /// <param name="result">What became of it.</param>
    /// <returns>False, with nothing done, when there is no space now.</returns>
    private bool TryFinish(LogGroup group, CommitKind kind, bool overtake, out CommitResult result)
    {
        if (_state.IsClosed)
        {
            result = Refuse(CommitStatus.Closed, TimeSpan.Zero, "the journal is closing");
            return true;
        }

        var length = group.Length + (group.Entries.Count > 0 ? MemoryFormat.GroupHeaderSize : 0);
        if (length > _options.MaxGroupSize)
        {
            result = Refuse(
                CommitStatus.TooLarge, TimeSpan.Zero, $"the group of {length} bytes is larger than the limit of {_options.MaxGroupSize}");
            return true;
        }

        if (kind == CommitKind.Intake && _state.FindAtLimit(group) is { } consumer)
        {
            result = Refuse(
                CommitStatus.Full, MinRetryAfter, $"{Describe(consumer)}, and may lag {consumer.MaxLag} bytes");
            return true;
        }

        MemorySegment? segment = null;
        var position = 0;
        if (_state.HasReaders(group))
        {
            segment = kind == CommitKind.Intake && !overtake && _waiting.Count > 0 ? null : Reserve(MemoryFormat.LengthOf(group), kind);
            if (segment is null)
            {
                result = default;
                return false;
            }

            position = segment.Write(group, _state.End.Sequence);
        }

        _records += group.RecordCount;
        result = new CommitResult(CommitStatus.Committed, Apply(group, segment, position), TimeSpan.Zero, null);
        return true;
    }

    private RecordId Apply(LogGroup group, MemorySegment? segment, int position)
    {
        var first = _state.Apply(group, _state.End, segment, position, _time.GetUtcNow().UtcTicks);
        _state.DropBeyondLimits();

        // They are for a log to write, so that a replay does the same.
        _state.DiscardReleases();
        return first;
    }

    /// <summary>Applies a group that is the journal's own.</summary>
    private void ApplyOwn(LogGroup group)
    {
        group.HandOver(_state);
        Apply(group, segment: null, position: 0);
        _state.Groups.Return(group);
    }

    private void AbandonOrphans()
    {
        var group = _state.Groups.Take();
        if (_state.TakeOrphans(group))
        {
            ApplyOwn(group);
        }
        else
        {
            group.Dispose();
        }
    }

    private MemorySegment? Reserve(int length, CommitKind kind)
    {
        var limit = kind == CommitKind.Intake ? _intakeLimit : _options.MaxSize;
        var segment = _log.TryReserve(length, limit);
        if (segment is not null)
        {
            return segment;
        }

        AbandonOrphans();
        if (_log.WouldFitAfterDropping(length, limit))
        {
            while ((segment = _log.TryReserve(length, limit)) is null && _log.FindDroppable() is { } droppable)
            {
                _state.DropThrough(droppable);
            }
        }

        return segment;
    }

    /// <summary>Commits those who wait, in order, as far as there is space.</summary>
    private void ServeWaiting()
    {
        while (_waiting.TryPeek(out var waiter) && TryFinish(waiter.Group, CommitKind.Intake, overtake: true, out var result))
        {
            Finish(waiter, result);
        }
    }

    private void RefuseOverdue()
    {
        lock (_state.Gate)
        {
            ServeWaiting();
            while (_waiting.TryPeek(out var waiter) && _waiting.IsOverdue(waiter))
            {
                Finish(waiter, RefuseFull());
            }

            // The next in line may be a smaller group, which fits.
            ServeWaiting();
            _waiting.Arm();
        }
    }

    private void Finish(SpaceWaiter waiter, in CommitResult result)
    {
        _waiting.Dequeue();
        _state.Groups.Return(waiter.Group);
        waiter.Complete(result);
    }

    private CommitResult RefuseFull()
    {
        var holder = _state.FindMostLagging();
        return Refuse(
            CommitStatus.Full,
            _options.MaxWait > MinRetryAfter ? _options.MaxWait : MinRetryAfter,
            $"the journal holds {_log.Bytes} of {_options.MaxSize} bytes{(holder is null ? "" : ", " + Describe(holder))}");
    }

    private CommitResult Refuse(CommitStatus status, TimeSpan retryAfter, string reason)
    {
        _refusedGroups++;
        return new CommitResult(status, default, retryAfter, reason);
    }

    private static string Describe(ConsumerState consumer) =>
        $"consumer '{consumer.Name}'{(consumer.IsOpen ? "" : " (not running)")} lags {consumer.LagBytes} bytes, {consumer.Lag.Records} records";
}
