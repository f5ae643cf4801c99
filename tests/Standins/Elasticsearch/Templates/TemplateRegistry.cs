using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Templates;

/// <summary>Component and index templates, checked as they are put, and composed as indices are made of them.</summary>
internal sealed class TemplateRegistry(StandinVersion version)
{
    private static readonly string[] ComponentKeys = ["template", "version", "_meta", "deprecated", "created_date", "modified_date", "created_date_millis", "modified_date_millis"];

    private static readonly string[] IndexKeys =
    [
        "index_patterns", "template", "composed_of", "priority", "version", "_meta", "data_stream", "allow_auto_create", "ignore_missing_component_templates", "deprecated",
        "created_date", "modified_date", "created_date_millis", "modified_date_millis",
    ];

    private static readonly string[] TemplateKeys = ["settings", "mappings", "aliases", "lifecycle", "data_stream_options"];

    public SortedDictionary<string, JsonObject> Components { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, IndexTemplate> Indices { get; } = new(StringComparer.Ordinal);

    /// <summary>Puts a component template, unless an index template would break by it.</summary>
    public void PutComponent(string name, JsonObject definition, bool mustBeNew)
    {
        CheckKeys("component_template", definition, ComponentKeys);
        if (definition["template"] is not JsonObject template)
        {
            throw new ApiException(new ApiError(400, "illegal_argument_exception", "Required [template]"));
        }

        CheckKeys("template", template, TemplateKeys);
        if (mustBeNew && Components.ContainsKey(name))
        {
            throw ApiException.IllegalArgument($"component template [{name}] already exists");
        }

        _ = new IndexMapping(version, MappingOf(template));
        _ = IndexSettings.Read(template["settings"], version);
        var before = Components.GetValueOrDefault(name);
        Components[name] = definition.DeepClone().AsObject();
        try
        {
            foreach (var user in Indices.Values.Where(index => index.ComposedOf.Contains(name)))
            {
                Compose(user);
            }
        }
        catch
        {
            if (before is null)
            {
                Components.Remove(name);
            }
            else
            {
                Components[name] = before;
            }

            throw;
        }
    }

    /// <summary>Puts an index template.</summary>
    public void PutIndex(string name, JsonObject definition, bool mustBeNew)
    {
        CheckKeys("index_template", definition, IndexKeys);
        CheckKeys("template", definition["template"] as JsonObject ?? [], TemplateKeys);
        if (definition["index_patterns"] is null)
        {
            throw new ApiException(new ApiError(400, "x_content_parse_exception", "Failed to build [index_template] after last required field arrived: Required [index_patterns]"));
        }

        if (mustBeNew && Indices.ContainsKey(name))
        {
            throw ApiException.IllegalArgument($"index template [{name}] already exists");
        }

        var template = new IndexTemplate(name, definition.DeepClone().AsObject());
        var missing = template.ComposedOf.Where(component => !Components.ContainsKey(component) && !template.MayMiss.Contains(component)).ToArray();
        if (missing.Length > 0)
        {
            throw new ApiException(new ApiError(
                400, "invalid_index_template_exception",
                $"index_template [{name}] invalid, cause [index template [{name}] specifies component templates [{string.Join(", ", missing)}] that do not exist]"));
        }

        foreach (var other in Indices.Values.Where(other => other.Name != name && other.Priority == template.Priority))
        {
            if (template.Patterns.Any(left => other.Patterns.Any(right => Wildcard.Overlap(left, right))))
            {
                throw ApiException.IllegalArgument(
                    $"index template [{name}] has index patterns [{string.Join(", ", template.Patterns)}] matching patterns from existing templates [{other.Name}] with patterns ({other.Name} => [{string.Join(", ", other.Patterns)}]) "
                    + $"that have the same priority [{template.Priority}], multiple index templates may not match during index creation, please use a different priority");
            }
        }

        var (settings, mapping, _) = Compose(template);
        if (template.MakesDataStreams)
        {
            CheckDataStream(template.Definition["data_stream"]!.AsObject(), mapping);
        }

        if (settings.IsTimeSeries)
        {
            if (!version.HasTimeSeries)
            {
                throw ApiException.IllegalArgument("unknown value for [index.mode] must be one of [standard] but was [time_series]");
            }

            if (settings.RoutingPath.Length == 0 && TimeSeries.RoutingPath(mapping).Length == 0)
            {
                throw ApiException.IllegalArgument("[index.mode=time_series] requires a non-empty [index.routing_path]");
            }
        }

        Indices[name] = template;
    }

    /// <summary>The template that an index or data stream of this name would be made with: the one of the highest priority.</summary>
    public IndexTemplate? For(string name) =>
        Indices.Values.Where(template => template.Patterns.Any(pattern => Wildcard.Matches(pattern, name))).MaxBy(template => template.Priority);

    /// <summary>The settings, mapping and aliases of what is made with a template.</summary>
    public (IndexSettings Settings, IndexMapping Mapping, JsonObject Aliases) Compose(IndexTemplate? template)
    {
        var settings = IndexSettings.Read(null, version);
        var mapping = new JsonObject();
        var aliases = new JsonObject();
        var parts = template is null
            ? []
            : template.ComposedOf.Select(name => Components.GetValueOrDefault(name)?["template"] as JsonObject).Append(template.Definition["template"] as JsonObject);
        foreach (var part in parts.OfType<JsonObject>())
        {
            settings = settings.MergedWith(IndexSettings.Read(part["settings"], version));
            mapping = MappingMerge.Merge(mapping, MappingOf(part));
            foreach (var (name, alias) in part["aliases"] as JsonObject ?? [])
            {
                aliases[name] = alias?.DeepClone();
            }
        }

        // Whatever its templates say, a data stream has a time.
        if (template is { MakesDataStreams: true } && new IndexMapping(version, mapping).Find(DataStream.TimestampField) is null)
        {
            mapping = MappingMerge.Merge(mapping, new JsonObject
            {
                ["properties"] = new JsonObject { [DataStream.TimestampField] = new JsonObject { ["type"] = "date" } },
            });
        }

        return (settings, new IndexMapping(version, mapping), aliases);
    }

    private static JsonObject MappingOf(JsonObject template) => template["mappings"] switch
    {
        JsonObject mapping when mapping.Count == 1 && mapping["_doc"] is JsonObject typed => typed,
        JsonObject mapping => mapping,
        _ => [],
    };

    private void CheckDataStream(JsonObject definition, IndexMapping mapping)
    {
        string[] keys = version.IsOpenSearch ? ["timestamp_field"] : ["hidden", "allow_custom_routing", "failure_store"];
        CheckKeys("data_stream_template", definition, keys);
        var timestamp = mapping.Find(DataStream.TimestampField);
        if (timestamp is not LeafField { Kind: FieldKind.Date or FieldKind.DateNanos } date)
        {
            throw ApiException.IllegalArgument($"data stream timestamp field [@timestamp] is of type [{(timestamp as LeafField)?.Type ?? "object"}], but [date,date_nanos] is expected");
        }

        if (date.IgnoreMalformed == true)
        {
            throw ApiException.IllegalArgument("data stream timestamp field [@timestamp] has disallowed [ignore_malformed] attribute specified");
        }
    }

    private static void CheckKeys(string parser, JsonObject definition, string[] known)
    {
        foreach (var (key, _) in definition)
        {
            if (!known.Contains(key))
            {
                throw new ApiException(new ApiError(400, "x_content_parse_exception", $"[{parser}] unknown field [{key}]"));
            }
        }
    }
}
