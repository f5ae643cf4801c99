using System.Text.Json.Nodes;

namespace Sluice.Setup;

/// <summary>What is shipped in <c>config/elasticsearch</c>, embedded, as a server can take it. It is written for the current Elasticsearch.</summary>
internal static class ElasticsearchAssets
{
    private const string Prefix = "elasticsearch/";

    /// <summary>Everything to set up, in the order in which it has to be there.</summary>
    /// <param name="server">What it is for.</param>
    /// <param name="modes">The modes of documents, <c>otel</c> and <c>ecs</c>, or one of them.</param>
    /// <param name="retention">How long documents are kept, such as <c>30d</c>.</param>
    public static IReadOnlyList<SetupObject> For(ElasticsearchServer server, IReadOnlyCollection<string> modes, string retention)
    {
        var templates = modes.SelectMany(mode => (string[])[$"sluice-logs-{mode}", $"sluice-traces-{mode}"]).Select(name => (Name: name, Body: Read($"index_templates/{name}.json"))).ToList();
        return
        [
            SetupObject.Sign(SetupKind.Lifecycle, "sluice", Lifecycle(server, templates.Select(template => template.Body), retention), server),
            .. ((string[])["sluice-settings", .. modes.Select(mode => $"sluice-{mode}-mappings")])
                .Select(name => SetupObject.Sign(SetupKind.ComponentTemplate, name, Component(name, server), server)),
            .. templates.Select(template => SetupObject.Sign(SetupKind.IndexTemplate, template.Name, IndexTemplate(template.Body, server), server)),
        ];
    }

    private static JsonObject Lifecycle(ElasticsearchServer server, IEnumerable<JsonObject> templates, string retention)
    {
        if (!server.IsOpenSearch)
        {
            var policy = Read("lifecycle/sluice.json");
            policy["policy"]!["phases"]!["delete"]!["min_age"] = retention;
            return policy;
        }

        var states = Read("lifecycle/sluice.opensearch.json");
        states["policy"]!["states"]![0]!["transitions"]![0]!["conditions"]!["min_rollover_age"] = retention;
        states["policy"]!["ism_template"]![0]!["index_patterns"] = new JsonArray([.. templates.Select(template => template["index_patterns"]![0]!.DeepClone())]);
        return states;
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

        return template;
    }

    /// <summary>
    /// Without passthrough, names with dots become objects within objects, which must not be flattened. Older servers take one path for each template.
    /// </summary>
    private static void AdaptDynamicTemplates(JsonObject mappings, ElasticsearchServer server)
    {
        if (server.HasPassthrough)
        {
            return;
        }

        var adapted = new JsonArray();
        foreach (var entry in mappings["dynamic_templates"]!.AsArray())
        {
            var (name, template) = entry!.AsObject().Single();
            if ((string?)template!["match_mapping_type"] == "object")
            {
                continue;
            }

            if (template["path_match"] is not JsonArray paths)
            {
                adapted.Add(entry.DeepClone());
                continue;
            }

            foreach (var path in paths)
            {
                var single = template.DeepClone();
                single["path_match"] = path!.DeepClone();
                adapted.Add(new JsonObject { [$"{name}_{adapted.Count}"] = single });
            }
        }

        mappings["dynamic_templates"] = adapted;
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

    private static JsonObject Read(string file)
    {
        using var stream = typeof(ElasticsearchAssets).Assembly.GetManifestResourceStream(Prefix + file)
            ?? throw new InvalidOperationException($"The embedded {file} is missing from this build.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
