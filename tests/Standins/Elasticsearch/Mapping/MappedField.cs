using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>A field of a mapping: an object or a leaf.</summary>
internal abstract class MappedField(string path)
{
    /// <summary>The full name, with dots.</summary>
    public string Path { get; } = path;

    /// <summary>The definition as a template or an index would say it.</summary>
    public abstract JsonObject ToJson();
}
