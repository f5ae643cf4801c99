using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Health;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// One exporter as a consumer of the journal: reads behind its cursor, batches, delivers with its workers, and moves the cursor behind
/// what is settled.
/// </summary>
public sealed partial class ExporterDelivery : IAsyncDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly IJournal _journal;
    private readonly IJournalConsumer _consumer;
    private readonly IExporter _exporter;
    private readonly ComponentHealth _health;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly JournalTable _states;
    private readonly SettlementTracker _tracker = new();
    private readonly CircuitBreaker _circuit = new();
    private readonly Channel<DeliveryBatch> _channel;
    private readonly CursorCommitter _committer;
    private readonly ConsumerReader _reader;
    private readonly DeliveryWorker[] _workers;
    private readonly ConsumerLedger[] _ledgers;
    private Task _running = Task.CompletedTask;
    private bool _started;

    /// <summary>Subscribes the exporter to its pipelines; nothing is read before <see cref="StartAsync"/>.</summary>
    /// <param name="exporter">The exporter; started and disposed here.</param>
    /// <param name="context">What the runtime gave it.</param>
    /// <param name="pipelines">The topics it reads, with the message of their records.</param>
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
        _consumer = journal.OpenConsumer(id, new JournalConsumerOptions
        {
            Topics = [.. pipelines.Keys],
            StartAt = options.StartAt,
            OnFull = options.OnFull,
            MaxLag = options.MaxLag,
        });
        _ledgers = [.. pipelines.Keys.Select(topic => new ConsumerLedger(journal, id, topic))];
        _committer = new CursorCommitter(
            journal, _consumer, _ledgers.ToDictionary(ledger => ledger.Pipeline), _states, _tracker, _time, _logger);

        var workers = exporter.Order == DeliveryOrder.Journal ? 1 : options.SendingQueue.NumConsumers;
        _channel = Channel.CreateBounded<DeliveryBatch>(new BoundedChannelOptions(workers) { SingleWriter = true });
        _reader = new ConsumerReader(
            _consumer, pipelines, exporter.Order, options.SendingQueue.Batch ?? new BatchOptions(), windowSize, context.Pool, _time,
            _tracker, _committer, _channel.Writer, _logger);
        var metrics = new DeliveryMetrics(context.Meter, id);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new DeliveryWorker(
            id, exporter, options, _channel.Reader, _circuit, _tracker, _committer, deadLetters, context.Health, metrics, _time, Random.Shared))];
    }

    /// <summary>The exporter's id.</summary>
    public string Id => _consumer.Name;

    /// <summary>Starts the exporter and its workers.</summary>
    /// <exception cref="ComponentStartException">The exporter can never work as configured.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _states.TryGet(System.Text.Encoding.UTF8.GetBytes(Id), out var state);
        await _exporter.StartAsync(new ExporterStart(_journal.Id, _consumer.Cursor, state), cancellationToken).ConfigureAwait(false);
        _health.Set(HealthState.Healthy);
        _started = true;
        _running = Task.WhenAll([
            Guard(_reader.RunAsync),
            Guard(_committer.RunAsync),
            .. _workers.Select(worker => Guard(worker.RunAsync)),
        ]);
    }

    /// <summary>Delivers what is in the journal without waiting for batches to fill.</summary>
    /// <param name="deadline">When to give up.</param>
    /// <returns>Records that are left.</returns>
    public async Task<long> DrainAsync(CancellationToken deadline)
    {
        _reader.Drain();
        while (_started && !deadline.IsCancellationRequested && !(_reader.CaughtUp && _committer.Idle && _consumer.Lag.Records == 0))
        {
            try
            {
                await Task.Delay(DrainPoll, _time, deadline).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return _consumer.Lag.Records;
    }

    /// <summary>The accounts of this exporter for a pipeline, or null if it does not serve it.</summary>
    public ConsumerLedgerLine? GetLedger(string pipeline)
    {
        var ledger = Array.Find(_ledgers, candidate => candidate.Pipeline.Name == pipeline);
        return ledger is null
            ? null
            : new ConsumerLedgerLine(
                Id,
                _consumer.SubscribedRecords(ledger.Pipeline),
                ledger.Delivered.Value,
                ledger.Duplicate.Value,
                ledger.DeadLettered.Value,
                _consumer.DroppedRecords(ledger.Pipeline),
                ledger.Corrupt.Value,
                _consumer.PendingRecords(ledger.Pipeline));
    }

    /// <summary>Stops the workers where they are and disposes the exporter. What is not settled stays in the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _channel.Writer.TryComplete();
        while (_channel.Reader.TryRead(out var batch))
        {
            batch.Release();
        }

        _reader.Dispose();
        await _exporter.DisposeAsync().ConfigureAwait(false);
        _consumer.Dispose();
        _committer.Dispose();
        _circuit.Dispose();
        _stop.Dispose();
    }

    /// <summary>A loop that ends other than by being stopped is a defect of ours: it is reported as such and not hidden.</summary>
    private async Task Guard(Func<CancellationToken, Task> loop)
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
            _health.Set(HealthState.Failed, $"internal error: {exception.Message}");
            LogLoopFailed(exception, Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The delivery of {Exporter} stopped because of an internal error; its records stay in the journal")]
    private partial void LogLoopFailed(Exception exception, string exporter);
}
