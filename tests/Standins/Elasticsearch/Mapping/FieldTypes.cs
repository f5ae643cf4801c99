namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>The types of fields, the parameters each takes, and the products that have it.</summary>
internal static class FieldTypes
{
    private static readonly string[] Common = ["type", "meta", "fields", "copy_to", "boost"];
    private static readonly string[] Indexed = ["index", "doc_values", "store", "null_value", "on_script_error", "script", "time_series_dimension"];
    private static readonly string[] Numbers = ["ignore_malformed", "coerce", "time_series_metric", "synthetic_source_keep"];
    private static readonly string[] Texts =
    [
        "analyzer", "search_analyzer", "search_quote_analyzer", "index", "index_options", "index_phrases", "index_prefixes", "norms", "store", "similarity",
        "term_vector", "fielddata", "fielddata_frequency_filter", "position_increment_gap", "eager_global_ordinals", "synthetic_source_keep",
    ];

    private static readonly Dictionary<string, (FieldKind Kind, string[] Parameters)> Types = new(StringComparer.Ordinal)
    {
        ["keyword"] = (FieldKind.Keyword, [.. Common, .. Indexed, "ignore_above", "normalizer", "norms", "eager_global_ordinals", "split_queries_on_whitespace", "index_options", "similarity", "synthetic_source_keep"]),
        ["constant_keyword"] = (FieldKind.Keyword, ["type", "value", "meta"]),
        ["counted_keyword"] = (FieldKind.Keyword, ["type", "index", "meta", "synthetic_source_keep"]),
        ["wildcard"] = (FieldKind.Keyword, [.. Common, "ignore_above", "null_value", "doc_values", "normalizer", "synthetic_source_keep"]),
        ["version"] = (FieldKind.Keyword, ["type", "meta", "fields"]),
        ["text"] = (FieldKind.Text, [.. Common, .. Texts]),
        ["match_only_text"] = (FieldKind.Text, [.. Common, "analyzer", "search_analyzer"]),
        ["pattern_text"] = (FieldKind.Text, ["type", "meta", "fields", "analyzer", "index_options", "disable_templating"]),
        ["long"] = (FieldKind.Integer, [.. Common, .. Indexed, .. Numbers]),
        ["integer"] = (FieldKind.Integer, [.. Common, .. Indexed, .. Numbers]),
        ["short"] = (FieldKind.Integer, [.. Common, .. Indexed, .. Numbers]),
        ["byte"] = (FieldKind.Integer, [.. Common, .. Indexed, .. Numbers]),
        ["unsigned_long"] = (FieldKind.Integer, [.. Common, .. Indexed, .. Numbers]),
        ["double"] = (FieldKind.Decimal, [.. Common, .. Indexed, .. Numbers]),
        ["float"] = (FieldKind.Decimal, [.. Common, .. Indexed, .. Numbers]),
        ["half_float"] = (FieldKind.Decimal, [.. Common, .. Indexed, .. Numbers]),
        ["scaled_float"] = (FieldKind.Decimal, [.. Common, .. Indexed, .. Numbers, "scaling_factor"]),
        ["date"] = (FieldKind.Date, [.. Common, .. Indexed, "ignore_malformed", "format", "locale", "print_format", "synthetic_source_keep"]),
        ["date_nanos"] = (FieldKind.DateNanos, [.. Common, .. Indexed, "ignore_malformed", "format", "locale", "synthetic_source_keep"]),
        ["boolean"] = (FieldKind.Boolean, [.. Common, .. Indexed, "ignore_malformed", "synthetic_source_keep"]),
        ["ip"] = (FieldKind.Ip, [.. Common, .. Indexed, "ignore_malformed", "synthetic_source_keep"]),
        ["binary"] = (FieldKind.Binary, ["type", "doc_values", "store", "meta"]),
        ["flattened"] = (FieldKind.Flattened, ["type", "index", "doc_values", "depth_limit", "ignore_above", "eager_global_ordinals", "null_value", "similarity", "split_queries_on_whitespace", "time_series_dimensions", "meta", "index_options"]),
        ["flat_object"] = (FieldKind.Flattened, ["type", "meta"]),
        ["geo_point"] = (FieldKind.GeoPoint, [.. Common, "ignore_malformed", "ignore_z_value", "null_value", "index", "doc_values", "store", "time_series_metric", "synthetic_source_keep"]),
        ["histogram"] = (FieldKind.Histogram, ["type", "ignore_malformed", "coerce", "time_series_metric", "meta", "synthetic_source_keep"]),
        ["aggregate_metric_double"] = (FieldKind.AggregateMetric, ["type", "metrics", "default_metric", "ignore_malformed", "time_series_metric", "meta"]),
        ["alias"] = (FieldKind.Alias, ["type", "path"]),
    };

    /// <summary>Finds a type that a product has.</summary>
    public static bool TryGet(string name, StandinVersion version, out FieldKind kind, out string[] parameters)
    {
        (kind, parameters) = Types.GetValueOrDefault(name);
        return parameters is not null && IsIn(name, version);
    }

    private static bool IsIn(string type, StandinVersion version)
    {
        if (version.IsOpenSearch)
        {
            return type switch
            {
                "flattened" or "counted_keyword" or "pattern_text" or "aggregate_metric_double" or "histogram" or "version" => false,
                "constant_keyword" or "match_only_text" or "wildcard" => version.Number >= new Version(2, 15),
                _ => true,
            };
        }

        return type switch
        {
            "flat_object" => false,
            "counted_keyword" => version.Number >= new Version(8, 13),
            "pattern_text" => version.Number >= new Version(9, 2),
            _ => true,
        };
    }
}
