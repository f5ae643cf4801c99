using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>Calls about indices and data streams.</summary>
internal sealed class IndexHandler(ClusterState state)
{
    public ApiAnswer Index(ApiRequest request, string expression)
    {
        switch (request.Method)
        {
            case "PUT":
                var made = state.CreateIndex(expression, Body(request));
                return ApiAnswer.Of(new JsonObject { ["acknowledged"] = true, ["shards_acknowledged"] = true, ["index"] = made.Name });
            case "HEAD":
                return ApiAnswer.Exists(state.Resolve(expression, ignoreUnavailable: true, includeHidden: true).Count > 0);
            case "GET":
                var json = new JsonObject();
                foreach (var index in state.Resolve(expression))
                {
                    json[index.Name] = new JsonObject { ["aliases"] = AliasesOf(index), ["mappings"] = index.Mapping.ToJson(), ["settings"] = index.Settings.ToJson() };
                }

                return ApiAnswer.Of(json);
            case "DELETE":
                if (state.Streams.ContainsKey(expression))
                {
                    throw ApiException.IllegalArgument($"The provided expression [{expression}] matches a data stream, specify the corresponding concrete indices instead.");
                }

                foreach (var index in state.Resolve(expression))
                {
                    if (index.Stream is { } stream && stream.WriteIndex == index)
                    {
                        throw ApiException.IllegalArgument($"index [{index.Name}] is the write index for data stream [{stream.Name}] and cannot be deleted");
                    }

                    index.Stream?.Indices.Remove(index);
                    state.Indices.Remove(index.Name);
                }

                return ApiAnswer.Acknowledged();
            default:
                throw new ApiException(new ApiError(405, "", $"Incorrect HTTP method for uri [{request.RawPath}] and method [{request.Method}], allowed: [GET, PUT, HEAD, DELETE]"));
        }
    }

    public ApiAnswer Refresh(string expression)
    {
        var indices = state.Resolve(expression, includeHidden: true);
        foreach (var index in indices)
        {
            index.Refresh();
        }

        return ApiAnswer.Of(new JsonObject { ["_shards"] = new JsonObject { ["total"] = indices.Count * 2, ["successful"] = indices.Count, ["failed"] = 0 } });
    }

    public ApiAnswer Stream(ApiRequest request, string expression)
    {
        switch (request.Method)
        {
            case "PUT":
                state.CreateStream(expression);
                return ApiAnswer.Acknowledged();
            case "GET":
                return GetStreams(expression);
            case "DELETE":
                foreach (var stream in Streams(expression))
                {
                    state.Delete(stream);
                }

                return ApiAnswer.Acknowledged();
            default:
                throw new ApiException(new ApiError(405, "", $"Incorrect HTTP method for uri [{request.RawPath}] and method [{request.Method}], allowed: [GET, PUT, DELETE]"));
        }
    }

    public ApiAnswer GetStreams(string expression) => ApiAnswer.Of(new JsonObject
    {
        ["data_streams"] = new JsonArray([.. Streams(expression).Select(stream => (JsonNode)new JsonObject
        {
            ["name"] = stream.Name,
            ["timestamp_field"] = new JsonObject { ["name"] = DataStream.TimestampField },
            ["indices"] = new JsonArray([.. stream.Indices.Select(index => (JsonNode)new JsonObject { ["index_name"] = index.Name, ["index_uuid"] = index.Uuid })]),
            ["generation"] = stream.Generation,
            ["status"] = "YELLOW",
            ["template"] = stream.Template,
            ["ilm_policy"] = stream.WriteIndex.Settings["lifecycle.name"],
            ["hidden"] = stream.IsHidden,
            ["allow_custom_routing"] = stream.AllowsCustomRouting,
        })]),
    });

    public ApiAnswer Rollover(ApiRequest request, string name)
    {
        if (!state.Streams.TryGetValue(name, out var stream))
        {
            throw state.Indices.ContainsKey(name)
                ? ApiException.NotModelled("rollovers of aliases")
                : ApiException.IllegalArgument($"rollover target [{name}] does not exist");
        }

        if (request.JsonOrEmpty().TryGetProperty("conditions", out var conditions) && conditions.EnumerateObject().Any())
        {
            throw ApiException.NotModelled("conditions of rollovers");
        }

        var old = stream.WriteIndex.Name;
        var isDry = request.Flag("dry_run");
        var made = isDry ? null : state.AddBackingIndex(stream);
        return ApiAnswer.Of(new JsonObject
        {
            ["acknowledged"] = !isDry,
            ["shards_acknowledged"] = !isDry,
            ["old_index"] = old,
            ["new_index"] = made?.Name,
            ["rolled_over"] = !isDry,
            ["dry_run"] = isDry,
            ["lazy"] = false,
            ["conditions"] = new JsonObject(),
        });
    }

    public ApiAnswer Mapping(ApiRequest request, string expression)
    {
        var indices = state.Resolve(expression);
        if (request.Method is "PUT" or "POST")
        {
            var merged = indices.Select(index => (index, Mapping: index.Mapping.MergedWith(Body(request)))).ToArray();
            foreach (var (index, mapping) in merged)
            {
                index.Mapping = mapping;
            }

            return ApiAnswer.Acknowledged();
        }

        var json = new JsonObject();
        foreach (var index in indices)
        {
            json[index.Name] = new JsonObject { ["mappings"] = index.Mapping.ToJson() };
        }

        return ApiAnswer.Of(json);
    }

    public ApiAnswer Settings(ApiRequest request, string expression)
    {
        var indices = state.Resolve(expression);
        if (request.Method == "PUT")
        {
            var changes = IndexSettings.Read(Body(request), state.Version);
            foreach (var index in indices)
            {
                index.Settings.Take(changes);
            }

            return ApiAnswer.Acknowledged();
        }

        var json = new JsonObject();
        foreach (var index in indices)
        {
            json[index.Name] = new JsonObject { ["settings"] = index.Settings.ToJson() };
        }

        return ApiAnswer.Of(json);
    }

    private static JsonObject Body(ApiRequest request) => JsonObject.Create(request.JsonOrEmpty())!;

    private static JsonObject AliasesOf(StoreIndex index)
    {
        var json = new JsonObject();
        foreach (var alias in index.Aliases)
        {
            json[alias] = new JsonObject();
        }

        return json;
    }

    private DataStream[] Streams(string expression)
    {
        var found = state.Streams.Values.Where(stream => expression.Split(',').Any(pattern => Wildcard.Matches(pattern, stream.Name))).ToArray();
        return found.Length > 0 || expression.Contains('*', StringComparison.Ordinal) ? found : throw ApiException.IndexNotFound(expression);
    }
}
