using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>One pipeline of the configuration, resolved.</summary>
/// <param name="Id">Its id: the name of its topic.</param>
/// <param name="Signal">What it carries.</param>
/// <param name="Receivers">What feeds it.</param>
/// <param name="Processors">What its data passes, in order.</param>
/// <param name="Exporters">What takes it.</param>
public sealed record PipelineModel(
    string Id,
    PipelineSignal Signal,
    IReadOnlyList<ComponentModel> Receivers,
    IReadOnlyList<ComponentModel> Processors,
    IReadOnlyList<ComponentModel> Exporters);
