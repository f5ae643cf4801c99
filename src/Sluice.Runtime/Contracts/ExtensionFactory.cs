namespace Sluice.Runtime.Contracts;

/// <summary>Creates extensions; see <see cref="ExtensionFactory{TOptions}"/>.</summary>
public interface IExtensionFactory : IComponentFactory
{
    /// <summary>What an instance with these options does for other components.</summary>
    ExtensionRoles Roles(object options);

    /// <summary>Creates an instance. It does nothing before it is started.</summary>
    IExtension Create(ComponentContext context, object options);
}

/// <summary>Base of extension factories.</summary>
public abstract class ExtensionFactory<TOptions> : IExtensionFactory
    where TOptions : class
{
    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public ComponentKind Kind => ComponentKind.Extension;

    /// <inheritdoc/>
    public IReadOnlyList<PipelineSignal> Signals => [];

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    ExtensionRoles IExtensionFactory.Roles(object options) => Roles((TOptions)options);

    IExtension IExtensionFactory.Create(ComponentContext context, object options) => Create(context, (TOptions)options);

    /// <inheritdoc cref="IExtensionFactory.Roles"/>
    protected virtual ExtensionRoles Roles(TOptions options) => ExtensionRoles.None;

    /// <inheritdoc cref="IExtensionFactory.Create"/>
    protected abstract IExtension Create(ComponentContext context, TOptions options);
}
