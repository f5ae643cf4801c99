using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;

namespace Sluice.Runtime.Delivery;

/// <summary>Delivers batches of one consumer, one at a time, until each of their records is settled.</summary>
internal sealed partial class DeliveryWorker(
    IExporter exporter,
    DeliveryOptions options,
    ChannelReader<DeliveryBatch> input,
    CircuitBreaker circuit,
    BatchSettler settler,
    SettlementTracker tracker,
    CursorCommitter committer,
    ComponentHealth health,
    DeliveryMetrics metrics,
    TimeProvider time,
    Random random,
    ILogger logger)
{
    /// <summary>A wait that a destination asks for is told of when it is as long: until then nothing shows that there will be another attempt.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    /// <summary>Longer than a timer can run; taken for no limit.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(30);

    private readonly TimeSpan _timeout =
        options.Timeout > TimeSpan.Zero && options.Timeout < LongestTimeout ? options.Timeout : Timeout.InfiniteTimeSpan;

    private readonly LinkedList<DeliveryBatch> _todo = new();
    private bool _holdsProbe;

    /// <summary>Works until the input ends, or <paramref name="cancellationToken"/> cuts it off; what is not settled then stays in the journal.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_todo.Count > 0 || await input.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_todo.First is { } first)
                {
                    // It stays in the list while it is tried, so that it is released whatever happens.
                    var wait = await TryDeliverAsync(first.Value, cancellationToken).ConfigureAwait(false);
                    if (wait is null)
                    {
                        _todo.Remove(first);
                        first.Value.Release();
                    }
                    else
                    {
                        await WaitAsync(first, wait.Value, cancellationToken).ConfigureAwait(false);
                    }
                }
                else if (input.TryRead(out var batch))
                {
                    _todo.AddLast(batch);
                }
            }
        }
        finally
        {
            ReleaseProbe();
            foreach (var left in _todo)
            {
                left.Release();
            }
        }
    }

    /// <summary>Waits before the next attempt. A probe is kept meanwhile, so that the destination is left in peace, and then passed on.</summary>
    private async Task WaitAsync(LinkedListNode<DeliveryBatch> node, TimeSpan wait, CancellationToken cancellationToken)
    {
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        ReleaseProbe();
        if (exporter.Order == DeliveryOrder.Journal)
        {
            return;
        }

        // Another batch has its turn: what becomes of it shows whether it is this one that the destination chokes on.
        if (_todo.Count == 1 && input.TryRead(out var other))
        {
            _todo.AddLast(other);
        }

        _todo.Remove(node);
        _todo.AddLast(node);
    }

    /// <summary>Tries a batch once.</summary>
    /// <returns>Null when it is done with: settled, or replaced by its halves. Else how long to wait before the next attempt.</returns>
    private async ValueTask<TimeSpan?> TryDeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var history = batch.History ??= new DeliveryHistory(options.Retry, random, time.GetTimestamp(), circuit.Successes);
        _holdsProbe = await circuit.EnterAsync(cancellationToken).ConfigureAwait(false);
        history.Attempts++;
        var outcome = await AttemptAsync(batch, cancellationToken).ConfigureAwait(false);
        while (outcome.Status == DeliveryStatus.StateFirst)
        {
            if (exporter.Order != DeliveryOrder.Journal || outcome.State is not { } first)
            {
                throw new InvalidOperationException("Only an exporter in journal order may ask for its state to be committed first.");
            }

            await committer.SaveStateAsync(first, cancellationToken).ConfigureAwait(false);
            outcome = await AttemptAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        if (outcome.Status is DeliveryStatus.Retry or DeliveryStatus.Fatal)
        {
            return await FailedAsync(batch, history, outcome, cancellationToken).ConfigureAwait(false);
        }

        circuit.Succeeded();
        ReleaseProbe();
        if (outcome.Status == DeliveryStatus.DeliveredInPart)
        {
            return await SettlePartAsync(batch, outcome, cancellationToken).ConfigureAwait(false);
        }

        health.Set(outcome.NeedsHelp ? HealthState.Degraded : HealthState.Healthy, outcome.NeedsHelp ? outcome.Reason : "");
        if (outcome.Status == DeliveryStatus.Delivered)
        {
            history.Taken();
            var state = exporter.Order == DeliveryOrder.Journal ? outcome.State : null;
            if (outcome.Changes.Count > 0 && exporter.Order != DeliveryOrder.Journal)
            {
                throw new InvalidOperationException("Only an exporter in journal order may change tables with the cursor.");
            }

            await settler.SettleAsync(batch, state, outcome.Changes, cancellationToken).ConfigureAwait(false);
            await committer.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        }
        else if ((outcome.Status == DeliveryStatus.TooLarge || (outcome.Status == DeliveryStatus.RejectedWhole && history.MayIsolate()))
            && batch.RecordCount > 1)
        {
            Split(batch);
        }
        else
        {
            await settler.GiveUpAsync(batch, outcome.Reason, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Settles a batch except for the records to be tried again, which take its place.</summary>
    private async ValueTask<TimeSpan?> SettlePartAsync(DeliveryBatch batch, DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        if (exporter.Order == DeliveryOrder.Journal || batch.Later.Count == 0 || batch.Later.Count == batch.RecordCount)
        {
            throw new InvalidOperationException($"A batch of {batch.RecordCount} records was delivered in part with {batch.Later.Count} left.");
        }

        batch.History!.Taken();
        var (settled, later) = batch.Part(tracker);
        var wait = WaitAfter(later, later.History!, outcome);
        Tell(HealthState.Degraded, outcome, wait);
        _todo.First!.Value = later;
        batch.Release();
        try
        {
            await settler.SettleAsync(settled, state: null, changes: [], cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            settled.Release();
        }

        return await WaitOrGiveUpAsync(later, later.History!, outcome, wait, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TimeSpan?> FailedAsync(
        DeliveryBatch batch, DeliveryHistory history, DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        // An attempt that we cut off ourselves says nothing about the destination.
        cancellationToken.ThrowIfCancellationRequested();
        circuit.Failed();
        metrics.CountFailed(outcome.Status);
        var wait = WaitAfter(batch, history, outcome);
        Tell(outcome.Status == DeliveryStatus.Fatal && !IsRefusedByValues(batch, outcome) ? HealthState.Failed : HealthState.Degraded, outcome, wait);
        return await WaitOrGiveUpAsync(batch, history, outcome, wait, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says what is wrong, and until when the destination is left in peace where it asks for long.</summary>
    private void Tell(HealthState state, DeliveryOutcome outcome, TimeSpan wait)
    {
        if (outcome.RetryAfter is not { } asked || asked < LongWait)
        {
            health.Set(state, outcome.Reason);
            return;
        }

        var seconds = new TimeSpan(asked.Ticks - (asked.Ticks % TimeSpan.TicksPerSecond));
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Reason}; it asks to wait {GoDuration.Format(seconds)}, and is tried again at {time.GetUtcNow() + wait:yyyy-MM-dd HH:mm:ss}Z");
        var before = health.Report.State;
        health.Set(state, reason);
        if (before == state)
        {
            // Only changes of the state are logged by themselves.
            LogLongWait(logger, reason);
        }
    }

    private TimeSpan WaitAfter(DeliveryBatch batch, DeliveryHistory history, DeliveryOutcome outcome) =>
        history.Failed(circuit.Successes, outcome, isPartitioned: !batch.Values.IsEmpty);

    /// <summary>Others with other values go through: what is wrong with these requests is not wrong with the exporter.</summary>
    private static bool IsRefusedByValues(DeliveryBatch batch, DeliveryOutcome outcome) =>
        outcome.Status == DeliveryStatus.Fatal && !batch.Values.IsEmpty && batch.History!.Suspicions > 0;

    /// <summary>What is next for the first batch after a failure: a wait, its halves, or the dead letters.</summary>
    private async ValueTask<TimeSpan?> WaitOrGiveUpAsync(
        DeliveryBatch batch, DeliveryHistory history, DeliveryOutcome outcome, TimeSpan wait, CancellationToken cancellationToken)
    {
        var single = batch.RecordCount == 1;
        if (!options.Retry.Enabled || OutOfTime(history) || (single && history.Suspicions >= DeliveryHistory.SuspicionsToGiveUp)
            || (IsRefusedByValues(batch, outcome) && history.Suspicions >= DeliveryHistory.SuspicionsToSplit))
        {
            ReleaseProbe();
            await settler.GiveUpAsync(batch, outcome.Reason, cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (!single && history.Suspicions >= DeliveryHistory.SuspicionsToSplit)
        {
            ReleaseProbe();
            Split(batch);
            return null;
        }

        return wait;
    }

    private async ValueTask<DeliveryOutcome> AttemptAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        batch.ResetOutcome();
        using var timeout = new CancellationTokenSource(_timeout, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var started = time.GetTimestamp();
        DeliveryOutcome? outcome = null;
        try
        {
            outcome = await exporter.DeliverAsync(batch, attempt.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            outcome = DeliveryOutcome.Retry($"no answer within {_timeout.TotalSeconds:0.###} s");
        }
        catch (UndeliverableException exception)
        {
            outcome = DeliveryOutcome.Rejected(exception.Message);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = DeliveryOutcome.Retry($"{exception.GetType().Name}: {exception.Message}");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new OperationCanceledException("The attempt was cut off.", exception, cancellationToken);
        }
        finally
        {
            metrics.RecordAttempt(time.GetElapsedTime(started), batch.RecordCount, outcome);
        }

        if (!Thread.CurrentThread.IsThreadPoolThread)
        {
            // An answer can arrive on the thread that waits for all sockets: dead letters are not written there, nor is the next batch made.
            await Task.Yield();
        }

        return outcome.Value;
    }

    /// <summary>Puts the halves of the first batch behind it, in their order.</summary>
    private void Split(DeliveryBatch batch)
    {
        var (first, second) = batch.Halve(tracker);
        var node = _todo.First!;
        _todo.AddAfter(node, second);
        _todo.AddAfter(node, first);
    }

    private void ReleaseProbe()
    {
        if (_holdsProbe)
        {
            _holdsProbe = false;
            circuit.ReleaseProbe();
        }
    }

    private bool OutOfTime(DeliveryHistory history) =>
        options.Retry.MaxElapsedTime > TimeSpan.Zero && time.GetElapsedTime(history.StartedAt) >= options.Retry.MaxElapsedTime;

    [LoggerMessage(Level = LogLevel.Warning, Message = "A delivery waits: {Reason}")]
    private static partial void LogLongWait(ILogger logger, string reason);
}
