using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>A map in the order it was written; keys are unique.</summary>
public sealed class ConfigMap : ConfigNode
{
    private readonly Dictionary<string, ConfigEntry> _byKey;

    /// <summary>Creates a map.</summary>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public ConfigMap(SourcePosition position, IReadOnlyList<ConfigEntry> entries)
        : base(position)
    {
        Entries = entries;
        _byKey = new Dictionary<string, ConfigEntry>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            _byKey.Add(entry.Key, entry);
        }
    }

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<ConfigEntry> Entries { get; }

    /// <summary>Finds the value of a key.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out ConfigNode? value)
    {
        value = Find(key)?.Value;
        return value is not null;
    }

    /// <summary>Finds the entry of a key, with the position of the key itself.</summary>
    public ConfigEntry? Find(string key) => _byKey.GetValueOrDefault(key);

    internal override string Describe() => "a map" + FromOrigin();
}
