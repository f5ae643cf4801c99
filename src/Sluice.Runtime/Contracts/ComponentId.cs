namespace Sluice.Runtime.Contracts;

/// <summary>How the configuration names a component: <c>type</c> or <c>type/name</c>.</summary>
/// <param name="Type">The component type, such as <c>otlp</c>.</param>
/// <param name="Name">What stands behind the slash; empty when there is none.</param>
public readonly record struct ComponentId(string Type, string Name)
{
    /// <summary>Reads the text form.</summary>
    /// <returns>False when the type or a name behind a slash is empty, or either holds white space.</returns>
    public static bool TryParse(string text, out ComponentId id)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        id = slash < 0 ? new ComponentId(text, "") : new ComponentId(text[..slash], text[(slash + 1)..]);
        return id.Type.Length > 0 && (slash < 0 || id.Name.Length > 0) && !text.Any(char.IsWhiteSpace);
    }

    /// <inheritdoc/>
    public override string ToString() => Name.Length == 0 ? Type : $"{Type}/{Name}";
}
