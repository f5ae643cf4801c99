using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.Contracts;

/// <summary>Creates exporters; see <see cref="ExporterFactory{TOptions}"/>.</summary>
public interface IExporterFactory : IComponentFactory
{
    /// <summary>Creates the one instance of an exporter, however many pipelines it serves. It does nothing before it is started.</summary>
    IExporter Create(ComponentContext context, object options);

    /// <summary>How its consumer batches, retries and lags.</summary>
    DeliveryOptions Delivery(object options);
}

/// <summary>Base of exporter factories.</summary>
public abstract class ExporterFactory<TOptions> : IExporterFactory
    where TOptions : class
{
    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <inheritdoc/>
    public ComponentKind Kind => ComponentKind.Exporter;

    /// <inheritdoc/>
    public virtual IReadOnlyList<PipelineSignal> Signals => PipelineSignals.All;

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    IExporter IExporterFactory.Create(ComponentContext context, object options) => Create(context, (TOptions)options);

    DeliveryOptions IExporterFactory.Delivery(object options) => Delivery((TOptions)options);

    /// <inheritdoc cref="IExporterFactory.Create"/>
    protected abstract IExporter Create(ComponentContext context, TOptions options);

    /// <inheritdoc cref="IExporterFactory.Delivery"/>
    protected abstract DeliveryOptions Delivery(TOptions options);
}
