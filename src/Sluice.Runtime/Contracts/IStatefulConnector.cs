using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;

namespace Sluice.Runtime.Contracts;

/// <summary>
/// A connector with memory: a consumer of the topics of the pipelines that export to it, which appends to the pipelines it feeds. One
/// instance serves all of them; its methods are called one at a time.
/// </summary>
/// <remarks>
/// What it writes, what changed of its state and its cursor become durable in one group, so that a restart resumes where that stood:
/// nothing is lost, nothing counted twice. It therefore keeps no state elsewhere and asks no clock.
/// </remarks>
public interface IStatefulConnector
{
    /// <summary>
    /// How often it gives out what it gathered. Time is that of the receipt of the records read; the clock counts only where all are read.
    /// </summary>
    TimeSpan Interval { get; }

    /// <summary>
    /// What it gathered is about as much as a part may have, so that it is asked to write before it is given more. A connector that cannot cut
    /// what it writes says so in time.
    /// </summary>
    bool IsFull => false;

    /// <summary>Takes up the state that was written last. Called once, before anything else.</summary>
    /// <param name="state">The table that <see cref="StatefulOutput.Put"/> changes; its own alone.</param>
    /// <param name="partSize">
    /// Bytes that what it writes between two calls of <see cref="StatefulOutput.EndPart"/> should not exceed by much: a part that is larger than a
    /// group of the journal may be is never committed.
    /// </param>
    void Restore(JournalTable state, int partSize);

    /// <summary>Takes in records, in journal order.</summary>
    /// <param name="records">Lent for the call.</param>
    /// <remarks>
    /// After a crash between the parts of one write (<see cref="StatefulOutput.EndPart"/>) records come again that some of the restored state
    /// covers: those before <see cref="StatefulOutput.Position"/> when it was written. State that covers records which have not all come again must
    /// not be removed.
    /// </remarks>
    void Add(in DeliverySegment records);

    /// <summary>
    /// Writes what changed of its state since the last call, and where <see cref="StatefulOutput.EmitUnixNano"/> says so, what it gathered. It is
    /// not asked again for what it wrote: that is committed before anything else happens, or found undone after a restart.
    /// </summary>
    void Write(StatefulOutput output);
}
