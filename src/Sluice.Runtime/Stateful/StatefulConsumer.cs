using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Runtime.Intake;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;

namespace Sluice.Runtime.Stateful;

/// <summary>
/// A connector with memory as a consumer of the journal: gives it what it reads, and commits what it writes together with its state and
/// its cursor.
/// </summary>
/// <remarks>
/// The state is written when something is given out, and in between after <see cref="SaveBytes"/> of entries or <see cref="SaveInterval"/>:
/// that much is read again after a crash, and held in the journal until then.
/// </remarks>
public sealed partial class StatefulConsumer : IAsyncDisposable
{
    /// <summary>Bytes of entries after which the state is written. 16 MiB.</summary>
    internal const long SaveBytes = 16 << 20;

    /// <summary>Bytes from which on a group is committed where the connector allows a cut. 4 MiB; an eighth of what groups may have at most.</summary>
    private const int PartSize = 4 << 20;

    private static readonly TimeSpan MinRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IStatefulConnector _connector;
    private readonly IJournal _journal;
    private readonly IJournalConsumer _consumer;
    private readonly ConsumerWaiting _waiting;
    private readonly JournalTable _state;
    private readonly ComponentHealth _health;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TelemetryPool _pool;
    private readonly Dictionary<JournalTopic, StatefulSource> _sources;
    private readonly IntakePipeline[] _targets;
    private readonly JournalCounter[] _outputs;
    private readonly ConnectorLedger _ledger;
    private readonly RequestContext _context;
    private readonly StatefulSchedule _schedule;
    private readonly StatefulOutput _output;
    private readonly PooledBufferWriter _buffer;
    private readonly int _partSize;
    private Task _running = Task.CompletedTask;
    private RecordId _position;
    private long _readBytes;
    private long _firstReadAt;
    private bool _hasRead;
    private bool _hasMore;
    private volatile bool _draining;
    private bool _disposed;

    /// <summary>Subscribes the connector to the pipelines that export to it; nothing is read before <see cref="Start"/>.</summary>
    /// <param name="connector">The connector; disposed here if it can be.</param>
    /// <param name="context">What the runtime gave it.</param>
    /// <param name="sources">The topics of the pipelines that export to it, with the message of their records.</param>
    /// <param name="targets">The pipelines that it feeds.</param>
    /// <param name="ledger">Its accounts, which know these pipelines.</param>
    /// <param name="maxGroupSize">Bytes that a group of the journal may have.</param>
    /// <param name="journal">Where it reads and writes.</param>
    public StatefulConsumer(
        IStatefulConnector connector,
        ComponentContext context,
        IReadOnlyDictionary<JournalTopic, Signal> sources,
        IReadOnlyList<IntakePipeline> targets,
        ConnectorLedger ledger,
        long maxGroupSize,
        IJournal journal)
    {
        var id = context.Id.ToString();
        _connector = connector;
        _journal = journal;
        _health = context.Health;
        _logger = context.Logger;
        _time = context.Time;
        _pool = context.Pool;
        _ledger = ledger;
        _targets = [.. targets];
        _outputs = [.. targets.Select(target => ledger.Output(target.Id))];
        _context = new RequestContext { Receiver = id };
        _sources = sources.ToDictionary(pair => pair.Key, pair => new StatefulSource(pair.Value, new ConsumerLedger(journal, id, pair.Key)));
        _state = journal.OpenTable($"connector_state/{id}", new JournalTableOptions { MaxEntries = int.MaxValue });
        _schedule = new StatefulSchedule(
            journal.OpenTable("connector_schedules", new JournalTableOptions()), Encoding.UTF8.GetBytes(id), connector.Interval);
        _partSize = (int)Math.Min(PartSize, maxGroupSize / 8);
        _output = new StatefulOutput(_pool, _state, _partSize);
        _buffer = new PooledBufferWriter(_pool.Buffers, "entries for " + id);
        _consumer = journal.OpenConsumer(id, new JournalConsumerOptions { Topics = [.. sources.Keys] });
        _waiting = new ConsumerWaiting(_consumer, _time);
    }

    /// <summary>How long what was read may be without a state that is written, while nothing is given out. 5 s.</summary>
    internal static TimeSpan SaveInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The connector's id.</summary>
    public string Id => _consumer.Name;

    /// <summary>Takes up its state and begins to read.</summary>
    public void Start()
    {
        _position = _consumer.Cursor;
        _connector.Restore(_state, _partSize);
        _schedule.Restore();
        _running = GuardAsync();
    }

    /// <summary>Reads what is in the journal, and gives out what it gathered without waiting for its time.</summary>
    /// <param name="deadline">When to give up.</param>
    /// <returns>Records that are left.</returns>
    public async Task<long> DrainAsync(CancellationToken deadline)
    {
        _draining = true;
        _waiting.Signal.Set();
        await ((Task)Task.WhenAny(_drained.Task, _running)).WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _consumer.Lag.Records;
    }

    /// <summary>The accounts of this connector for a pipeline that exports to it, or null.</summary>
    public ConsumerLedgerLine? GetLedger(string pipeline)
    {
        foreach (var (topic, source) in _sources)
        {
            if (topic.Name == pipeline)
            {
                return source.Ledger.Read(_consumer);
            }
        }

        return null;
    }

    /// <summary>Closes the consumer of a connector that is never started.</summary>
    public void Unsubscribe()
    {
        _waiting.Dispose();
        _consumer.Dispose();
    }

    /// <summary>Stops where it is. What is committed stays; what it read beyond is read again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _waiting.Dispose();
        _output.Dispose();
        _buffer.Dispose();
        (_connector as IDisposable)?.Dispose();
        _consumer.Dispose();
        _stop.Dispose();
    }

    /// <summary>A loop that ends other than by being stopped is a defect of ours, and is reported as such.</summary>
    private async Task GuardAsync()
    {
        await Task.Yield();
        try
        {
            await RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (Exception exception)
        {
            LogLoopFailed(exception, Id);
            _health.FailForGood($"internal error: {exception.Message}");
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var isOpen = true;
        while (isOpen)
        {
            _waiting.Begin(cancellationToken);
            var bytesBefore = _readBytes;
            isOpen = await ReadAllAsync(cancellationToken).ConfigureAwait(false)
                && await CommitDueAsync(cancellationToken).ConfigureAwait(false)
                && await WaitAsync(hasJustRead: _readBytes != bytesBefore, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Everything is read: commits what the clock says.</summary>
    /// <returns>False when the journal is closed.</returns>
    private async ValueTask<bool> CommitDueAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUnixNano();
        if (_schedule.Correct(now))
        {
            LogSetBack(Id);
        }

        var goesOn = true;
        if (_schedule.IsDue(now))
        {
            goesOn = await CommitAsync(_schedule.Due, now, cancellationToken).ConfigureAwait(false);
        }
        else if (_draining && _hasMore)
        {
            goesOn = await CommitAsync(now, now, cancellationToken).ConfigureAwait(false);
        }
        else if (_hasRead && (_draining || _time.GetElapsedTime(_firstReadAt) >= SaveInterval))
        {
            goesOn = await CommitAsync(null, now, cancellationToken).ConfigureAwait(false);
        }

        if (_draining && goesOn && _consumer.Lag.Records == 0)
        {
            _drained.TrySetResult();
        }

        return goesOn;
    }

    /// <summary>Waits for something to read, or for the next time to commit.</summary>
    /// <returns>False when the journal is closed.</returns>
    private ValueTask<bool> WaitAsync(bool hasJustRead, CancellationToken cancellationToken)
    {
        if (_schedule.Due is { } due)
        {
            // Timers round down, and the clock is to have reached it.
            _waiting.WakeWithin(TimeSpan.FromTicks((due - _time.GetUnixNano()) / TimeSpan.NanosecondsPerTick) + TimeSpan.FromMilliseconds(1));
        }

        if (_hasRead)
        {
            _waiting.WakeWithin(SaveInterval - _time.GetElapsedTime(_firstReadAt));
        }

        return _waiting.WaitAsync(forData: true, isPaced: hasJustRead, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clock was set back: {Connector} gives out at its time again, earlier than it did before")]
    private partial void LogSetBack(string connector);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Connector {Connector} stopped because of an internal error; what it has not read stays in the journal")]
    private partial void LogLoopFailed(Exception exception, string connector);
}
