using Sluice.Runtime.Contracts;
using Sluice.Telemetry.Editing;

namespace Sluice.Testing.Components;

/// <summary>A processor that a test writes.</summary>
public sealed class ScriptedProcessor(Action<BatchView, RequestContext> process, DropKind drops = DropKind.Filtered) : IProcessor
{
    /// <inheritdoc/>
    public DropKind Drops => drops;

    /// <inheritdoc/>
    public void Process(BatchView view, RequestContext context) => process(view, context);
}
