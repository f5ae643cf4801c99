namespace Sluice.Configuration.Tests.Properties;

/// <summary>Random trees over few keys, so that merging meets the same keys often.</summary>
internal sealed class SmallTrees(Random random)
{
    public ConfigMap Map(int depth) =>
        new(default, [.. "abc".Where(_ => random.Next(2) == 0).Select(key => new ConfigEntry(key.ToString(), default, Node(depth)))]);

    private ConfigNode Node(int depth) => random.Next(depth == 0 ? 2 : 5) switch
    {
        0 => new ConfigScalar(default, random.Next(10).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        1 => new ConfigScalar(default, random.Next(4) == 0 ? "null" : "text"),
        2 => new ConfigList(default, [.. Enumerable.Range(0, random.Next(3)).Select(_ => Node(depth - 1))]),
        _ => Map(depth - 1),
    };
}
