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
    SettlementTracker tracker,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly AsyncSignal _settled = new();
    private readonly SettlementProgress _progress = new();
    private readonly byte[] _stateKey = System.Text.Encoding.UTF8.GetBytes(consumer.Name);
    private volatile bool _idle = true;

    /// <summary>Everything settled so far is committed.</summary>
    public bool Idle => _idle && tracker.OutstandingUnits == 0;

    /// <summary>Says that runs were settled.</summary>
    public void Notify()
    {
        _idle = false;
        _settled.Set();
    }

    /// <summary>Commits until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _settled.WaitAsync(cancellationToken).ConfigureAwait(false);
            _idle = false;
            while (tracker.TryAdvance(_progress))
            {
                await CommitAsync(cancellationToken).ConfigureAwait(false);
            }

            _idle = true;
        }
    }

    public void Dispose() => _settled.Dispose();

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await journal.CommitAsync(BuildGroup(), CommitKind.Internal).ConfigureAwait(false);
            if (result.Committed)
            {
                return;
            }

            // The records are delivered whether or not the cursor moves; until it does they would be delivered again after a crash.
            LogCursorNotCommitted(consumer.Name, result.Status, result.Reason);
            await Task.Delay(RetryInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private JournalGroup BuildGroup()
    {
        var group = journal.CreateGroup();
        group.ReceivedUnixNano = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        group.SetCursor(consumer, _progress.Cursor);
        foreach (var (topic, tally) in _progress.Tallies)
        {
            var ledger = ledgers[topic];
            Add(group, ledger.Delivered, tally.Delivered);
            Add(group, ledger.Duplicate, tally.Duplicate);
            Add(group, ledger.DeadLettered, tally.DeadLettered);
            Add(group, ledger.Corrupt, tally.Corrupt);
        }

        if (_progress.State is { } state)
        {
            group.Put(states, _stateKey, state.Span);
        }

        return group;
    }

    private static void Add(JournalGroup group, JournalCounter counter, int delta)
    {
        if (delta != 0)
        {
            group.Add(counter, delta);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The cursor of {Consumer} could not be committed ({Status}: {Reason}); trying again")]
    private partial void LogCursorNotCommitted(string consumer, CommitStatus status, string? reason);
}
