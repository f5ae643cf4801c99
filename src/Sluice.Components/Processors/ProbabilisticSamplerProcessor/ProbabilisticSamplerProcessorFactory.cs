using Sluice.Runtime.Contracts;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>The <c>probabilistic_sampler</c> processor.</summary>
public sealed class ProbabilisticSamplerProcessorFactory : ProcessorFactory<ProbabilisticSamplerProcessorOptions>
{
    /// <inheritdoc/>
    public override string Type => "probabilistic_sampler";

    /// <inheritdoc/>
    public override string Summary => "Keeps a percentage of log records and spans, consistently over traces and tiers.";

    /// <inheritdoc/>
    public override IReadOnlyList<PipelineSignal> Signals { get; } = [PipelineSignal.Logs, PipelineSignal.Events, PipelineSignal.Traces];

    /// <inheritdoc/>
    protected override IProcessor Create(ComponentContext context, PipelineSignal signal, ProbabilisticSamplerProcessorOptions options) =>
        new ProbabilisticSamplerProcessor(context, options, signal.ToSignal());
}
