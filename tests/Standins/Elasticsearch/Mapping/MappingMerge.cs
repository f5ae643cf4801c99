using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>Puts definitions of mappings over one another, as templates are composed.</summary>
internal static class MappingMerge
{
    /// <summary>The later definition wins; objects are merged, fields are replaced, dynamic templates of the same name too.</summary>
    public static JsonObject Merge(JsonObject earlier, JsonObject later)
    {
        var merged = earlier.DeepClone().AsObject();
        foreach (var (key, value) in later)
        {
            merged[key] = (key, merged[key], value) switch
            {
                ("properties", JsonObject left, JsonObject right) => MergeProperties(Expand(left), Expand(right)),
                ("properties", null, JsonObject right) => Expand(right),
                ("dynamic_templates", JsonArray left, JsonArray right) => MergeTemplates(left, right),
                (_, JsonObject left, JsonObject right) => MergeProperties(left, right),
                _ => value?.DeepClone(),
            };
        }

        return merged;
    }

    private static JsonObject MergeProperties(JsonObject earlier, JsonObject later)
    {
        var merged = earlier.DeepClone().AsObject();
        foreach (var (name, value) in later)
        {
            merged[name] = merged[name] is JsonObject left && value is JsonObject right && (IsObject(left) || IsObject(right))
                ? MergeField(name, left, right)
                : value?.DeepClone();
        }

        return merged;
    }

    private static JsonObject MergeField(string name, JsonObject left, JsonObject right)
    {
        if (IsObject(left) != IsObject(right))
        {
            throw MappingParser.Wrong($"can't merge a non object mapping [{name}] with an object mapping");
        }

        return Merge(left, right);
    }

    /// <summary>A field is an object unless it has a type of values.</summary>
    private static bool IsObject(JsonObject field) =>
        field["type"] is null ? !field.ContainsKey("path") : field["type"]!.ToString() is "object" or "nested" or "passthrough";

    private static JsonArray MergeTemplates(JsonArray earlier, JsonArray later)
    {
        var merged = earlier.DeepClone().AsArray();
        foreach (var template in later)
        {
            var name = template!.AsObject().Single().Key;
            var same = merged.Select((item, index) => (item, index)).FirstOrDefault(pair => pair.item!.AsObject().ContainsKey(name), (item: null, index: -1));
            if (same.index >= 0)
            {
                merged[same.index] = template.DeepClone();
            }
            else
            {
                merged.Add(template.DeepClone());
            }
        }

        return merged;
    }

    /// <summary>Names with dots are objects in objects: <c>a.b</c> and <c>a: {properties: {b}}</c> merge.</summary>
    private static JsonObject Expand(JsonObject properties)
    {
        var expanded = new JsonObject();
        foreach (var (name, value) in properties)
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var (key, field) = dot < 0
                ? (name, value!.DeepClone().AsObject())
                : (name[..dot], new JsonObject { ["properties"] = Expand(new JsonObject { [name[(dot + 1)..]] = value?.DeepClone() }) });
            if (dot < 0 && field["properties"] is JsonObject inner && field["type"]?.ToString() is not "passthrough" && field["subobjects"]?.ToString() is not "false")
            {
                field["properties"] = Expand(inner);
            }

            expanded[key] = expanded[key] is JsonObject there ? MergeField(key, there, field) : field;
        }

        return expanded;
    }
}
