using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>What is kept as it was put, and given back: lifecycle policies, ingest pipelines, legacy templates.</summary>
internal sealed class StoredHandler(ClusterState state)
{
    public ApiAnswer Serve(ApiRequest request, string kind, string[] names)
    {
        if (!state.Stored.TryGetValue(kind, out var stored))
        {
            state.Stored[kind] = stored = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        }

        var expression = names.Length == 0 ? "*" : names[0];
        var matching = stored.Where(pair => expression.Split(',').Any(pattern => Wildcard.Matches(pattern, pair.Key))).ToArray();
        switch (request.Method)
        {
            case "PUT" or "POST" when names.Length == 1:
                var put = Check(kind, expression, JsonObject.Create(request.Json())!);
                if (kind == "policy" && state.Version.IsOpenSearch)
                {
                    return PutStatePolicy(request, stored, expression, put);
                }

                stored[expression] = put;
                return ApiAnswer.Acknowledged();
            case "GET" when kind == "policy" && state.Version.IsOpenSearch && stored.TryGetValue(expression, out var policy):
                return ApiAnswer.Of((JsonObject)policy.DeepClone());
            case "HEAD":
                return ApiAnswer.Exists(matching.Length > 0);
            case "GET" when matching.Length > 0 || names.Length == 0:
                var json = new JsonObject();
                foreach (var (name, definition) in matching)
                {
                    json[name] = kind == "policy" && !state.Version.IsOpenSearch
                        ? new JsonObject { ["version"] = 1, ["modified_date"] = "2026-01-01T00:00:00.000Z", ["policy"] = definition["policy"]?.DeepClone() }
                        : definition.DeepClone();
                }

                return ApiAnswer.Of(json);
            case "DELETE" when matching.Length > 0:
                foreach (var (name, _) in matching)
                {
                    stored.Remove(name);
                }

                return ApiAnswer.Acknowledged();
            case "GET" when kind != "policy":
                return ApiAnswer.Of([], 404);
            default:
                throw new ApiException(new ApiError(404, "resource_not_found_exception", kind == "policy" ? $"Lifecycle policy not found: {expression}" : $"{kind} [{expression}] is missing"));
        }
    }

    /// <summary>A policy of index state management is a document: it is replaced only by who names the state of it that is replaced.</summary>
    private static ApiAnswer PutStatePolicy(ApiRequest request, SortedDictionary<string, JsonObject> stored, string name, JsonObject definition)
    {
        var sequence = stored.TryGetValue(name, out var present) ? (long)present["_seq_no"]! : -1;
        if (present is not null && (request.Number("if_seq_no") != sequence || request.Number("if_primary_term") != 1))
        {
            throw new ApiException(new ApiError(409, "version_conflict_engine_exception", $"[{name}]: version conflict, required seqNo [{request.Parameter("if_seq_no")}], current document has seqNo [{sequence}]"));
        }

        sequence++;
        stored[name] = new JsonObject
        {
            ["_id"] = name,
            ["_version"] = sequence + 1,
            ["_seq_no"] = sequence,
            ["_primary_term"] = 1,
            ["policy"] = definition["policy"]!.DeepClone(),
        };
        return ApiAnswer.Of((JsonObject)stored[name].DeepClone(), present is null ? 201 : 200);
    }

    private JsonObject Check(string kind, string name, JsonObject definition)
    {
        switch (kind)
        {
            case "policy":
                if (definition["policy"] is not JsonObject policy)
                {
                    throw new ApiException(new ApiError(400, "x_content_parse_exception", "Required [policy]"));
                }

                if (!state.Version.IsOpenSearch)
                {
                    CheckLifecycle(policy);
                }

                break;
            case "pipeline" when definition["processors"] is not JsonArray:
                throw new ApiException(new ApiError(400, "parse_exception", "[processors] required property is missing"));
            case "template" when definition["index_patterns"] is null:
                throw new ApiException(new ApiError(400, "action_request_validation_exception", $"Validation Failed: 1: index patterns are missing for [{name}];"));
        }

        return definition;
    }

    private static void CheckLifecycle(JsonObject policy)
    {
        if (policy["phases"] is not JsonObject phases)
        {
            throw new ApiException(new ApiError(400, "x_content_parse_exception", "Required [phases]"));
        }

        string[] known = ["hot", "warm", "cold", "frozen", "delete"];
        string[] actions = ["rollover", "set_priority", "shrink", "forcemerge", "readonly", "allocate", "migrate", "searchable_snapshot", "delete", "unfollow", "wait_for_snapshot", "downsample"];
        foreach (var (name, phase) in phases)
        {
            if (!known.Contains(name))
            {
                throw ApiException.IllegalArgument($"Timeseries lifecycle does not support phase [{name}]");
            }

            foreach (var (action, _) in phase?["actions"] as JsonObject ?? [])
            {
                if (!actions.Contains(action))
                {
                    throw new ApiException(new ApiError(400, "x_content_parse_exception", $"unknown field [{action}]"));
                }
            }
        }
    }
}
