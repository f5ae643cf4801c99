using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Health;
using Sluice.Runtime.Ledger;
using Sluice.Runtime.Replay;
using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// One exporter as a consumer of the journal: reads behind its cursor, batches, delivers with its workers, and moves the cursor behind
/// what is settled.
/// </summary>
public sealed partial class ExporterDelivery : IAsyncDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>How long an exporter may ignore that its delivery was cut off.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly IJournal _journal;
    private readonly IJournalConsumer _consumer;
    private readonly IExporter _exporter;
    private readonly ComponentHealth _health;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly JournalTable _states;
    private readonly byte[] _stateKey;
    private readonly Channel<DeliveryBatch> _channel;
    private readonly CursorCommitter _committer;
    private readonly ConsumerReader _reader;
    private readonly DeliveryWorker[] _workers;
    private readonly ConsumerLedger[] _ledgers;
    private readonly ConsumerLedger[] _replayLedgers;
    private Task _reading = Task.CompletedTask;
    private Task _committing = Task.CompletedTask;
    private Task _running = Task.CompletedTask;
    private bool _started;
    private bool _disposed;

    /// <summary>Subscribes the exporter to its pipelines; nothing is read before <see cref="StartAsync"/>.</summary>
    /// <param name="exporter">The exporter; started and disposed here.</param>
    /// <param name="context">What the runtime gave it.</param>
    /// <param name="pipelines">The topics of its pipelines, at least one, with the message of their records. It reads its replay topics too.</param>
    /// <param name="options">How it batches, retries and lags.</param>
    /// <param name="windowSize">Bytes it may hold of what it has read.</param>
    /// <param name="journal">Where it reads.</param>
    /// <param name="deadLetters">Where refused records go.</param>
    public ExporterDelivery(
        IExporter exporter,
        ComponentContext context,
        IReadOnlyDictionary<JournalTopic, Signal> pipelines,
        DeliveryOptions options,
        long windowSize,
        IJournal journal,
        IDeadLetters deadLetters)
    {
        var id = context.Id.ToString();
        _exporter = exporter;
        _journal = journal;
        _health = context.Health;
        _logger = context.Logger;
        _time = context.Time;
        _states = journal.OpenTable("exporter_states", new JournalTableOptions());
        _stateKey = Encoding.UTF8.GetBytes(id);
        var replays = pipelines.Values.Distinct().ToDictionary(signal => signal, signal => journal.OpenTopic(ReplayTopics.NameOf(id, signal)));
        _ledgers = [.. pipelines.Keys.Select(topic => new ConsumerLedger(journal, id, topic))];
        _replayLedgers = [.. replays.Values.Select(topic => new ConsumerLedger(journal, id, topic))];
        _consumer = journal.OpenConsumer(id, new JournalConsumerOptions
        {
            Topics = [.. pipelines.Keys, .. replays.Values],
            StartAt = options.StartAt,
            OnFull = options.OnFull,
            MaxLag = options.MaxLag,
        });

        ReplayTarget = new ReplayTarget(_consumer, pipelines, replays, windowSize / 2);
        var sources = pipelines.ToDictionary(pair => pair.Key, pair => new DeliverySource(pair.Value, IsReplay: false));
        foreach (var (signal, topic) in replays)
        {
            sources.Add(topic, new DeliverySource(signal, IsReplay: true));
        }

        var tracker = new SettlementTracker();
        var circuit = new CircuitBreaker();
        var metrics = new DeliveryMetrics(context.Meter, id, context.SlowOperations);
        var workers = exporter.Order == DeliveryOrder.Journal ? 1 : options.SendingQueue.NumConsumers;
        _channel = Channel.CreateBounded<DeliveryBatch>(new BoundedChannelOptions(workers) { SingleWriter = true });
        _committer = new CursorCommitter(
            journal, _consumer, _ledgers.Concat(_replayLedgers).ToDictionary(ledger => ledger.Topic), _states, _stateKey, tracker, _time, _logger);
        _reader = new ConsumerReader(
            _consumer, sources, new PipelineTopics(journal), new OpenBatches(exporter.Order, options, _time),
            windowSize, context.Pool, _time, tracker, _committer, _channel.Writer, metrics, _logger);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new DeliveryWorker(
            exporter,
            options,
            _channel.Reader,
            circuit,
            new BatchSettler(id, tracker, _committer, deadLetters, options.Retry, context.Health, metrics, _time, Random.Shared),
            tracker,
            _committer,
            context.Health,
            metrics,
            _time,
            Random.Shared,
            _logger))];
    }

    /// <summary>The exporter's id.</summary>
    public string Id => _consumer.Name;

    /// <summary>Where the exporter listens; complete after the start.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints => _exporter.Endpoints;

    /// <summary>Where replays for this exporter go.</summary>
    internal ReplayTarget ReplayTarget { get; }

    /// <summary>Starts the exporter and its workers.</summary>
    /// <exception cref="ComponentStartException">The exporter can never work as configured.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _states.TryGet(_stateKey, out var state);
        var end = _journal.DurableEnd;
        var start = new ExporterStart(_journal.Id, _consumer.Cursor, state)
        {
            End = end,
            OpenTable = options => _journal.OpenTable($"exporter_state/{Id}", options),
            IsCaughtUp = () => _consumer.Cursor >= end || _consumer.Lag.Records == 0,
        };
        await _exporter.StartAsync(start, cancellationToken).ConfigureAwait(false);
        _health.Started();
        _started = true;
        _reading = GuardAsync(_reader.RunAsync);
        _committing = GuardAsync(_committer.RunAsync);
        _running = Task.WhenAll([_reading, _committing, .. _workers.Select(worker => GuardAsync(worker.RunAsync))]);
    }

    /// <summary>Delivers what is in the journal without waiting for batches to fill.</summary>
    /// <param name="deadline">When to give up.</param>
    /// <returns>Records that are left.</returns>
    public async Task<long> DrainAsync(CancellationToken deadline)
    {
        _reader.Drain();
        while (_started && _consumer.Lag.Records > 0 && !deadline.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            await Task.Delay(DrainPoll, _time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return _consumer.Lag.Records;
    }

    /// <summary>The accounts of this exporter for a pipeline, or null if it does not serve it. Replays are not in it.</summary>
    public ConsumerLedgerLine? GetLedger(string pipeline)
    {
        var ledger = Array.Find(_ledgers, candidate => candidate.Topic.Name == pipeline);
        return ledger?.Read(_consumer);
    }

    /// <summary>The accounts of this exporter for everything that was replayed to it.</summary>
    public ConsumerLedgerLine GetReplayLedger() =>
        _replayLedgers.Select(ledger => ledger.Read(_consumer)).Aggregate((left, right) => left + right);

    /// <summary>Closes the consumer of a delivery that is never started.</summary>
    public void Unsubscribe() => _consumer.Dispose();

    /// <summary>
    /// Stops the workers where they are and disposes the exporter. What is settled is committed; what is not stays in the journal. An
    /// exporter that does not let go of its batch is left behind after a grace, with the batch.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        var stopped = await EndsInTimeAsync(_running).ConfigureAwait(false);
        await DisposeExporterAsync().ConfigureAwait(false);

        // Closing its connections or files may have freed a delivery that could not be cut off.
        stopped = stopped || await EndsInTimeAsync(_running).ConfigureAwait(false);
        _channel.Writer.TryComplete();
        while (_channel.Reader.TryRead(out var batch))
        {
            batch.Release();
        }

        if (_reading.IsCompleted)
        {
            _reader.Dispose();
        }

        if (_committing.IsCompleted)
        {
            await _committer.FlushAsync().ConfigureAwait(false);
        }

        if (!stopped)
        {
            LogAbandoned(Id);
        }

        _consumer.Dispose();
    }

    private async Task<bool> EndsInTimeAsync(Task task)
    {
        if (!task.IsCompleted)
        {
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(task, Task.Delay(StopGrace, _time, enough.Token)).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
        }

        return task.IsCompleted;
    }

    private async Task DisposeExporterAsync()
    {
        var disposing = GuardDisposeAsync();
        if (!await EndsInTimeAsync(disposing).ConfigureAwait(false))
        {
            LogAbandoned(Id);
        }

        async Task GuardDisposeAsync()
        {
            await Task.Yield();
            try
            {
                await _exporter.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                LogDisposeFailed(exception, Id);
            }
        }
    }

    /// <summary>
    /// A loop that ends other than by being stopped is a defect of ours: it is reported as such and not hidden, and ends the others, so that
    /// none of them goes on as if the exporter worked.
    /// </summary>
    private async Task GuardAsync(Func<CancellationToken, Task> loop)
    {
        await Task.Yield();
        try
        {
            await loop(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (Exception exception)
        {
            LogLoopFailed(exception, Id);
            _health.FailForGood($"internal error: {exception.Message}");
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The delivery of {Exporter} stopped because of an internal error; its records stay in the journal")]
    private partial void LogLoopFailed(Exception exception, string exporter);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Exporter} does not end although it was stopped; it is left behind, and its records stay in the journal")]
    private partial void LogAbandoned(string exporter);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Exporter} did not end cleanly")]
    private partial void LogDisposeFailed(Exception exception, string exporter);
}
