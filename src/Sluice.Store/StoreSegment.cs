using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Store;

/// <summary>A run of records to store, in the order of the journal.</summary>
/// <param name="Batch">Holds them; lent for the call.</param>
/// <param name="Start">Index of the first record in <paramref name="Batch"/>.</param>
/// <param name="Count">Records in the run.</param>
/// <param name="FirstRecord">The id of the first record; the others follow.</param>
/// <param name="Topic">The journal topic they come from: the pipeline id, or that of a replay.</param>
/// <param name="ReceivedUnixNano">When they were first received, in nanoseconds since 1970.</param>
public readonly record struct StoreSegment(
    EnvelopeBatch Batch, int Start, int Count, RecordId FirstRecord, string Topic, long ReceivedUnixNano)
{
    private readonly RecordId? _position;
    private readonly long? _appendedUnixNano;

    /// <summary>The place of the first record in the topic, which is its id except in a replay: what is applied is known by it.</summary>
    public RecordId Position
    {
        get => _position ?? FirstRecord;
        init => _position = value;
    }

    /// <summary>When they were appended to the topic, in nanoseconds since 1970; decides in which file they go.</summary>
    public long AppendedUnixNano
    {
        get => _appendedUnixNano ?? ReceivedUnixNano;
        init => _appendedUnixNano = value;
    }
}
