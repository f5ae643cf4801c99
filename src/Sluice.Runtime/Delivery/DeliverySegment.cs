using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>A run of records of one journal entry.</summary>
/// <param name="Batch">Holds the records; owned by the delivery.</param>
/// <param name="Start">Index of the first record of the run in <paramref name="Batch"/>.</param>
/// <param name="Count">Records in the run.</param>
/// <param name="FirstRecord">
/// The identity of the first record of the run, which the others follow: the same in every delivery of it, a replay included.
/// </param>
/// <param name="Pipeline">The pipeline it went through: the topic of that name.</param>
/// <param name="ReceivedUnixNano">When it was first received, in nanoseconds since 1970.</param>
public readonly record struct DeliverySegment(
    EnvelopeBatch Batch, int Start, int Count, RecordId FirstRecord, JournalTopic Pipeline, long ReceivedUnixNano)
{
    /// <summary>The <see cref="Contracts.RequestContext"/> of the request that they came with, encoded. Lent like the records.</summary>
    public ReadOnlyMemory<byte> Context { get; init; }

    /// <summary>Where the records stand now when they are delivered again; null for those that stand where they were first written.</summary>
    public ReplayedEntry? Replay { get; init; }

    /// <summary>The place of the first record in the journal; what counts for cursors and for whether it was applied already.</summary>
    public RecordId Position => Replay is null ? FirstRecord : Replay.PositionOf(FirstRecord);

    /// <summary>The topic that <see cref="Position"/> is of.</summary>
    public JournalTopic Topic => Replay is null ? Pipeline : Replay.Topic;

    /// <summary>When the entry was appended, in nanoseconds since 1970: later than its receipt when it is a replay.</summary>
    public long AppendedUnixNano => Replay is null ? ReceivedUnixNano : Replay.AppendedUnixNano;

    /// <summary>Bytes of the records' messages.</summary>
    public long MessageBytes
    {
        get
        {
            long bytes = 0;
            foreach (ref readonly var envelope in Batch.Envelopes.Slice(Start, Count))
            {
                bytes += envelope.Length;
            }

            return bytes;
        }
    }

    /// <summary>A part of the run.</summary>
    public DeliverySegment Slice(int start, int count) =>
        this with { Start = Start + start, Count = count, FirstRecord = FirstRecord.Plus(start) };
}
