using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>The component types of this build, by kind and name.</summary>
public sealed class ComponentCatalog
{
    private readonly Dictionary<(ComponentKind Kind, string Type), IComponentFactory> _factories = [];

    /// <summary>Collects the factories.</summary>
    /// <exception cref="ArgumentException">Two factories of one kind share a name.</exception>
    public ComponentCatalog(IEnumerable<IComponentFactory> factories)
    {
        foreach (var factory in factories)
        {
            foreach (var name in factory.Aliases.Prepend(factory.Type))
            {
                if (!_factories.TryAdd((factory.Kind, name), factory))
                {
                    throw new ArgumentException($"Two {factory.Kind} factories are named {name}.", nameof(factories));
                }
            }
        }
    }

    /// <summary>Every factory once, by kind and type.</summary>
    public IEnumerable<IComponentFactory> All =>
        _factories.Values.Distinct().OrderBy(factory => factory.Kind).ThenBy(factory => factory.Type, StringComparer.Ordinal);

    /// <summary>Finds a factory by type or alias.</summary>
    public IComponentFactory? Find(ComponentKind kind, string type) => _factories.GetValueOrDefault((kind, type));

    /// <summary>The names that a section of the file may use, aliases included.</summary>
    public IReadOnlyList<string> Names(ComponentKind kind) =>
        [.. _factories.Keys.Where(key => key.Kind == kind).Select(key => key.Type).Order(StringComparer.Ordinal)];
}
