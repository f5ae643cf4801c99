using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>A field that holds fields.</summary>
internal sealed class ObjectField(string path, ObjectKind kind) : MappedField(path)
{
    public ObjectKind Kind { get; set; } = kind;

    /// <summary>Its own mode; null for that of its parent.</summary>
    public DynamicMode? Dynamic { get; set; }

    /// <summary>Whether anything in it is parsed at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether dots in names below it make objects; null for what its parent does.</summary>
    public bool? Subobjects { get; set; }

    /// <summary>Which of several passed-through objects wins a name: the highest.</summary>
    public int Priority { get; set; }

    /// <summary>Whether every field added to it is a dimension of a time series.</summary>
    public bool IsDimensions { get; set; }

    public SortedDictionary<string, MappedField> Children { get; } = new(StringComparer.Ordinal);

    public override JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Kind != ObjectKind.Object)
        {
            json["type"] = Kind == ObjectKind.Nested ? "nested" : "passthrough";
        }

        if (Dynamic is { } dynamic)
        {
            json["dynamic"] = dynamic.ToString().ToLowerInvariant();
        }

        if (!Enabled)
        {
            json["enabled"] = false;
        }

        // A passthrough object has none by its nature, and no such parameter.
        if (Subobjects is { } subobjects && Kind != ObjectKind.PassThrough)
        {
            json["subobjects"] = subobjects;
        }

        if (Kind == ObjectKind.PassThrough)
        {
            json["priority"] = Priority;
            if (IsDimensions)
            {
                json["time_series_dimension"] = true;
            }
        }

        if (Children.Count > 0)
        {
            var properties = new JsonObject();
            foreach (var (name, child) in Children)
            {
                properties[name] = child.ToJson();
            }

            json["properties"] = properties;
        }

        return json;
    }
}
