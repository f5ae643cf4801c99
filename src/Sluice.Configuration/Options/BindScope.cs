namespace Sluice.Configuration;

/// <summary>Where a value is being bound, and where its errors go.</summary>
/// <param name="Bag">Receives diagnostics.</param>
/// <param name="Path">The path of the value.</param>
/// <param name="Position">The place to name when the value itself has none.</param>
/// <param name="Option">The declaration with range and unit, if there is one.</param>
internal sealed record BindScope(DiagnosticBag Bag, string Path, SourcePosition? Position, OptionAttribute? Option = null)
{
    public BindScope Item(int index) => this with { Path = ConfigPath.Item(Path, index) };

    public BindScope Entry(ConfigMap map, ConfigEntry entry) =>
        this with { Path = ConfigPath.Key(Path, Shown(map, entry)), Position = entry.KeyPosition, Option = null };

    /// <summary>A variable that YAML reads as a map may be a secret that happens to look like one, so its keys are not shown either.</summary>
    private static string Shown(ConfigMap map, ConfigEntry entry) =>
        map.Origin?.StartsWith("${env:", StringComparison.Ordinal) == true ? $"(key in {map.Origin})" : entry.Key;

    public void Error(ConfigNode node, string message, string remedy) => Bag.Error(node.Position, Path, message, remedy);

    /// <summary>Reports a value of the wrong type or form.</summary>
    public void Expected(ConfigNode node, string expected, string detail = "")
    {
        var remedy = detail.Length > 0 ? detail : $"give {expected}";
        Error(node, detail.Length > 0 ? $"{node.Describe()} is not {expected}" : $"{node.Describe()} is of the wrong type", remedy);
    }
}
