using Sluice.Journal;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// Remembers, in journal order, the runs of records that were handed out and what became of them, so that the cursor moves exactly
/// behind what is settled while deliveries finish in any order. Thread-safe.
/// </summary>
internal sealed class SettlementTracker
{
    private readonly Lock _lock = new();
    private readonly Queue<SettlementUnit> _units = new();

    /// <summary>Runs handed out and not yet passed by the cursor.</summary>
    public int OutstandingUnits
    {
        get
        {
            lock (_lock)
            {
                return _units.Count;
            }
        }
    }

    /// <summary>Adds the next run in journal order.</summary>
    public SettlementUnit Add(JournalTopic topic, RecordId end, int records)
    {
        var unit = new SettlementUnit(topic, end, records);
        lock (_lock)
        {
            _units.Enqueue(unit);
        }

        return unit;
    }

    /// <summary>Books the outcome of records of a run.</summary>
    /// <param name="unit">The run.</param>
    /// <param name="tally">What became of them; a run is settled when all its records are booked.</param>
    /// <param name="state">The exporter's state behind these records, if it gave one.</param>
    public void Settle(SettlementUnit unit, SettlementTally tally, ReadOnlyMemory<byte>? state)
    {
        lock (_lock)
        {
            unit.Book(tally, state);
        }
    }

    /// <summary>Takes the settled runs at the front: the cursor may move behind them.</summary>
    /// <returns>False when the front is not settled.</returns>
    public bool TryAdvance(SettlementProgress progress)
    {
        progress.Clear();
        lock (_lock)
        {
            while (_units.TryPeek(out var unit) && unit.Settled)
            {
                _units.Dequeue();
                progress.Add(unit);
            }
        }

        return progress.Any;
    }
}
