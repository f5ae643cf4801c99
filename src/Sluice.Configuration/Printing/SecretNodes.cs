using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>
/// The values of a tree that must not be printed: those of options declared as <see cref="Secret"/>, and those that came from a placeholder
/// into a key that nothing declares, where it cannot be known what they are.
/// </summary>
public sealed class SecretNodes
{
    private readonly HashSet<ConfigNode> _nodes = [];

    /// <summary>Marks what is confidential in a part of the tree by its options type.</summary>
    public void Add(ConfigNode node, [DynamicallyAccessedMembers(OptionsModel.Reflected)] Type optionsType) =>
        Mark(node, RecordBinder.ForRecord(optionsType));

    /// <summary>Marks a part of the tree that no type describes: whatever a placeholder gave.</summary>
    public void AddUndeclared(ConfigNode node)
    {
        if (node.Origin is not null)
        {
            _nodes.Add(node);
        }

        foreach (var child in ChildrenOf(node))
        {
            AddUndeclared(child);
        }
    }

    /// <summary>Whether the value must not be printed.</summary>
    public bool Contains(ConfigNode node) => _nodes.Contains(node);

    private void Mark(ConfigNode node, ValueBinder binder)
    {
        switch (binder)
        {
            case SecretBinder:
                _nodes.Add(node);
                break;
            case NodeBinder:
                AddUndeclared(node);
                break;
            case RecordBinder record when node is ConfigMap map:
                foreach (var entry in map.Entries)
                {
                    if (record.Model.ByKey.TryGetValue(entry.Key, out var option))
                    {
                        Mark(entry.Value, option.Binder);
                    }
                    else if (node.Origin is null)
                    {
                        AddUndeclared(entry.Value);
                    }
                    else
                    {
                        // A placeholder that gave keys nobody knows gave something else than was meant, and its keys may be part of a secret.
                        _nodes.Add(node);
                    }
                }

                break;
            case { Element: SecretBinder } when node.Origin is not null:
                _nodes.Add(node);
                break;
            case { Element: { } element } when node is ConfigMap or ConfigList:
                foreach (var child in ChildrenOf(node))
                {
                    Mark(child, element);
                }

                break;
            case { Element: not null } or RecordBinder:
                // Not of the shape its type asks for: nobody can say which part of it is the secret.
                AddUndeclared(node);
                break;
        }
    }

    private static IEnumerable<ConfigNode> ChildrenOf(ConfigNode node) => node switch
    {
        ConfigMap map => map.Entries.Select(entry => entry.Value),
        ConfigList list => list.Items,
        _ => [],
    };
}
