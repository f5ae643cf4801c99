using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Processors.BatchProcessor;

/// <summary>The <c>batch</c> processor: its keys become the batching of the exporters of its pipeline, behind the journal.</summary>
public sealed class BatchProcessorFactory : MappedProcessorFactory<BatchProcessorOptions>
{
    /// <inheritdoc/>
    public override string Type => "batch";

    /// <inheritdoc/>
    public override string Summary => "Sets the batching of the pipeline's exporters.";

    /// <inheritdoc/>
    protected override void Apply(BatchProcessorOptions options, PipelineSettings settings)
    {
        settings.Batch = new BatchOptions
        {
            FlushTimeout = options.Timeout,
            MinSize = options.SendBatchSize,
            MaxSize = options.SendBatchMaxSize,
            Sizer = BatchSizer.Items,
        };
        settings.PartitionBy = options.MetadataKeys;
        settings.PartitionLimit = options.MetadataKeys.Count > 0 ? options.MetadataCardinalityLimit : null;
    }
}
