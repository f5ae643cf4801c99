namespace Sluice.Configuration;

/// <summary>A list of values.</summary>
public sealed class ConfigList : ConfigNode
{
    /// <summary>Creates a list.</summary>
    public ConfigList(SourcePosition position, IReadOnlyList<ConfigNode> items)
        : base(position) => Items = items;

    /// <summary>The items in order.</summary>
    public IReadOnlyList<ConfigNode> Items { get; }

    internal override string Describe() => "a list" + FromOrigin();
}
