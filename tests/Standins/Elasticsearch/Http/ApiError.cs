using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>An error in the form of the API.</summary>
/// <param name="Status">The status of HTTP, of the answer or of an item.</param>
/// <param name="Type">Its type: <c>illegal_argument_exception</c>; empty for the few that only have a text.</param>
/// <param name="Reason">What is wrong.</param>
internal sealed record ApiError(int Status, string Type, string Reason)
{
    public ApiError? CausedBy { get; init; }

    /// <summary>What else the error says of itself: the index, headers.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>Whether it came from the shards of a search, which is told around it.</summary>
    public bool IsOfSearch { get; init; }

    /// <summary>The error as an item of a bulk answer carries it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["type"] = Type, ["reason"] = Reason };
        foreach (var (name, value) in Metadata ?? [])
        {
            json[name] = value?.DeepClone();
        }

        if (CausedBy is not null)
        {
            json["caused_by"] = CausedBy.ToJson();
        }

        return json;
    }

    /// <summary>The body of an answer.</summary>
    public JsonObject ToBody()
    {
        if (Type.Length == 0)
        {
            return new JsonObject { ["error"] = Reason, ["status"] = Status };
        }

        if (IsOfSearch)
        {
            var shard = new JsonObject { ["shard"] = 0, ["index"] = Metadata?["index"]?.DeepClone(), ["node"] = "standin", ["reason"] = ToJson() };
            return new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["root_cause"] = new JsonArray(ToJson()),
                    ["type"] = "search_phase_execution_exception",
                    ["reason"] = "all shards failed",
                    ["phase"] = "query",
                    ["grouped"] = true,
                    ["failed_shards"] = new JsonArray(shard),
                },
                ["status"] = Status,
            };
        }

        var error = new JsonObject { ["root_cause"] = new JsonArray((this with { CausedBy = null }).ToJson()) };
        foreach (var (name, value) in ToJson())
        {
            error[name] = value?.DeepClone();
        }

        return new JsonObject { ["error"] = error, ["status"] = Status };
    }
}
