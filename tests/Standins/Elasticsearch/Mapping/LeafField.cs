using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>A field that holds values.</summary>
internal sealed class LeafField(string path, string type, FieldKind kind, JsonObject definition) : MappedField(path)
{
    public string Type { get; } = type;

    public FieldKind Kind { get; } = kind;

    /// <summary>Whether it can be searched.</summary>
    public bool IsIndexed { get; init; } = true;

    /// <summary>Whether it can be sorted by and aggregated.</summary>
    public bool HasDocValues { get; init; } = true;

    /// <summary>Longer values of a keyword are left out.</summary>
    public int IgnoreAbove { get; init; } = int.MaxValue;

    /// <summary>Whether values that do not fit are left out instead of refusing the document; null for the setting of the index.</summary>
    public bool? IgnoreMalformed { get; init; }

    /// <summary>Whether numbers in strings and fractions of whole numbers are taken; null for the setting of the index.</summary>
    public bool? Coerce { get; init; }

    public DateFormat? Format { get; init; }

    public double ScalingFactor { get; init; } = 1;

    /// <summary>The only value of a constant keyword; null until the first document says it.</summary>
    public string? Constant { get; set; }

    /// <summary>What an alias names.</summary>
    public string? AliasOf { get; init; }

    /// <summary>What null stands for.</summary>
    public string? NullValue { get; init; }

    /// <summary>Whether it is part of the identity of a time series.</summary>
    public bool IsDimension { get; init; }

    public string? Metric { get; init; }

    /// <summary>Whether it is searchable only, as fields made by <c>dynamic: runtime</c> are.</summary>
    public bool IsRuntime { get; init; }

    /// <summary>Other ways to index the same values.</summary>
    public SortedDictionary<string, LeafField> Fields { get; } = new(StringComparer.Ordinal);

    public override JsonObject ToJson()
    {
        var json = definition.DeepClone().AsObject();
        if (Type == "constant_keyword" && Constant is not null)
        {
            json["value"] = Constant;
        }

        return json;
    }
}
