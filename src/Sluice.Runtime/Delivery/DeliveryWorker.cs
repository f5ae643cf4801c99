using System.Threading.Channels;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Health;

namespace Sluice.Runtime.Delivery;

/// <summary>Delivers batches of one consumer, one at a time, until each of their records is settled.</summary>
internal sealed class DeliveryWorker(
    string component,
    IExporter exporter,
    DeliveryOptions options,
    ChannelReader<DeliveryBatch> input,
    CircuitBreaker circuit,
    SettlementTracker tracker,
    CursorCommitter committer,
    IDeadLetters deadLetters,
    ComponentHealth health,
    DeliveryMetrics metrics,
    TimeProvider time,
    Random random)
{
    /// <summary>Attempts after which a batch that fails while others succeed is taken for poisoned.</summary>
    public const int AttemptsToSplit = 3;

    private readonly Stack<DeliveryBatch> _todo = new();
    private bool _holdsProbe;

    /// <summary>Works until the input ends, or <paramref name="cancellationToken"/> cuts it off; what is not settled then stays in the journal.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await input.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (input.TryRead(out var batch))
                {
                    _todo.Push(batch);
                    while (_todo.TryPop(out var next))
                    {
                        await DeliverAsync(next, cancellationToken).ConfigureAwait(false);
                    }
                }
            }
        }
        finally
        {
            ReleaseProbe();
            while (_todo.TryPop(out var left))
            {
                left.Release();
            }
        }
    }

    /// <summary>Tries until the batch is settled, or puts its halves on the stack.</summary>
    private async Task DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(options.Retry, random);
        var started = time.GetTimestamp();
        var othersBefore = circuit.Successes;
        var attempts = 0;
        try
        {
            while (true)
            {
                _holdsProbe = await circuit.EnterAsync(_holdsProbe, cancellationToken).ConfigureAwait(false);
                attempts++;
                var outcome = await AttemptAsync(batch, cancellationToken).ConfigureAwait(false);
                switch (outcome.Status)
                {
                    case DeliveryStatus.Delivered:
                        Succeeded();
                        await SettleAsync(batch, outcome, attempts, cancellationToken).ConfigureAwait(false);
                        return;
                    case DeliveryStatus.Rejected:
                        Succeeded();
                        await DeadLetterAsync(batch, outcome.Reason, attempts, cancellationToken).ConfigureAwait(false);
                        return;
                    case DeliveryStatus.TooLarge when batch.RecordCount > 1:
                        Succeeded();
                        Split(batch);
                        return;
                    case DeliveryStatus.TooLarge:
                        Succeeded();
                        await DeadLetterAsync(batch, outcome.Reason, attempts, cancellationToken).ConfigureAwait(false);
                        return;
                    case DeliveryStatus.Retry:
                    case DeliveryStatus.Fatal:
                    default:
                        circuit.Failed();
                        break;
                }

                health.Set(outcome.Status == DeliveryStatus.Fatal ? HealthState.Failed : HealthState.Degraded, outcome.Reason);
                metrics.CountRetry(outcome.Status);
                if (!options.Retry.Enabled || OutOfTime(started))
                {
                    await DeadLetterAsync(batch, outcome.Reason, attempts, cancellationToken).ConfigureAwait(false);
                    return;
                }

                if (attempts >= AttemptsToSplit && circuit.Successes > othersBefore)
                {
                    if (batch.RecordCount > 1)
                    {
                        Split(batch);
                        return;
                    }

                    await DeadLetterAsync(batch, outcome.Reason, attempts, cancellationToken).ConfigureAwait(false);
                    return;
                }

                await Task.Delay(backoff.Next(outcome.RetryAfter), time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // Settled or not: unsettled records stay in the journal, and halves hold references of their own.
            batch.Release();
        }
    }

    private async ValueTask<DeliveryOutcome> AttemptAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        batch.ResetOutcome();
        using var timeout = new CancellationTokenSource(options.Timeout > TimeSpan.Zero ? options.Timeout : Timeout.InfiniteTimeSpan, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var started = time.GetTimestamp();
        try
        {
            return await exporter.DeliverAsync(batch, attempt.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryOutcome.Retry($"no answer within {options.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return DeliveryOutcome.Retry($"{exception.GetType().Name}: {exception.Message}");
        }
        finally
        {
            metrics.RecordAttempt(time.GetElapsedTime(started));
        }
    }

    private async ValueTask SettleAsync(DeliveryBatch batch, DeliveryOutcome outcome, int attempts, CancellationToken cancellationToken)
    {
        var rejected = new int[batch.Segments.Count];
        foreach (var rejection in batch.Rejections)
        {
            var segment = batch.Segments[rejection.Segment].Slice(rejection.Record, 1);
            await KeepDeadLetterAsync(segment, rejection.Reason, attempts, cancellationToken).ConfigureAwait(false);
            rejected[rejection.Segment]++;
        }

        var duplicates = batch.DuplicateCount;
        for (var i = 0; i < batch.Segments.Count; i++)
        {
            // Duplicates are known for the batch as a whole; which segment they are booked to makes no difference to a pipeline's sum.
            var count = batch.Segments[i].Count;
            var duplicate = Math.Min(duplicates, count - rejected[i]);
            duplicates -= duplicate;
            var tally = new SettlementTally(count - duplicate - rejected[i], duplicate, rejected[i], 0);
            tracker.Settle(batch.Parts[i].Unit, tally, i == batch.Segments.Count - 1 ? outcome.State : null);
            metrics.CountSettled(tally);
        }

        committer.Notify();
    }

    private async ValueTask DeadLetterAsync(DeliveryBatch batch, string reason, int attempts, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batch.Segments.Count; i++)
        {
            var segment = batch.Segments[i];
            await KeepDeadLetterAsync(segment, reason, attempts, cancellationToken).ConfigureAwait(false);
            var tally = new SettlementTally(0, 0, segment.Count, 0);
            tracker.Settle(batch.Parts[i].Unit, tally, state: null);
            metrics.CountSettled(tally);
        }

        committer.Notify();
    }

    /// <summary>Holds the records until the dead letters take them: nothing is given up without a trace.</summary>
    private async ValueTask KeepDeadLetterAsync(DeliverySegment segment, string reason, int attempts, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(options.Retry, random);
        while (true)
        {
            try
            {
                await deadLetters.AddAsync(component, segment, reason, attempts, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (IOException exception)
            {
                health.Set(HealthState.Degraded, $"dead letters cannot be written: {exception.Message}");
                await Task.Delay(backoff.Next(null), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Split(DeliveryBatch batch)
    {
        var (first, second) = batch.Halve();
        _todo.Push(second);
        _todo.Push(first);
    }

    private void Succeeded()
    {
        circuit.Succeeded();
        health.Set(HealthState.Healthy);
        ReleaseProbe();
    }

    private void ReleaseProbe()
    {
        if (_holdsProbe)
        {
            _holdsProbe = false;
            circuit.ReleaseProbe();
        }
    }

    private bool OutOfTime(long started) =>
        options.Retry.MaxElapsedTime > TimeSpan.Zero && time.GetElapsedTime(started) >= options.Retry.MaxElapsedTime;
}
