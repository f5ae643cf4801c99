namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>A data stream: a name for a row of indices, the last of which takes what is written.</summary>
internal sealed class DataStream(string name, string template, bool isHidden, bool allowsCustomRouting)
{
    /// <summary>The field that every document of a data stream has.</summary>
    public const string TimestampField = "@timestamp";

    public string Name { get; } = name;

    /// <summary>The index template that it was made with.</summary>
    public string Template { get; } = template;

    public bool IsHidden { get; } = isHidden;

    public bool AllowsCustomRouting { get; } = allowsCustomRouting;

    /// <summary>The number of the last index that was made for it.</summary>
    public int Generation { get; set; }

    public List<StoreIndex> Indices { get; } = [];

    public StoreIndex WriteIndex => Indices[^1];
}
