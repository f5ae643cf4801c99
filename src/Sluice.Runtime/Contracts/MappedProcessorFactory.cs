namespace Sluice.Runtime.Contracts;

/// <summary>A Collector processor whose work another part of Sluice does: it has no instance, only settings.</summary>
public interface IMappedProcessorFactory : IComponentFactory
{
    /// <summary>Translates its options into settings of the pipeline it stands in.</summary>
    void Apply(object options, PipelineSettings settings);
}

/// <summary>Base of the factories of mapped processors.</summary>
public abstract class MappedProcessorFactory<TOptions> : IMappedProcessorFactory
    where TOptions : class
{
    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public ComponentKind Kind => ComponentKind.Processor;

    /// <inheritdoc/>
    public IReadOnlyList<PipelineSignal> Signals => PipelineSignals.All;

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    void IMappedProcessorFactory.Apply(object options, PipelineSettings settings) => Apply((TOptions)options, settings);

    /// <inheritdoc cref="IMappedProcessorFactory.Apply"/>
    protected abstract void Apply(TOptions options, PipelineSettings settings);
}
