using Sluice.Configuration;

namespace Sluice.Tests.Compatibility;

/// <summary>The declared keys of an options record by path: <c>a::b</c>, items of lists as <c>a[]::b</c>, free names as <c>a::&lt;name&gt;::b</c>.</summary>
internal static class OptionTree
{
    /// <summary>Every key that is no mere holder of others.</summary>
    public static IEnumerable<(string Path, OptionDescription Option)> Leaves(Type type) =>
        All(OptionCatalog.Describe(type), "").Where(key => key.Option.Class != OptionClass.Implemented || KeysBelow(key.Option).Count == 0);

    /// <summary>Keys that only hold others, which have classes of their own.</summary>
    public static IEnumerable<string> Holders(Type type) => All(OptionCatalog.Describe(type), "").Select(key => key.Path).Except(Leaves(type).Select(leaf => leaf.Path));

    /// <summary>What becomes of a key: its own class, or that of what it stands in; null for one that is not known.</summary>
    public static OptionClass? ClassOf(Type type, string path)
    {
        var classes = All(OptionCatalog.Describe(type), "").ToDictionary(key => key.Path, key => key.Option.Class);
        if (classes.TryGetValue(path, out var found))
        {
            return found;
        }

        for (var end = path.LastIndexOf("::", StringComparison.Ordinal); end > 0; end = path.LastIndexOf("::", end - 1, StringComparison.Ordinal))
        {
            if (classes.TryGetValue(path[..end], out var outer) && outer != OptionClass.Implemented)
            {
                return outer;
            }
        }

        return null;
    }

    private static IEnumerable<(string Path, OptionDescription Option)> All(OptionDescription option, string path)
    {
        foreach (var child in option.Children)
        {
            var at = ConfigPath.Key(path, child.Key);
            yield return (at, child);
            foreach (var below in All(child, at))
            {
                yield return below;
            }
        }

        if (option.Element is { } element)
        {
            foreach (var below in All(element, option.Kind == OptionKind.List ? path + "[]" : ConfigPath.Key(path, "<name>")))
            {
                yield return below;
            }
        }
    }

    private static IReadOnlyList<OptionDescription> KeysBelow(OptionDescription option) =>
        option.Element is { } element ? KeysBelow(element) : option.Children;
}
