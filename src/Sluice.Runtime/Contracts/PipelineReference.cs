namespace Sluice.Runtime.Contracts;

/// <summary>A connector's mention of a pipeline.</summary>
/// <param name="Key">Where it stands, below the component: <c>table[0]::pipelines[1]</c>.</param>
/// <param name="Id">The pipeline's id.</param>
public readonly record struct PipelineReference(string Key, string Id);
