namespace Sluice.Configuration;

/// <summary>Rewrites positions and paths of whole trees.</summary>
internal static class TreePositions
{
    /// <summary>A copy in which every value is said to stand at one position, for text that is no file of its own.</summary>
    public static ConfigNode Move(ConfigNode node, SourcePosition position) => node switch
    {
        ConfigMap map => new ConfigMap(position, [.. map.Entries.Select(e => new ConfigEntry(e.Key, position, Move(e.Value, position)))]),
        ConfigList list => new ConfigList(position, [.. list.Items.Select(item => Move(item, position))]),
        ConfigScalar scalar => new ConfigScalar(position, scalar.Text, scalar.IsQuoted, scalar.Kind),
        _ => throw new InvalidOperationException("There are three kinds of nodes."),
    };

    /// <summary>Tells every node its place in the finished tree.</summary>
    public static void AssignPaths(ConfigNode node, string path)
    {
        node.Path = path;
        switch (node)
        {
            case ConfigMap map:
                foreach (var entry in map.Entries)
                {
                    AssignPaths(entry.Value, ConfigPath.Key(path, entry.Key));
                }

                break;
            case ConfigList list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    AssignPaths(list.Items[i], ConfigPath.Item(path, i));
                }

                break;
        }
    }
}
