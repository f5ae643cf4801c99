using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Http;

/// <summary>What clients are told of the server: one node, healthy, with the features that shippers look for.</summary>
internal sealed class ElasticsearchPages
{
    private const string ClusterName = "sluice";
    private const string NodeName = "sluice-0";
    private const long FarFuture = 4_102_444_800_000;

    private readonly string _version;
    private readonly string _id;
    private readonly int _maxBodySize;
    private readonly TimeProvider _time;
    private readonly byte[][] _fixed;

    public ElasticsearchPages(string version, int maxBodySize, TimeProvider time)
    {
        _version = version;
        _maxBodySize = maxBodySize;
        _time = time;
        _id = Convert.ToBase64String(Guid.NewGuid().ToByteArray())[..22].Replace('/', '-').Replace('+', '_');
        _fixed =
        [
            Encode(Root()),
            Encode(new JsonObject { ["license"] = License() }),
            Encode(Features()),
            Encode(Health()),
            [],
            [],
            Encode(new JsonObject { ["_shards"] = new JsonObject { ["total"] = 1, ["successful"] = 1, ["failed"] = 0 } }),
        ];
    }

    /// <summary>The type of a page.</summary>
    public static string TypeOf(ElasticsearchPage page) => page == ElasticsearchPage.HealthText ? "text/plain; charset=UTF-8" : "application/json";

    /// <summary>A page.</summary>
    /// <param name="page">Which.</param>
    /// <param name="host">Where the client reached this: it is told to go on doing so.</param>
    public byte[] Get(ElasticsearchPage page, HostString host) => page switch
    {
        ElasticsearchPage.Nodes => Encode(Nodes(host)),
        ElasticsearchPage.HealthText => Encoding.ASCII.GetBytes(HealthText()),
        _ => _fixed[(int)page],
    };

    private static byte[] Encode(JsonObject page) => JsonSerializer.SerializeToUtf8Bytes(page);

    /// <summary>Clients check name, version and the last line before they send anything.</summary>
    private JsonObject Root() => new()
    {
        ["name"] = NodeName,
        ["cluster_name"] = ClusterName,
        ["cluster_uuid"] = _id,
        ["version"] = new JsonObject
        {
            ["number"] = _version,
            ["build_flavor"] = "default",
            ["build_type"] = "docker",
            ["build_hash"] = "unknown",
            ["build_date"] = "2025-01-01T00:00:00.000000000Z",
            ["build_snapshot"] = false,
            ["lucene_version"] = _version.StartsWith("7.", StringComparison.Ordinal) ? "8.11.3" : "9.12.0",
            ["minimum_wire_compatibility_version"] = "7.17.0",
            ["minimum_index_compatibility_version"] = "7.0.0",
        },
        ["tagline"] = "You Know, for Search",
    };

    private JsonObject License() => new()
    {
        ["status"] = "active",
        ["uid"] = _id,
        ["type"] = "basic",
        ["mode"] = "basic",
        ["issue_date"] = "2025-01-01T00:00:00.000Z",
        ["issue_date_in_millis"] = 1_735_689_600_000,
        ["max_nodes"] = 1000,
        ["issued_to"] = ClusterName,
        ["issuer"] = "elasticsearch",
        ["start_date_in_millis"] = -1,
    };

    private JsonObject Features()
    {
        var features = new JsonObject();
        foreach (var name in (string[])["data_streams", "data_tiers", "ilm", "monitoring", "security"])
        {
            features[name] = new JsonObject { ["available"] = true, ["enabled"] = true };
        }

        return new JsonObject
        {
            ["build"] = new JsonObject { ["hash"] = "unknown", ["date"] = "2025-01-01T00:00:00.000000Z" },
            ["license"] = new JsonObject { ["uid"] = _id, ["type"] = "basic", ["mode"] = "basic", ["status"] = "active", ["expiry_date_in_millis"] = FarFuture },
            ["features"] = features,
            ["tagline"] = "You know, for X",
        };
    }

    private static JsonObject Health() => new()
    {
        ["cluster_name"] = ClusterName,
        ["status"] = "green",
        ["timed_out"] = false,
        ["number_of_nodes"] = 1,
        ["number_of_data_nodes"] = 1,
        ["active_primary_shards"] = 1,
        ["active_shards"] = 1,
        ["relocating_shards"] = 0,
        ["initializing_shards"] = 0,
        ["unassigned_shards"] = 0,
        ["delayed_unassigned_shards"] = 0,
        ["number_of_pending_tasks"] = 0,
        ["number_of_in_flight_fetch"] = 0,
        ["task_max_waiting_in_queue_millis"] = 0,
        ["active_shards_percent_as_number"] = 100.0,
    };

    private string HealthText()
    {
        var now = _time.GetUtcNow();
        return string.Create(
            CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()} {now:HH:mm:ss} {ClusterName} green 1 1 1 1 0 0 0 0 - 100.0%\n");
    }

    private JsonObject Nodes(HostString host)
    {
        var name = host.Host;
        var address = host.Value ?? "";
        return new JsonObject
        {
            ["_nodes"] = new JsonObject { ["total"] = 1, ["successful"] = 1, ["failed"] = 0 },
            ["cluster_name"] = ClusterName,
            ["nodes"] = new JsonObject
            {
                [_id] = new JsonObject
                {
                    ["name"] = NodeName,
                    ["transport_address"] = address,
                    ["host"] = name,
                    ["ip"] = name,
                    ["version"] = _version,
                    ["build_flavor"] = "default",
                    ["build_type"] = "docker",
                    ["build_hash"] = "unknown",
                    ["roles"] = new JsonArray("data", "data_content", "data_hot", "ingest", "master"),
                    ["http"] = new JsonObject
                    {
                        ["bound_address"] = new JsonArray(address),
                        ["publish_address"] = address,
                        ["max_content_length_in_bytes"] = _maxBodySize,
                    },
                },
            },
        };
    }
}
