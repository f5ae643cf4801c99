namespace Sluice.Runtime.Contracts;

/// <summary>
/// Options of a component that uses extensions. The graph checks that each is defined, started and fit for its role; the component then
/// asks <see cref="ComponentContext.Extensions"/> for it.
/// </summary>
public interface IExtensionUser
{
    /// <summary>Every extension that the options name.</summary>
    IEnumerable<ExtensionReference> UsedExtensions { get; }
}
