using Sluice.Journal;

namespace Sluice.Runtime.Delivery;

/// <summary>A run of records under way. Changed only under the lock of its <see cref="SettlementTracker"/>.</summary>
internal sealed class SettlementUnit(JournalTopic topic, RecordId end, int records)
{
    private int _remaining = records;

    public JournalTopic Topic { get; } = topic;

    public RecordId End { get; } = end;

    public SettlementTally Tally { get; private set; }

    public ReadOnlyMemory<byte>? State { get; private set; }

    public bool Settled => _remaining == 0;

    public void Book(SettlementTally tally, ReadOnlyMemory<byte>? state)
    {
        if (tally.Total > _remaining)
        {
            throw new InvalidOperationException($"{tally.Total} records of a run were settled, of which {_remaining} were open.");
        }

        _remaining -= tally.Total;
        Tally += tally;
        State = state ?? State;
    }
}
