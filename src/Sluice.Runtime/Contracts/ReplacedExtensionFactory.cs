namespace Sluice.Runtime.Contracts;

/// <summary>A Collector extension whose work another part of Sluice does: it has no instance, only options that say so.</summary>
public interface IReplacedExtensionFactory : IComponentFactory;

/// <summary>Base of the factories of replaced extensions; the options carry <see cref="Configuration.IgnoredRecordAttribute"/>.</summary>
public abstract class ReplacedExtensionFactory<TOptions> : IReplacedExtensionFactory
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
}
