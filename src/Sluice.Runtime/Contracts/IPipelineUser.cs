namespace Sluice.Runtime.Contracts;

/// <summary>Options of a connector that name pipelines. The graph checks that each exists and has the connector among its receivers.</summary>
public interface IPipelineUser
{
    /// <summary>Every mention of a pipeline.</summary>
    IEnumerable<PipelineReference> UsedPipelines { get; }
}
