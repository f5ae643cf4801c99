using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>Gets by id. They see what was written at once, and take names of indices, not of data streams.</summary>
internal sealed class GetHandler(ClusterState state)
{
    public ApiAnswer Get(ApiRequest request, string name, string id)
    {
        request.Allow("_source", "_source_includes", "_source_excludes", "realtime", "refresh", "routing", "preference", "stored_fields", "version");
        var index = state.ResolveForGet(name);
        var document = index.Get(id);
        return ApiAnswer.Of(Result(index, id, document, Wants(request)), document is null ? 404 : 200);
    }

    public ApiAnswer Source(string name, string id) => state.ResolveForGet(name).Get(id) is { } document
        ? new ApiAnswer(200, document.Source)
        : throw new ApiException(new ApiError(404, "resource_not_found_exception", $"Document not found [{name}]/[{id}]"));

    public ApiAnswer Multi(ApiRequest request, string? defaultIndex)
    {
        request.Allow("_source", "_source_includes", "_source_excludes", "realtime", "refresh", "routing", "preference", "stored_fields");
        var wanted = new List<(string? Index, string Id, bool WithSource)>();
        foreach (var property in request.Json().EnumerateObject())
        {
            switch (property.Name)
            {
                case "ids":
                    wanted.AddRange(property.Value.EnumerateArray().Select(id => (defaultIndex, id.GetString()!, Wants(request))));
                    break;
                case "docs":
                    wanted.AddRange(property.Value.EnumerateArray().Select(item => Wanted(item, defaultIndex, Wants(request))));
                    break;
                default:
                    throw Parsing($"unknown key [{property.Name}] for a START_ARRAY, expected [docs] or [ids]");
            }
        }

        if (wanted.Count == 0)
        {
            throw Invalid("no documents to get");
        }

        if (wanted.Any(item => item.Index is null))
        {
            throw Invalid("index is missing for doc 0");
        }

        return ApiAnswer.Of(new JsonObject { ["docs"] = new JsonArray([.. wanted.Select(item => (JsonNode)One(item.Index!, item.Id, item.WithSource))]) });
    }

    private JsonObject One(string name, string id, bool withSource)
    {
        try
        {
            var index = state.ResolveForGet(name);
            return Result(index, id, index.Get(id), withSource);
        }
        catch (ApiException exception)
        {
            return new JsonObject { ["_index"] = name, ["_id"] = id, ["error"] = exception.Error.ToBody()["error"]!.DeepClone() };
        }
    }

    private static (string? Index, string Id, bool WithSource) Wanted(JsonElement item, string? defaultIndex, bool withSource)
    {
        string? index = defaultIndex, id = null;
        foreach (var property in item.EnumerateObject())
        {
            switch (property.Name)
            {
                case "_index":
                    index = property.Value.GetString();
                    break;
                case "_id":
                    id = property.Value.ToString();
                    break;
                case "_source":
                    withSource = property.Value.ValueKind != JsonValueKind.False;
                    break;
                case "routing" or "stored_fields" or "_type":
                    break;
                default:
                    throw Parsing($"unknown parameter [{property.Name}] in request body");
            }
        }

        return (index, id ?? throw Invalid("id is missing for doc 0"), withSource);
    }

    private JsonObject Result(StoreIndex index, string id, StoredDocument? document, bool withSource)
    {
        var json = new JsonObject { ["_index"] = index.Name };
        if (state.Version.IsSeven)
        {
            json["_type"] = "_doc";
        }

        json["_id"] = id;
        if (document is not null)
        {
            json["_version"] = document.Version;
            json["_seq_no"] = document.SequenceNumber;
            json["_primary_term"] = 1;
        }

        json["found"] = document is not null;
        if (document is not null && withSource)
        {
            json["_source"] = JsonNode.Parse(document.Source);
        }

        return json;
    }

    private static bool Wants(ApiRequest request) => request.Parameter("_source") is not "false";

    private static ApiException Invalid(string reason) => new(new ApiError(400, "action_request_validation_exception", $"Validation Failed: 1: {reason};"));

    private static ApiException Parsing(string reason) => ApiException.Parsing(reason);
}
