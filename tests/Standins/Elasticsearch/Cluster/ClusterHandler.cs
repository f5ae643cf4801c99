using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>What the cluster says of itself.</summary>
internal sealed class ClusterHandler(ClusterState state)
{
    private const string ClusterUuid = "standin-cluster-uuid00";

    public ApiAnswer Root()
    {
        var number = state.Version.Number.ToString();
        var version = state.Version.IsOpenSearch
            ? new JsonObject { ["distribution"] = "opensearch", ["number"] = number, ["build_type"] = "tar" }
            : new JsonObject { ["number"] = number, ["build_flavor"] = "default", ["build_type"] = "docker" };
        version["build_hash"] = "0000000000000000000000000000000000000000";
        version["build_date"] = "2026-01-01T00:00:00.000000Z";
        version["build_snapshot"] = false;
        version["lucene_version"] = state.Version.Major >= 9 || state.Version is { IsOpenSearch: true, Major: >= 3 } ? "10.3.0" : "9.12.0";
        version["minimum_wire_compatibility_version"] = string.Create(CultureInfo.InvariantCulture, $"{state.Version.Major - 1}.0.0");
        version["minimum_index_compatibility_version"] = string.Create(CultureInfo.InvariantCulture, $"{state.Version.Major - 1}.0.0");
        return ApiAnswer.Of(new JsonObject
        {
            ["name"] = "standin",
            ["cluster_name"] = "standin",
            ["cluster_uuid"] = ClusterUuid,
            ["version"] = version,
            ["tagline"] = state.Version.IsOpenSearch ? "The OpenSearch Project: https://opensearch.org/" : "You Know, for Search",
        });
    }

    public ApiAnswer License(string path)
    {
        var license = new JsonObject { ["status"] = "active", ["uid"] = "standin-license", ["type"] = "basic", ["mode"] = "basic", ["issued_to"] = "standin", ["issuer"] = "elasticsearch" };
        return ApiAnswer.Of(path == "_license"
            ? new JsonObject { ["license"] = license }
            : new JsonObject
            {
                ["license"] = license,
                ["features"] = new JsonObject
                {
                    ["ilm"] = new JsonObject { ["available"] = true, ["enabled"] = true },
                    ["data_streams"] = new JsonObject { ["available"] = true, ["enabled"] = true },
                },
                ["tagline"] = "You know, for X",
            });
    }

    public ApiAnswer Health() => ApiAnswer.Of(new JsonObject
    {
        ["cluster_name"] = "standin",
        ["status"] = "yellow",
        ["timed_out"] = false,
        ["number_of_nodes"] = 1,
        ["number_of_data_nodes"] = 1,
        ["active_primary_shards"] = state.Indices.Count,
        ["active_shards"] = state.Indices.Count,
        ["relocating_shards"] = 0,
        ["initializing_shards"] = 0,
        ["unassigned_shards"] = state.Indices.Count,
    });

    /// <summary>Enough for a client that looks for ingest nodes or versions; addresses are not published.</summary>
    public ApiAnswer Nodes() => ApiAnswer.Of(new JsonObject
    {
        ["_nodes"] = new JsonObject { ["total"] = 1, ["successful"] = 1, ["failed"] = 0 },
        ["cluster_name"] = "standin",
        ["nodes"] = new JsonObject
        {
            ["standin"] = new JsonObject
            {
                ["name"] = "standin",
                ["version"] = state.Version.Number.ToString(),
                ["roles"] = new JsonArray("data", "ingest", "master"),
            },
        },
    });
}
