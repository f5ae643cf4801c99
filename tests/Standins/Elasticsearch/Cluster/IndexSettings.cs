using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>The settings of an index or a template, flat and with their full names.</summary>
internal sealed class IndexSettings
{
    private static readonly string[] Known =
    [
        "index.number_of_shards", "index.number_of_replicas", "index.refresh_interval", "index.codec", "index.mapping.*", "index.sort.*", "index.query.*",
        "index.default_pipeline", "index.final_pipeline", "index.hidden", "index.auto_expand_replicas", "index.max_result_window", "index.translog.*",
        "index.routing.*", "index.analysis.*", "index.blocks.*", "index.priority", "index.search.*", "index.max_*", "index.merge.*", "index.indexing.*",
        "index.unassigned.*", "index.store.*", "index.routing_partition_size", "index.write.wait_for_active_shards", "index.gc_deletes", "index.soft_deletes.*",
        "index.similarity.*", "index.highlight.*", "index.creation_date", "index.uuid", "index.provided_name", "index.version.created", "index.load_fixed_bitset_filters_eagerly",
    ];

    private static readonly string[] OfElasticsearch =
    [
        "index.lifecycle.*", "index.mode", "index.routing_path", "index.look_ahead_time", "index.look_back_time", "index.time_series.*", "index.source_only", "index.esql.*",
        "index.logsdb.*", "index.use_default_doc_values_format", "index.fast_refresh", "index.dimensions",
    ];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public static IndexSettings Read(JsonNode? node, StandinVersion version)
    {
        var settings = new IndexSettings();
        if (node is JsonObject json)
        {
            settings.Add("", json);
        }

        var known = version.IsOpenSearch ? [.. Known, "index.plugins.*", "index.knn*", "index.opendistro.*"] : Known.Concat(OfElasticsearch).ToArray();
        foreach (var name in settings._values.Keys)
        {
            if (!known.Any(pattern => Wildcard.Matches(pattern, name)))
            {
                throw ApiException.IllegalArgument($"unknown setting [{name}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings");
            }
        }

        return settings;
    }

    public string? this[string name]
    {
        get => _values.GetValueOrDefault("index." + name);
        set
        {
            if (value is null)
            {
                _values.Remove("index." + name);
            }
            else
            {
                _values["index." + name] = value;
            }
        }
    }

    public bool IsTimeSeries => this["mode"] == "time_series";

    public string[] RoutingPath => this["routing_path"]?.Split(',') ?? [];

    public DocumentMapperSettings Mapper => new(
        Number("mapping.total_fields.limit", 1000), this["mapping.total_fields.ignore_dynamic_beyond_limit"] == "true", Number("mapping.depth.limit", 20),
        this["mapping.ignore_malformed"] == "true", this["mapping.coerce"] != "false");

    public IndexSettings MergedWith(IndexSettings later)
    {
        var merged = new IndexSettings();
        foreach (var (name, value) in _values.Concat(later._values))
        {
            merged._values[name] = value;
        }

        return merged;
    }

    /// <summary>Changes the settings of an index that exists.</summary>
    public void Take(IndexSettings changes)
    {
        foreach (var (name, value) in changes._values)
        {
            if (name is "index.mode" or "index.routing_path" or "index.number_of_shards" or "index.codec")
            {
                throw ApiException.IllegalArgument($"final {this["provided_name"]} setting [{name}], not updateable");
            }

            _values[name] = value;
        }
    }

    /// <summary>A length of time such as <c>30m</c>; null when it is not set, minus one for never.</summary>
    public TimeSpan? Duration(string name) => this[name] is { } text ? ParseDuration(name, text) : null;

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (name, value) in _values)
        {
            var at = json;
            var parts = name.Split('.');
            foreach (var part in parts[..^1])
            {
                at = at[part] as JsonObject ?? (JsonObject)(at[part] = new JsonObject());
            }

            at[parts[^1]] = name == "index.routing_path" ? new JsonArray([.. value.Split(',').Select(path => (JsonNode)path)]) : value;
        }

        return json;
    }

    public static TimeSpan ParseDuration(string name, string text)
    {
        if (text is "-1" or "0")
        {
            return text == "0" ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        }

        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits == 0 || text[digits..] is not ("nanos" or "micros" or "ms" or "s" or "m" or "h" or "d"))
        {
            throw ApiException.IllegalArgument($"failed to parse setting [index.{name}] with value [{text}] as a time value: unit is missing or unrecognized");
        }

        var number = long.Parse(text[..digits], CultureInfo.InvariantCulture);
        return text[digits..] switch
        {
            "nanos" => TimeSpan.FromTicks(number / 100),
            "micros" => TimeSpan.FromMicroseconds(number),
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
    }

    private int Number(string name, int otherwise) => this[name] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private void Add(string prefix, JsonObject json)
    {
        foreach (var (key, value) in json)
        {
            var name = prefix.Length == 0 ? key : prefix + "." + key;
            switch (value)
            {
                case JsonObject inner:
                    Add(name, inner);
                    break;
                case null:
                    break;
                default:
                    var full = name.StartsWith("index.", StringComparison.Ordinal) ? name : "index." + name;
                    _values[full] = value is JsonArray array ? string.Join(',', array.Select(item => item!.ToString())) : value.ToString();
                    break;
            }
        }
    }
}
