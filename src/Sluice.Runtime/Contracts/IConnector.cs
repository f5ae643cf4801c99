using Sluice.Telemetry.Editing;

namespace Sluice.Runtime.Contracts;

/// <summary>
/// A stateless connector: runs at intake, behind the processors of one pipeline, and says which pipelines each record goes on to. They
/// process it in the same request, and all of it is committed in one group. Thread-safe.
/// </summary>
public interface IConnector
{
    /// <summary>Pipelines that one connector can feed at most.</summary>
    const int MaxPipelines = 64;

    /// <summary>Says where each record goes. Must not edit the view.</summary>
    /// <param name="view">What the pipeline has left.</param>
    /// <param name="context">Where the request came from.</param>
    /// <param name="targets">
    /// One for each record of the view, 0 at first. Bit n sends the record to the n-th of the pipelines that the connector was created
    /// with; a record without a bit goes nowhere.
    /// </param>
    /// <exception cref="Exception">Fails the whole request, for every pipeline; nothing of it is written.</exception>
    void Route(BatchView view, RequestContext context, Span<ulong> targets);
}
