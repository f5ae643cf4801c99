using Sluice.Runtime.Contracts;

namespace Sluice.Components.Processors.ResourceProcessor;

/// <summary>The <c>resource</c> processor.</summary>
public sealed class ResourceProcessorFactory : ProcessorFactory<ResourceProcessorOptions>
{
    /// <inheritdoc/>
    public override string Type => "resource";

    /// <inheritdoc/>
    public override string Summary => "Adds, changes and removes attributes of resources.";

    /// <inheritdoc/>
    protected override IProcessor Create(ComponentContext context, PipelineSignal signal, ResourceProcessorOptions options) =>
        new ResourceProcessor(options, context.Pool.Buffers);
}
