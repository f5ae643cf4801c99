using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Templates;

/// <summary>Calls about component and index templates.</summary>
internal sealed class TemplateHandler(ClusterState state)
{
    public ApiAnswer Component(ApiRequest request)
    {
        var registry = state.Templates;
        if (request.Method is "PUT" or "POST")
        {
            registry.PutComponent(Name(request), JsonObject.Create(request.Json())!, request.Flag("create"));
            return ApiAnswer.Acknowledged();
        }

        if (request.Method == "DELETE")
        {
            var name = Name(request);
            if (registry.Indices.Values.FirstOrDefault(index => index.ComposedOf.Contains(name)) is { } user)
            {
                throw ApiException.IllegalArgument($"component templates [{name}] cannot be removed as they are still in use by index templates [{user.Name}]");
            }

            return registry.Components.Remove(name) ? ApiAnswer.Acknowledged() : throw Missing("component template", name);
        }

        return Get(request, "component_template", "component template", registry.Components.Select(pair => (pair.Key, pair.Value)));
    }

    public ApiAnswer Index(ApiRequest request)
    {
        var registry = state.Templates;
        if (request.Method is "PUT" or "POST")
        {
            registry.PutIndex(Name(request), JsonObject.Create(request.Json())!, request.Flag("create"));
            return ApiAnswer.Acknowledged();
        }

        if (request.Method == "DELETE")
        {
            var name = Name(request);
            if (state.Streams.Values.FirstOrDefault(stream => stream.Template == name) is { } user)
            {
                throw ApiException.IllegalArgument($"unable to remove composable templates [{name}] as they are in use by a data streams [{user.Name}]");
            }

            return registry.Indices.Remove(name) ? ApiAnswer.Acknowledged() : throw Missing("index template matching", name);
        }

        return Get(request, "index_template", "index template matching", registry.Indices.Select(pair => (pair.Key, pair.Value.Definition)));
    }

    public ApiAnswer Simulate(string name)
    {
        var template = state.Templates.For(name);
        var (settings, mapping, aliases) = state.Templates.Compose(template);
        return ApiAnswer.Of(new JsonObject
        {
            ["template"] = new JsonObject { ["settings"] = settings.ToJson(), ["mappings"] = mapping.ToJson(), ["aliases"] = aliases.DeepClone() },
            ["overlapping"] = new JsonArray(),
        });
    }

    private static ApiAnswer Get(ApiRequest request, string kind, string described, IEnumerable<(string Name, JsonObject Definition)> all)
    {
        var name = request.Path.Length > 1 ? request.Path[1] : "*";
        var found = all.Where(template => name.Split(',').Any(pattern => Wildcard.Matches(pattern, template.Name))).ToArray();
        if (request.Method == "HEAD")
        {
            return ApiAnswer.Exists(found.Length > 0);
        }

        if (found.Length == 0 && !name.Contains('*', StringComparison.Ordinal))
        {
            throw Missing(described, name);
        }

        return ApiAnswer.Of(new JsonObject
        {
            [kind + "s"] = new JsonArray([.. found.Select(template => (JsonNode)new JsonObject { ["name"] = template.Name, [kind] = template.Definition.DeepClone() })]),
        });
    }

    private static string Name(ApiRequest request) => request.Path.Length == 2 ? request.Path[1] : throw ApiException.IllegalArgument("the call names no template");

    private static ApiException Missing(string kind, string name) => new(new ApiError(404, "resource_not_found_exception", $"{kind} [{name}] not found"));
}
