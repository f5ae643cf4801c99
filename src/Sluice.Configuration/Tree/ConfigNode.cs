namespace Sluice.Configuration;

/// <summary>A node of the merged configuration tree; immutable once loaded.</summary>
public abstract class ConfigNode
{
    private protected ConfigNode(SourcePosition position) => Position = position;

    /// <summary>Where the value was written: after merging, in the source that won.</summary>
    public SourcePosition Position { get; }

    /// <summary>Place in the tree as in <see cref="ConfigPath"/>; empty for the root and for nodes that were not loaded.</summary>
    public string Path { get; internal set; } = "";

    /// <summary>
    /// The placeholder that produced this value or part of it, without its default, such as <c>${env:PASSWORD}</c>; null when it was
    /// written literally. A value with an origin may be confidential and is never repeated in a diagnostic.
    /// </summary>
    public string? Origin { get; internal init; }

    /// <summary>
    /// The exact text a placeholder gave when it was the whole value: what a text option gets, however YAML would have read it.
    /// </summary>
    public string? SubstitutedText { get; internal init; }

    /// <summary>True when a placeholder in it could not be resolved; that was reported, and binding stays silent about the value.</summary>
    internal bool IsUnresolved { get; init; }

    /// <summary>What it is, for messages: <c>a map</c>, <c>the number 5</c>. Never shows text that came from a placeholder.</summary>
    internal abstract string Describe();

    private protected string FromOrigin() => Origin is null ? "" : $" from {Origin}";
}
