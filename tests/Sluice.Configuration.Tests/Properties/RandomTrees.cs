namespace Sluice.Configuration.Tests.Properties;

/// <summary>Random trees with awkward keys and texts.</summary>
internal sealed class RandomTrees(Random random, int longest = 900)
{
    private static readonly string[] Awkward =
    [
        "", " ", "a", "true", "null", "~", "12", "0x1f", "1.5", ".inf", "- a", "a: b", "a #b", "#", "<<", "[x]", "{x}", "'", "\"", "\\", "é✓", "😀", "a\nb", "\tb",
        "\r\n", "...", "---", "*a", "&a", "!a", "|", ">", "%", "@", "`", "?", ": ", ":", "a:", "-", "x y ", "\u0001", "\u0085", "\u2028", "=", "$", "a$b", "$$",
    ];

    public ConfigMap Map(int depth)
    {
        var keys = Enumerable.Range(0, random.Next(5)).Select(_ => Text().Replace("${", "$", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal);
        return new ConfigMap(default, [.. keys.Select(key => new ConfigEntry(key, default, Node(depth)))]);
    }

    public string Text()
    {
        if (random.Next(3) > 0)
        {
            return Awkward[random.Next(Awkward.Length)] + (random.Next(3) == 0 ? Awkward[random.Next(Awkward.Length)] : "");
        }

        return string.Concat(Enumerable.Range(0, random.Next(1, longest)).Select(_ => (char)random.Next(' ', 0x250)));
    }

    private ConfigNode Node(int depth) => random.Next(depth <= 0 ? 3 : 6) switch
    {
        0 => new ConfigScalar(default, Text(), isQuoted: true),
        1 => new ConfigScalar(default, new[] { "null", "true", "-5", "1.25", "0o17", "plain", ".nan" }[random.Next(7)]),
        2 => new ConfigScalar(default, "5", isQuoted: true),
        3 => new ConfigList(default, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Node(depth - 1))]),
        _ => Map(depth - 1),
    };
}
