using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Bulk;

/// <summary>What became of one operation.</summary>
internal sealed record BulkResult(string Action, string Index, string? Id, int Status)
{
    public ApiError? Error { get; init; }

    /// <summary>created, updated, deleted, noop, not_found.</summary>
    public string Result { get; init; } = "";

    public StoredDocument? Written { get; init; }

    public JsonObject ToJson(StandinVersion version, bool isRefreshed)
    {
        var json = new JsonObject { ["_index"] = Index };
        if (version.IsSeven)
        {
            json["_type"] = "_doc";
        }

        json["_id"] = Id;
        if (Error is not null)
        {
            json["status"] = Status;
            json["error"] = Error.ToJson();
            return json;
        }

        json["_version"] = Written?.Version ?? 1;
        json["result"] = Result;
        if (isRefreshed)
        {
            json["forced_refresh"] = true;
        }

        json["_shards"] = new JsonObject { ["total"] = 2, ["successful"] = 1, ["failed"] = 0 };
        json["_seq_no"] = Written?.SequenceNumber ?? 0;
        json["_primary_term"] = 1;
        json["status"] = Status;
        return json;
    }

    public static BulkResult Failed(BulkOperation operation, ApiError error) =>
        new(operation.Action, error.Metadata?["index"]?.GetValue<string>() ?? operation.Index, operation.Id, error.Status) { Error = error };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Action} {Index}/{Id}: {Status} {Error?.Reason ?? Result}");
}
