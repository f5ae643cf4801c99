using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.Contracts;

/// <summary>What mapped processors ask of the pipeline they stand in; the runtime applies it when it builds the graph.</summary>
public sealed class PipelineSettings
{
    /// <summary>
    /// Batching asked for by a <c>batch</c> processor. It holds for the exporters of the pipeline, and of those behind its connectors, that do not set
    /// <c>sending_queue::batch</c> themselves; of several pipelines the largest <see cref="BatchOptions.MinSize"/> counts.
    /// </summary>
    public BatchOptions? Batch { get; set; }

    /// <summary>
    /// Headers that the records of one batch have in common. It holds for the same exporters as <see cref="Batch"/>, whatever they set themselves;
    /// of several pipelines all count.
    /// </summary>
    public IReadOnlyList<string> PartitionBy { get; set; } = [];

    /// <summary>Combinations of the values of such headers that are gathered at the same time; of several pipelines the smallest counts.</summary>
    public int? PartitionLimit { get; set; }

    /// <summary>Bytes of requests in flight that a <c>memory_limiter</c> allows; the smallest of all pipelines holds for the process.</summary>
    public long? IntakeLimit { get; set; }
}
