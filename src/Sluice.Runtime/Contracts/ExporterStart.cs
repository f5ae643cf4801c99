using Sluice.Journal;

namespace Sluice.Runtime.Contracts;

/// <summary>Where an exporter's consumer stands when it starts.</summary>
/// <param name="JournalId">Whose record ids it will be given.</param>
/// <param name="Cursor">The durable cursor: nothing before it comes again; everything behind it does.</param>
/// <param name="State">What it returned last with <see cref="Delivery.DeliveryOutcome.State"/> and was committed; empty at first.</param>
public sealed record ExporterStart(Guid JournalId, RecordId Cursor, ReadOnlyMemory<byte> State)
{
    /// <summary>
    /// Where the journal ends: what stands before it may have been delivered by an earlier start that did not get to book it; what stands
    /// behind it cannot.
    /// </summary>
    public RecordId End { get; init; }
}
