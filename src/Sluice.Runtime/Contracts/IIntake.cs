using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Runtime.Contracts;

/// <summary>Where one receiver's requests enter: processors run, the group is committed, and the answer says what became of it.</summary>
public interface IIntake
{
    /// <summary>Some pipeline takes this signal from the receiver.</summary>
    bool Accepts(Signal signal);

    /// <summary>
    /// Finds or makes a durable table for what a receiver has to know of requests that it took, also after a restart. Its name begins with
    /// the type of the receiver and holds its id. Entries are written with <see cref="SubmitAsync"/> alone.
    /// </summary>
    JournalTable OpenTable(string name, JournalTableOptions options);

    /// <summary>Runs the request through every pipeline of the receiver and commits it as one group.</summary>
    /// <param name="batch">Consumed: disposed by the intake, whatever the outcome. Its memory stays charged to the caller's reservation.</param>
    /// <param name="context">Where the request came from.</param>
    /// <param name="puts">Entries of tables of <see cref="OpenTable"/> that are durable if the request is, and not otherwise. They are copied before this returns.</param>
    /// <returns>Completes when the group is durable, or refused with nothing written.</returns>
    ValueTask<IntakeResult> SubmitAsync(EnvelopeBatch batch, RequestContext context, ReadOnlyMemory<TablePut> puts = default);

    /// <summary>Counts a request that never became a batch, so that refusals show in the receiver's metrics.</summary>
    void CountRefused(Signal signal, string reason);
}
