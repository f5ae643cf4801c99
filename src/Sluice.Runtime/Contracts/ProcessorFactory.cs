namespace Sluice.Runtime.Contracts;

/// <summary>Creates stateless processors; see <see cref="ProcessorFactory{TOptions}"/>.</summary>
public interface IProcessorFactory : IComponentFactory
{
    /// <summary>Finds what the options say that makes no sense in pipelines of a signal; such a configuration is not started.</summary>
    IEnumerable<PipelineFault> FindFaults(PipelineSignal signal, object options);

    /// <summary>Creates an instance for one pipeline.</summary>
    IProcessor Create(ComponentContext context, PipelineSignal signal, object options);
}

/// <summary>Base of the factories of stateless processors.</summary>
public abstract class ProcessorFactory<TOptions> : IProcessorFactory
    where TOptions : class
{
    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public ComponentKind Kind => ComponentKind.Processor;

    /// <inheritdoc/>
    public virtual IReadOnlyList<PipelineSignal> Signals => PipelineSignals.All;

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    IProcessor IProcessorFactory.Create(ComponentContext context, PipelineSignal signal, object options) =>
        Create(context, signal, (TOptions)options);

    IEnumerable<PipelineFault> IProcessorFactory.FindFaults(PipelineSignal signal, object options) => FindFaults(signal, (TOptions)options);

    /// <inheritdoc cref="IProcessorFactory.FindFaults"/>
    protected virtual IEnumerable<PipelineFault> FindFaults(PipelineSignal signal, TOptions options) => [];

    /// <inheritdoc cref="IProcessorFactory.Create"/>
    protected abstract IProcessor Create(ComponentContext context, PipelineSignal signal, TOptions options);
}
