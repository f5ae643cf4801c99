using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>The part <c>_source</c> of a search: false, names and patterns, or what to take and what to leave out.</summary>
internal static class SourceFilter
{
    /// <returns>Null when the source is not wanted.</returns>
    public static JsonObject? Apply(byte[] source, JsonElement filter)
    {
        string[] includes = [], excludes = [];
        switch (filter.ValueKind)
        {
            case JsonValueKind.False:
            case JsonValueKind.String when filter.ValueEquals("false"):
                return null;
            case JsonValueKind.String when !filter.ValueEquals("true"):
                includes = filter.GetString()!.Split(',');
                break;
            case JsonValueKind.Array:
                includes = Names(filter);
                break;
            case JsonValueKind.Object:
                includes = filter.TryGetProperty("includes", out var taken) || filter.TryGetProperty("include", out taken) ? Names(taken) : [];
                excludes = filter.TryGetProperty("excludes", out var left) || filter.TryGetProperty("exclude", out left) ? Names(left) : [];
                break;
        }

        var json = JsonNode.Parse(source)!.AsObject();
        return includes.Length + excludes.Length == 0
            ? json
            : FilterPath.Apply(json, string.Join(',', includes.Concat(excludes.Select(name => "-" + name))));
    }

    private static string[] Names(JsonElement names) => names.ValueKind == JsonValueKind.Array ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [names.GetString()!];
}
