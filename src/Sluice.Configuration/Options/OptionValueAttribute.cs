namespace Sluice.Configuration;

/// <summary>Names an enum member in the configuration; without it the name is the member's in snake case.</summary>
/// <param name="name">The name that is printed.</param>
/// <param name="aliases">Further names that are accepted.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class OptionValueAttribute(string name, params string[] aliases) : Attribute
{
    /// <summary>The name that is printed.</summary>
    public string Name { get; } = name;

    /// <summary>Further names that are accepted.</summary>
    public IReadOnlyList<string> Aliases { get; } = aliases;
}
