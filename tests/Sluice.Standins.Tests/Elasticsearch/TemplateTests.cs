using System.Net;
using System.Text.Json.Nodes;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>Templates: how they are composed, which one wins, and which are refused.</summary>
public sealed class TemplateTests
{
    [Fact]
    public async Task Components_are_composed_in_order_and_the_template_itself_comes_last()
    {
        await using var standin = await RunningStandin.StartAsync();
        standin.Cluster.PutComponentTemplate("first", """
            {"template":{"settings":{"index":{"refresh_interval":"5s","codec":"best_compression"}},
             "mappings":{"dynamic":false,"properties":{"service.name":{"type":"text"},"a":{"type":"long"}},"dynamic_templates":[{"t":{"match":"*","mapping":{"type":"long"}}}]}}}
            """);
        standin.Cluster.PutComponentTemplate("second", """
            {"template":{"settings":{"index.refresh_interval":"7s"},
             "mappings":{"properties":{"service":{"properties":{"name":{"type":"keyword"}}}},"dynamic_templates":[{"t":{"match":"*","mapping":{"type":"keyword"}}}]}}}
            """);
        standin.Cluster.PutIndexTemplate("all", """{"index_patterns":"logs-*","composed_of":["first","second"],"data_stream":{},"template":{"mappings":{"properties":{"a":{"type":"keyword"}}}}}""");

        var simulated = standin.Cluster.Call("POST", "/_index_template/_simulate_index/logs-a-b")["template"]!;

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {
                  "dynamic_templates": [{ "t": { "match": "*", "mapping": { "type": "keyword" } } }], "dynamic": "false",
                  "properties": { "@timestamp": { "type": "date" }, "a": { "type": "keyword" }, "service": { "properties": { "name": { "type": "keyword" } } } }
                }
                """),
            simulated["mappings"]), simulated.ToJsonString());
        Assert.Equal("7s", simulated["settings"]!["index"]!["refresh_interval"]!.GetValue<string>());
        Assert.Equal("best_compression", simulated["settings"]!["index"]!["codec"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_template_of_the_highest_priority_is_taken()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        standin.Cluster.PutIndexTemplate("otel", """{"index_patterns":["logs-*.otel-*"],"priority":120,"data_stream":{},"template":{"mappings":{"properties":{"otel":{"type":"keyword"}}}}}""");

        await standin.BulkAsync("""{"create":{"_index":"logs-a.otel-b"}}""", """{"@timestamp":"2026-08-01"}""", """{"create":{"_index":"logs-a-b"}}""", """{"@timestamp":"2026-08-01"}""");

        var streams = standin.Cluster.Call("GET", "/_data_stream/*")["data_streams"]!.AsArray();
        Assert.Equal([("logs-a-b", "logs"), ("logs-a.otel-b", "otel")], streams.Select(stream => (stream!["name"]!.GetValue<string>(), stream["template"]!.GetValue<string>())));
    }

    [Theory]
    [InlineData("/_index_template/x", """{"index_patterns":["a-*"],"composed_of":["none-such"]}""", "invalid_index_template_exception", "that do not exist")]
    [InlineData("/_index_template/x", """{"index_patterns":["logs-a*"],"priority":100}""", "illegal_argument_exception", "multiple index templates may not match during index creation")]
    [InlineData("/_index_template/x", """{"index_patterns":["a-*"],"mappings":{}}""", "x_content_parse_exception", "[index_template] unknown field [mappings]")]
    [InlineData("/_index_template/x", """{"template":{}}""", "x_content_parse_exception", "Required [index_patterns]")]
    [InlineData("/_index_template/x", """{"index_patterns":["a-*"],"data_stream":{},"template":{"mappings":{"properties":{"@timestamp":{"type":"keyword"}}}}}""", "illegal_argument_exception", "data stream timestamp field [@timestamp] is of type [keyword], but [date,date_nanos] is expected")]
    [InlineData("/_index_template/x", """{"index_patterns":["a-*"],"template":{"settings":{"index.refresh":"1s"}}}""", "illegal_argument_exception", "unknown setting [index.refresh]")]
    [InlineData("/_index_template/x", """{"index_patterns":["a-*"],"data_stream":{},"template":{"settings":{"index.mode":"time_series"}}}""", "illegal_argument_exception", "[index.mode=time_series] requires a non-empty [index.routing_path]")]
    [InlineData("/_component_template/x", """{"template":{"mappings":{"properties":{"a":{"type":"none"}}}}}""", "mapper_parsing_exception", "No handler for type [none] declared on field [a]")]
    [InlineData("/_component_template/used", """{"template":{"mappings":{"properties":{"@timestamp":{"properties":{}}}}}}""", "mapper_parsing_exception", "can't merge")]
    [InlineData("/_ilm/policy/x", """{"policy":{"phases":{"warmish":{}}}}""", "illegal_argument_exception", "Timeseries lifecycle does not support phase [warmish]")]
    public async Task A_template_that_cannot_be_is_refused_and_changes_nothing(string path, string body, string type, string reason)
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        standin.Cluster.PutComponentTemplate("used", """{"template":{}}""");
        standin.Cluster.PutIndexTemplate("user", """{"index_patterns":["user-*"],"composed_of":["used"],"data_stream":{},"template":{"mappings":{"properties":{"@timestamp":{"type":"date"}}}}}""");
        var before = State(standin);

        var (status, answer) = await standin.CallAsync("PUT", path, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(type, answer["error"]!["type"]!.GetValue<string>());
        Assert.Contains(reason, answer["error"]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, State(standin));
    }

    [Fact]
    public async Task What_was_put_is_given_back_and_what_is_missing_is_told()
    {
        await using var standin = await RunningStandin.StartAsync();
        const string template = """{"template":{"settings":{"index.codec":"default"}},"_meta":{"by":"us"},"version":3}""";
        await standin.CallAsync("PUT", "/_component_template/mine", template);
        await standin.CallAsync("PUT", "/_ilm/policy/mine", """{"policy":{"phases":{"hot":{"actions":{"rollover":{"max_age":"1d"}}}}}}""");
        await standin.CallAsync("PUT", "/_ingest/pipeline/mine", """{"processors":[]}""");

        var (_, component) = await standin.CallAsync("GET", "/_component_template/mine");
        var (_, policy) = await standin.CallAsync("GET", "/_ilm/policy/mine");
        var (_, pipeline) = await standin.CallAsync("GET", "/_ingest/pipeline/mine");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(template), component["component_templates"]![0]!["component_template"]));
        Assert.Equal("1d", policy["mine"]!["policy"]!["phases"]!["hot"]!["actions"]!["rollover"]!["max_age"]!.GetValue<string>());
        Assert.Empty(pipeline["mine"]!["processors"]!.AsArray());
        foreach (var path in new[] { "/_component_template/other", "/_index_template/other", "/_ilm/policy/other", "/_ingest/pipeline/other", "/_data_stream/other" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await standin.CallAsync("GET", path)).Status);
        }
    }

    private static string State(RunningStandin standin) =>
        standin.Cluster.Call("GET", "/_index_template").ToJsonString() + standin.Cluster.Call("GET", "/_component_template").ToJsonString() + standin.Cluster.Call("GET", "/_ilm/policy").ToJsonString();
}
