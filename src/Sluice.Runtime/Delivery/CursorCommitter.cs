using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.Ledger;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// Moves one consumer's cursor behind what is settled, in one group with the ledger's tallies and the exporter's state. One commit at a
/// time; what is settled meanwhile goes with the next.
/// </summary>
internal sealed partial class CursorCommitter(
    IJournal journal,
    IJournalConsumer consumer,
    IReadOnlyDictionary<JournalTopic, ConsumerLedger> ledgers,
    JournalTable states,
    ReadOnlyMemory<byte> stateKey,
    SettlementTracker tracker,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly AsyncSignal _settled = new();
    private readonly SettlementProgress _progress = new();
    private StateRequest? _requested;
    private StateRequest? _saving;

    /// <summary>Says that runs were settled.</summary>
    public void Notify() => _settled.Set();

    /// <summary>
    /// Commits the exporter's state without moving the cursor beyond what is settled. One caller at a time, with nothing under way that
    /// would return another state.
    /// </summary>
    /// <returns>When the state is durable; it waits for as long as the journal refuses it.</returns>
    public Task SaveStateAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
    {
        var request = new StateRequest(state);
        Volatile.Write(ref _requested, request);
        _settled.Set();
        return request.Saved.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Commits until cancelled, or until the journal closes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _settled.WaitAsync(cancellationToken).ConfigureAwait(false);
            while (TryTake())
            {
                var status = await CommitAsync().ConfigureAwait(false);
                if (status == CommitStatus.Closed)
                {
                    return;
                }

                if (status != CommitStatus.Committed)
                {
                    await Task.Delay(RetryInterval, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Commits once what is settled and not committed. Only when <see cref="RunAsync"/> has ended.</summary>
    public async Task FlushAsync()
    {
        if (TryTake())
        {
            await CommitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes what the next group is to carry, beside what an uncommitted one held already.</summary>
    /// <returns>False when there is nothing to commit.</returns>
    private bool TryTake()
    {
        // The request before the runs: what was settled before it was made then goes with it or ahead of it. The other way round a run could
        // be left behind whose bytes are where the new state says nothing of.
        _saving ??= Interlocked.Exchange(ref _requested, null);
        return tracker.TryAdvance(_progress) || _saving is not null;
    }

    private async ValueTask<CommitStatus> CommitAsync()
    {
        var result = await journal.CommitAsync(BuildGroup(), CommitKind.Internal).ConfigureAwait(false);
        if (result.Committed)
        {
            _progress.Clear();
            _saving?.Saved.SetResult();
            _saving = null;
        }
        else
        {
            // The records are delivered whether or not the cursor moves; until it does they would be delivered again after a crash.
            LogCursorNotCommitted(consumer.Name, result.Status, result.Reason);
        }

        return result.Status;
    }

    private JournalGroup BuildGroup()
    {
        var group = journal.CreateGroup();
        group.ReceivedUnixNano = time.GetUnixNano();
        if (_progress.Any)
        {
            group.SetCursor(consumer, _progress.Cursor);
        }

        foreach (var (topic, tally) in _progress.Tallies)
        {
            var ledger = ledgers[topic];
            group.AddUnlessZero(ledger.Delivered, tally.Delivered);
            group.AddUnlessZero(ledger.Duplicate, tally.Duplicate);
            group.AddUnlessZero(ledger.DeadLettered, tally.DeadLettered);
            group.AddUnlessZero(ledger.Rejected, tally.Rejected);
            group.AddUnlessZero(ledger.Corrupt, tally.Corrupt);
        }

        // A state that was asked for was made after everything that is settled.
        if ((_saving?.State ?? _progress.State) is { } state)
        {
            group.Put(states, stateKey.Span, state.Span);
        }

        return group;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The cursor of {Consumer} could not be committed ({Status}: {Reason}); its records would come again after a restart")]
    private partial void LogCursorNotCommitted(string consumer, CommitStatus status, string? reason);

    private sealed class StateRequest(ReadOnlyMemory<byte> state)
    {
        public ReadOnlyMemory<byte> State { get; } = state;

        public TaskCompletionSource Saved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
