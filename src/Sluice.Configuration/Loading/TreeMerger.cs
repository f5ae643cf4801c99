namespace Sluice.Configuration;

/// <summary>Merges as the Collector does: maps key by key and deep; a list or a scalar replaces what was there, null included.</summary>
internal static class TreeMerger
{
    public static ConfigMap Merge(ConfigMap below, ConfigMap above)
    {
        var entries = new List<ConfigEntry>(below.Entries.Count + above.Entries.Count);
        foreach (var entry in below.Entries)
        {
            entries.Add(above.Find(entry.Key) is { } winner ? Merge(entry, winner) : entry);
        }

        entries.AddRange(above.Entries.Where(entry => below.Find(entry.Key) is null));
        return new ConfigMap(above.Position, entries);
    }

    private static ConfigEntry Merge(ConfigEntry below, ConfigEntry above) =>
        below.Value is ConfigMap map && above.Value is ConfigMap over ? above with { Value = Merge(map, over) } : above;
}
