using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>The official client finds in the stand-in what it expects of the real one. It is what keeps the stand-in honest.</summary>
public sealed class JavaScriptClientTests
{
    private const int Documents = 500;
    private const string Key = "c3RhbmRpbjprZXk=";

    [Theory]
    [InlineData("8", "elasticsearch-8.19.8")]
    [InlineData("8", "elasticsearch-9.2.1")]
    [InlineData("9", "elasticsearch-9.2.1")]
    public async Task The_official_client_works_unchanged_while_a_third_of_the_items_fail(string client, string version)
    {
        NodeScript.SkipUnlessInstalled();
        await using var standin = await RunningStandin.StartAsync(new StandinOptions { Version = StandinVersion.Parse(version), ApiKeys = new HashSet<string> { Key } });
        standin.Cluster.Faults.ItemsAtRandom(RandomSeed.Value, 0.3, Sluice.Standins.Elasticsearch.Faults.ItemFault.TooManyRequests);

        var seen = await RunAsync(standin, client);

        var expected = $$"""
            {
              "version": "{{StandinVersion.Parse(version).Number}}", "license": "basic", "health": "yellow", "template": true,
              "bulk": { "total": {{Documents + 3}}, "successful": {{Documents}}, "failed": 3 },
              "dropped": [{ "status": 400, "type": "document_parsing_exception" }, { "status": 400, "type": "strict_dynamic_mapping_exception" }, { "status": 409, "type": "version_conflict_engine_exception" }],
              "count": {{Documents}}, "search": { "total": 48, "numbers": [20, 30, 40], "levels": 1 }, "mget": [true, false], "rollover": true, "again": "created",
              "failures": [
                { "name": "ResponseError", "status": 400, "type": "illegal_argument_exception" }, { "name": "ResponseError", "status": 409, "type": "version_conflict_engine_exception" },
                { "name": "ResponseError", "status": 400, "type": "search_phase_execution_exception" }, { "name": "ResponseError", "status": 404 },
                { "name": "ResponseError", "status": 401, "type": "security_exception" }]
            }
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), seen), $"seed {RandomSeed.Value}: {seen.ToJsonString()}");
    }

    [Theory]
    [InlineData("9", "elasticsearch-8.19.8", "ResponseError")]
    [InlineData("8", "opensearch-3.3.2", "ProductNotSupportedError")]
    public async Task The_official_client_refuses_what_it_was_not_made_for(string client, string version, string error)
    {
        NodeScript.SkipUnlessInstalled();
        await using var standin = await RunningStandin.StartAsync(new StandinOptions { Version = StandinVersion.Parse(version) });

        var seen = await RunAsync(standin, client);

        Assert.Equal(error, seen["error"]!.GetValue<string>());
    }

    private static async Task<JsonNode> RunAsync(RunningStandin standin, string client) => JsonNode.Parse(await NodeScript.RunAsync(
        "elasticsearch.mjs", "--client", client, "--endpoint", standin.Node.Address, "--api-key", Key, "--documents", $"{Documents}"))!;
}
