namespace Sluice.Runtime.Contracts;

/// <summary>Creates receivers; see <see cref="ReceiverFactory{TOptions}"/>.</summary>
public interface IReceiverFactory : IComponentFactory
{
    /// <summary>Creates an instance that feeds <paramref name="intake"/>. It does nothing before it is started.</summary>
    /// <param name="context">What the runtime gives it.</param>
    /// <param name="options">An instance of <see cref="IComponentFactory.OptionsType"/>, bound and validated.</param>
    /// <param name="intake">Where its requests go.</param>
    IReceiver Create(ComponentContext context, object options, IIntake intake);
}

/// <summary>Base of receiver factories.</summary>
public abstract class ReceiverFactory<TOptions> : IReceiverFactory
    where TOptions : class
{
    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public ComponentKind Kind => ComponentKind.Receiver;

    /// <inheritdoc/>
    public virtual IReadOnlyList<PipelineSignal> Signals => PipelineSignals.All;

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    IReceiver IReceiverFactory.Create(ComponentContext context, object options, IIntake intake) =>
        Create(context, (TOptions)options, intake);

    /// <inheritdoc cref="IReceiverFactory.Create"/>
    protected abstract IReceiver Create(ComponentContext context, TOptions options, IIntake intake);
}
