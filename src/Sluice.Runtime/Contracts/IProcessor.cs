using Sluice.Telemetry.Editing;

namespace Sluice.Runtime.Contracts;

/// <summary>A stateless processor: runs at intake, on the request's thread, over one pipeline's own view. Thread-safe.</summary>
public interface IProcessor
{
    /// <summary>What the ledger calls the records it removes.</summary>
    DropKind Drops { get; }

    /// <summary>Edits the view in place, or removes records from it.</summary>
    /// <exception cref="Exception">Fails the whole request, for every pipeline; nothing of it is written.</exception>
    void Process(BatchView view, RequestContext context);
}
