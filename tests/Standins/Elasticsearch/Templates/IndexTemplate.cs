using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Templates;

/// <summary>An index template as it was put, and what is asked of it.</summary>
internal sealed record IndexTemplate(string Name, JsonObject Definition)
{
    public string[] Patterns { get; } = Definition["index_patterns"] is JsonArray array ? [.. array.Select(item => item!.GetValue<string>())] : [Definition["index_patterns"]!.GetValue<string>()];

    public long Priority => Definition["priority"]?.GetValue<long>() ?? 0;

    public string[] ComposedOf => Definition["composed_of"] is JsonArray array ? [.. array.Select(item => item!.GetValue<string>())] : [];

    public string[] MayMiss => Definition["ignore_missing_component_templates"] is JsonArray array ? [.. array.Select(item => item!.GetValue<string>())] : [];

    /// <summary>Whether what matches becomes a data stream.</summary>
    public bool MakesDataStreams => Definition["data_stream"] is JsonObject;

    public bool? AllowsAutoCreate => Definition["allow_auto_create"]?.GetValue<bool>();
}
