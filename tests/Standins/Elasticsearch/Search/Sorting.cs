using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>One key of a sort.</summary>
internal sealed class Sorting
{
    private readonly string _name;
    private readonly bool _isDescending;
    private readonly bool _missingFirst;
    private readonly string? _unmappedType;

    private Sorting(string name, bool isDescending, bool missingFirst, string? unmappedType)
    {
        _name = name;
        _isDescending = isDescending;
        _missingFirst = missingFirst;
        _unmappedType = unmappedType;
    }

    /// <summary>Reads the part <c>sort</c> of a search.</summary>
    public static IReadOnlyList<Sorting> Read(JsonElement body)
    {
        var items = body.ValueKind == JsonValueKind.Array ? body.EnumerateArray().ToArray() : [body];
        return [.. items.SelectMany(ReadOne)];
    }

    /// <summary>Refuses fields that cannot be sorted by in an index.</summary>
    public void Check(StoreIndex index)
    {
        if (_name is "_doc" or "_score" or "_shard_doc")
        {
            return;
        }

        if (_name is "_id")
        {
            throw Failed(index, "illegal_argument_exception", "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled");
        }

        if (index.Mapping.Resolve(_name) is not { } field)
        {
            if (_unmappedType is null && _name != "_index")
            {
                throw Failed(index, "query_shard_exception", $"No mapping found for [{_name}] in order to sort on");
            }

            return;
        }

        CheckDocValues(index, field.Field);
    }

    /// <summary>Refuses what has no values by document: text, above all.</summary>
    public static void CheckDocValues(StoreIndex index, LeafField field)
    {
        if (field.Kind == FieldKind.Text)
        {
            throw Failed(
                index, "illegal_argument_exception",
                $"Fielddata is disabled on [{field.Path}] in [{index.Name}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [{field.Path}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.");
        }

        if (!field.HasDocValues)
        {
            throw Failed(index, "illegal_argument_exception", $"Can't load fielddata on [{field.Path}] because fielddata is unsupported on fields of type [{field.Type}]. Use doc values instead.");
        }
    }

    /// <summary>The value that a document is sorted by; null when it has none.</summary>
    public object? Of(Candidate candidate)
    {
        switch (_name)
        {
            case "_doc" or "_shard_doc":
                return (Int128)candidate.Document.SequenceNumber;
            case "_score":
                return 1.0;
            case "_index":
                return candidate.Index.Name;
        }

        var values = candidate.Of(_name);
        return values.Count == 0 ? null
            : _isDescending ? values.Aggregate((a, b) => FieldQueries.Compare(a, b) >= 0 ? a : b)
            : values.Aggregate((a, b) => FieldQueries.Compare(a, b) <= 0 ? a : b);
    }

    public int Compare(object? left, object? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => _missingFirst ? -1 : 1,
        (_, null) => _missingFirst ? 1 : -1,
        _ => _isDescending ? -FieldQueries.Compare(left, right) : FieldQueries.Compare(left, right),
    };

    /// <summary>A value as a hit shows it, and <c>search_after</c> gives it back.</summary>
    public JsonNode? ToJson(Candidate candidate, object? value) => value switch
    {
        null => null,
        Int128 nanos when KindIn(candidate.Index) == FieldKind.Date => (long)(nanos / 1_000_000),
        Int128 number => number <= long.MaxValue ? (long)number : (ulong)number,
        double number => number,
        bool flag => flag ? 1 : 0,
        _ => (string)value,
    };

    /// <summary>Reads a value of <c>search_after</c>.</summary>
    public object? FromJson(JsonElement value, IEnumerable<StoreIndex> indices) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when indices.Select(KindIn).Any(kind => kind is FieldKind.Date or FieldKind.DateNanos) =>
            DateFormat.Nanos.TryParse(value.GetString()!, out var nanos) ? nanos : throw ApiException.IllegalArgument($"Failed to parse search_after value for field [{_name}]."),
        JsonValueKind.String => value.GetString(),
        _ when indices.Select(KindIn).Any(kind => kind == FieldKind.Decimal) => value.GetDouble(),
        _ => Int128.Parse(value.GetRawText(), CultureInfo.InvariantCulture) * (indices.Select(KindIn).Any(kind => kind == FieldKind.Date) ? 1_000_000 : 1),
    };

    public static ApiException Failed(StoreIndex index, string type, string reason) => new(new ApiError(400, type, reason)
    {
        IsOfSearch = true,
        Metadata = type == "query_shard_exception" ? new() { ["index_uuid"] = index.Uuid, ["index"] = index.Name } : null,
    });

    private FieldKind? KindIn(StoreIndex index) => index.Mapping.Resolve(_name)?.Field.Kind;

    private static IEnumerable<Sorting> ReadOne(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            return [new Sorting(item.GetString()!, item.ValueEquals("_score"), missingFirst: false, null)];
        }

        return item.EnumerateObject().Select(property =>
        {
            var (order, missing, type) = (property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null, "_last", (string?)null);
            foreach (var option in property.Value.ValueKind == JsonValueKind.Object ? property.Value.EnumerateObject().ToArray() : [])
            {
                switch (option.Name)
                {
                    case "order":
                        order = option.Value.GetString();
                        break;
                    case "missing":
                        missing = option.Value.GetString() is "_first" or "_last" ? option.Value.GetString()! : throw ApiException.NotModelled("values for missing ones in sorts");
                        break;
                    case "unmapped_type":
                        type = option.Value.GetString();
                        break;
                    case "format" or "numeric_type" or "mode":
                        break;
                    default:
                        throw ApiException.Parsing($"[field_sort] unknown field [{option.Name}]");
                }
            }

            var isDescending = order?.ToLowerInvariant() switch
            {
                null => property.Name == "_score",
                "desc" => true,
                "asc" => false,
                _ => throw ApiException.IllegalArgument($"No enum constant org.elasticsearch.search.sort.SortOrder.{order.ToUpperInvariant()}"),
            };
            return new Sorting(property.Name, isDescending, missing == "_first", type);
        });
    }
}
