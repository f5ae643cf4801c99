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
    /// <param name="node">The value.</param>
    /// <param name="expected">A phrase as in <see cref="IParsableOption{TSelf}.Expected"/>: what, and examples after <c>such as</c>.</param>
    /// <param name="detail">A better remedy than an example, if there is one.</param>
    public void Expected(ConfigNode node, string expected, string detail = "")
    {
        const string ExampleMark = " such as ";
        var mark = expected.IndexOf(ExampleMark, StringComparison.Ordinal);
        var noun = mark < 0 ? expected : expected[..mark];
        var example = mark < 0 ? $"give {noun}" : $"write for example {expected[(mark + ExampleMark.Length)..]}";
        Error(node, $"{node.Describe()} is not {noun}", detail.Length > 0 ? detail : example);
    }
}
