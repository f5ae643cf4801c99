namespace Sluice.Runtime.Contracts;

/// <summary>One pipeline as status pages show it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Receivers">Ids of its receivers.</param>
/// <param name="Processors">Ids of its processors, in order.</param>
/// <param name="Exporters">Ids of its exporters.</param>
public sealed record PipelineStatus(string Id, IReadOnlyList<string> Receivers, IReadOnlyList<string> Processors, IReadOnlyList<string> Exporters);
