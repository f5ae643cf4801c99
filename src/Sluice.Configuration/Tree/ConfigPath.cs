namespace Sluice.Configuration;

/// <summary>The Collector's notation for a place in the tree: <c>receivers::otlp::protocols</c>, list items as <c>[0]</c>.</summary>
public static class ConfigPath
{
    /// <summary>Separates map keys.</summary>
    public const string Separator = "::";

    /// <summary>The path of a key of the map at <paramref name="parent"/>; the root's path is empty.</summary>
    public static string Key(string parent, string key) => parent.Length == 0 ? key : parent + Separator + key;

    /// <summary>The path of an item of the list at <paramref name="parent"/>.</summary>
    public static string Item(string parent, int index) => $"{parent}[{index}]";
}
