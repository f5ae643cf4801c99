using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>A run of records of one journal entry.</summary>
/// <param name="Batch">Holds the records; owned by the delivery.</param>
/// <param name="Start">Index of the first record of the run in <paramref name="Batch"/>.</param>
/// <param name="Count">Records in the run.</param>
/// <param name="FirstRecord">The id of the first record of the run; the others follow.</param>
/// <param name="Pipeline">The pipeline it went through: the name of its topic.</param>
/// <param name="ReceivedUnixNano">When it was received, in nanoseconds since 1970.</param>
public readonly record struct DeliverySegment(
    EnvelopeBatch Batch, int Start, int Count, RecordId FirstRecord, JournalTopic Pipeline, long ReceivedUnixNano)
{
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
