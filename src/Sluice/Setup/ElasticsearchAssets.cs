using System.Globalization;
using System.Text.Json.Nodes;

namespace Sluice.Setup;

/// <summary>What is shipped in <c>config/elasticsearch</c>, embedded, as a server can take it. It is written for the current Elasticsearch.</summary>
internal static class ElasticsearchAssets
{
    private const string Prefix = "elasticsearch/";

    /// <summary>Everything to set up, in the order in which it has to be there.</summary>
    /// <param name="server">What it is for.</param>
    /// <param name="modes">The modes of documents, <c>otel</c> and <c>ecs</c>, or one of them.</param>
    /// <param name="retention">How long documents are kept at least, such as <c>30d</c>.</param>
    public static IReadOnlyList<SetupObject> For(ElasticsearchServer server, IReadOnlyCollection<string> modes, string retention)
    {
        var templates = modes.SelectMany(mode => (string[])[$"sluice-logs-{mode}", $"sluice-traces-{mode}", $"sluice-metrics-{mode}"])
            .Select(name => (Name: name, Body: Read($"index_templates/{name}.json"))).ToList();
        var components = templates.SelectMany(template => template.Body["composed_of"]!.AsArray()).Select(name => (string)name!).Where(IsShipped).Distinct();
        return
        [
            SetupObject.Sign(SetupKind.Lifecycle, "sluice", Lifecycle(server, templates.Select(template => template.Body), retention), server),
            .. components.Select(name => SetupObject.Sign(SetupKind.ComponentTemplate, name, Component(name, server), server)),
            .. templates.Select(template => SetupObject.Sign(SetupKind.IndexTemplate, template.Name, IndexTemplate(template.Body, server), server)),
        ];
    }

    private static JsonObject Lifecycle(ElasticsearchServer server, IEnumerable<JsonObject> templates, string retention)
    {
        if (!server.IsOpenSearch)
        {
            var policy = Read("lifecycle/sluice.json");
            policy["policy"]!["phases"]!["hot"]!["actions"]!["rollover"]!["max_age"] = RolloverAge(retention);
            policy["policy"]!["phases"]!["delete"]!["min_age"] = retention;
            return policy;
        }

        var states = Read("lifecycle/sluice.opensearch.json");
        states["policy"]!["states"]![0]!["actions"]![0]!["rollover"]!["min_index_age"] = RolloverAge(retention);
        states["policy"]!["states"]![0]!["transitions"]![0]!["conditions"]!["min_rollover_age"] = retention;
        states["policy"]!["ism_template"]![0]!["index_patterns"] = new JsonArray([.. templates.Select(template => template["index_patterns"]![0]!.DeepClone())]);
        return states;
    }

    /// <summary>
    /// The age at which an index is followed by another. It goes as a whole when the retention is over since then, so this is how much longer its
    /// oldest documents are kept. The steps are those of Elasticsearch's own lifecycle of data streams.
    /// </summary>
    private static string RolloverAge(string retention)
    {
        var hours = int.Parse(retention.AsSpan(..^1), CultureInfo.InvariantCulture) * (retention[^1] == 'd' ? 24 : 1);
        return hours switch
        {
            <= 24 => "1h",
            <= 14 * 24 => "1d",
            <= 90 * 24 => "7d",
            _ => "30d",
        };
    }

    private static JsonObject Component(string name, ElasticsearchServer server)
    {
        var component = Read($"component_templates/{name}.json");
        if (server.IsOpenSearch && component["template"]!["settings"]?["index"] is JsonObject settings)
        {
            settings.Remove("lifecycle");
        }

        if (component["template"]!["mappings"] is JsonObject mappings)
        {
            AdaptDynamicTemplates(mappings, server);
            AdaptFields(mappings, server);
        }

        return component;
    }

    private static JsonObject IndexTemplate(JsonObject template, ElasticsearchServer server)
    {
        if (!server.HasOptionalComponents)
        {
            var optional = template["ignore_missing_component_templates"]!.AsArray().Select(name => (string)name!).ToHashSet();
            template.Remove("ignore_missing_component_templates");
            template["composed_of"] = new JsonArray([.. template["composed_of"]!.AsArray().Where(name => !optional.Contains((string)name!)).Select(name => name!.DeepClone())]);
        }

        if (!server.HasPassthrough)
        {
            // Time series need to know their dimensions: all attributes, which only passthrough can say.
            template.Remove("template");
        }

        return template;
    }

    /// <summary>
    /// Without passthrough, names with dots become objects within objects, which must not be flattened. Older servers take one path and one type
    /// for each template, and OpenSearch none that is only taken by its name.
    /// </summary>
    private static void AdaptDynamicTemplates(JsonObject mappings, ElasticsearchServer server)
    {
        if (server.HasPassthrough)
        {
            return;
        }

        var adapted = new JsonArray();
        foreach (var entry in mappings["dynamic_templates"]?.AsArray() ?? [])
        {
            var (name, template) = entry!.AsObject().Single();
            var (paths, types) = (ListOf(template!["path_match"]), ListOf(template["match_mapping_type"]));
            var isNamed = paths is [null] && types is [null];
            if (types.Contains("object") || (isNamed && server.IsOpenSearch))
            {
                continue;
            }

            AdaptFields(template["mapping"]!.AsObject(), server);
            foreach (var path in paths)
            {
                foreach (var type in types)
                {
                    var single = template.DeepClone().AsObject();
                    Set(single, "path_match", path);
                    Set(single, "match_mapping_type", type);
                    adapted.Add(new JsonObject { [paths.Length * types.Length == 1 ? name : $"{name}_{adapted.Count}"] = single });
                }
            }
        }

        mappings["dynamic_templates"] = adapted;
    }

    private static string?[] ListOf(JsonNode? node) => node is JsonArray array ? [.. array.Select(item => (string)item!)] : [(string?)node];

    private static void Set(JsonObject template, string key, string? value)
    {
        if (value is not null)
        {
            template[key] = value;
        }
    }

    /// <summary>Replaces types of fields that a server lacks by the nearest that it has.</summary>
    private static void AdaptFields(JsonObject node, ElasticsearchServer server)
    {
        if (node["type"] is JsonValue type && type.TryGetValue<string>(out var name) && Replacement(name, server) is { } other)
        {
            node["type"] = other;
            node.Remove("priority");
        }

        if (!server.HasPassthrough)
        {
            node.Remove("subobjects");
            node.Remove("time_series_dimension");
            node.Remove("time_series_metric");
        }

        foreach (var (_, child) in node.ToList())
        {
            if (child is JsonObject inner)
            {
                AdaptFields(inner, server);
            }
        }
    }

    private static string? Replacement(string type, ElasticsearchServer server) => type switch
    {
        "passthrough" when !server.HasPassthrough => "object",
        "flattened" when server.IsOpenSearch => "flat_object",
        _ => null,
    };

    private static bool IsShipped(string component) => !component.EndsWith("@custom", StringComparison.Ordinal);

    private static JsonObject Read(string file)
    {
        using var stream = typeof(ElasticsearchAssets).Assembly.GetManifestResourceStream(Prefix + file)
            ?? throw new InvalidOperationException($"The embedded {file} is missing from this build.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
