using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>The parameter <c>filter_path</c>: only those parts of an answer.</summary>
internal static class FilterPath
{
    /// <summary>Keeps what a list of paths names, with <c>*</c> for parts of a name and <c>**</c> for any depth; with a minus in front leaves it out.</summary>
    public static JsonObject Apply(JsonObject json, string paths)
    {
        var all = paths.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wanted = all.Where(path => path[0] != '-').Select(path => path.Split('.')).ToArray();
        var unwanted = all.Where(path => path[0] == '-').Select(path => path[1..].Split('.')).ToArray();
        var kept = wanted.Length == 0 ? json : Filter(json, wanted, keeps: true) as JsonObject ?? [];
        return unwanted.Length == 0 ? kept : Filter(kept, unwanted, keeps: false) as JsonObject ?? [];
    }

    private static JsonNode? Filter(JsonNode? node, string[][] paths, bool keeps)
    {
        switch (node)
        {
            case JsonArray array:
                var items = array.Select(item => Filter(item, paths, keeps)).Where(item => item is not null).ToArray();
                return items.Length == 0 ? null : new JsonArray(items);
            case JsonObject json:
                var filtered = new JsonObject();
                foreach (var (name, value) in json)
                {
                    if (FilterProperty(name, value, paths, keeps) is { } part)
                    {
                        filtered[name] = part;
                    }
                }

                return filtered.Count == 0 ? null : filtered;
            default:
                // A value that the paths go beyond is not what they name.
                return keeps ? null : node?.DeepClone();
        }
    }

    private static JsonNode? FilterProperty(string name, JsonNode? value, string[][] paths, bool keeps)
    {
        var rest = new List<string[]>();
        foreach (var path in paths)
        {
            if (path[0] == "**")
            {
                rest.Add(path);
                if (path.Length > 1 && Wildcard.Matches(path[1], name))
                {
                    rest.Add(path[2..]);
                }
            }
            else if (Wildcard.Matches(path[0], name))
            {
                rest.Add(path[1..]);
            }
        }

        if (rest.Any(path => path.Length == 0))
        {
            return keeps ? value?.DeepClone() : null;
        }

        return rest.Count == 0 ? (keeps ? null : value?.DeepClone()) : Filter(value, [.. rest], keeps);
    }
}
