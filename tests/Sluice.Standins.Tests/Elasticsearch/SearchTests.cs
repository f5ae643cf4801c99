using System.Net;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>What searches find among four documents, in which order, and what they add up to.</summary>
public sealed class SearchTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private RunningStandin _standin = null!;

    public async ValueTask InitializeAsync()
    {
        _standin = await RunningStandin.StartAsync(new StandinOptions { Time = new ManualTimeProvider(Now) });
        _standin.WithLogStreams("""
            {"dynamic":false,"properties":{
              "message":{"type":"match_only_text"},"level":{"type":"keyword"},"code":{"type":"long"},"took":{"type":"double"},"ok":{"type":"boolean"},"client":{"type":"ip"},
              "trace.id":{"type":"alias","path":"trace_id"},"trace_id":{"type":"keyword"},"precise":{"type":"date_nanos"},"labels":{"type":"flattened"},"hidden":{"type":"keyword","index":false,"doc_values":false},
              "attributes":{"type":"passthrough","dynamic":true,"priority":10,"properties":{"user.id":{"type":"keyword"}}},
              "links":{"type":"nested","properties":{"id":{"type":"keyword"},"kind":{"type":"keyword"}}}}}
            """);
        await _standin.BulkAsync(
            Action("1"), """{"@timestamp":"2026-08-01T11:00:00.100Z","message":"Order 17 was paid","level":"info","code":200,"took":1.5,"ok":true,"client":"10.0.0.1","trace_id":"t1","unmapped":"x","labels":{"team":"a"},"attributes":{"user.id":"u-1"}}""",
            Action("2"), """{"@timestamp":"2026-08-01T11:00:00.200Z","message":"Order 18 was not paid","level":"error","code":500,"took":20,"ok":false,"client":"10.0.1.2","trace_id":"t1","precise":"2026-08-01T11:00:00.000000002Z","links":[{"id":"a","kind":"x"},{"id":"b","kind":"y"}]}""",
            Action("3"), """{"@timestamp":"2026-08-01T11:31:00Z","message":"Shop.Checkout started","level":"info","code":[200,204],"took":3,"client":"fe80::1","precise":"2026-08-01T11:00:00.000000001Z"}""",
            Action("4"), """{"@timestamp":"2026-07-01T00:00:00Z","message":"old","level":"debug","trace_id":"t2","attributes":{"user.id":"u-2"}}""");
        _standin.Cluster.Refresh();
    }

    public async ValueTask DisposeAsync() => await _standin.DisposeAsync();

    [Theory]
    [InlineData("""{"match_all":{}}""", "1234")]
    [InlineData("""{"ids":{"values":["1","3","9"]}}""", "13")]
    [InlineData("""{"term":{"level":"info"}}""", "13")]
    [InlineData("""{"term":{"level":{"value":"INFO","case_insensitive":true}}}""", "13")]
    [InlineData("""{"term":{"level":"INFO"}}""", "")]
    [InlineData("""{"term":{"message":"paid"}}""", "12")]
    [InlineData("""{"term":{"message":"Order"}}""", "")]
    [InlineData("""{"term":{"code":204}}""", "3")]
    [InlineData("""{"term":{"code":"200"}}""", "13")]
    [InlineData("""{"term":{"ok":false}}""", "2")]
    [InlineData("""{"term":{"client":"10.0.0.0/16"}}""", "12")]
    [InlineData("""{"term":{"trace.id":"t1"}}""", "12")]
    [InlineData("""{"term":{"user.id":"u-1"}}""", "1")]
    [InlineData("""{"term":{"attributes.user.id":"u-2"}}""", "4")]
    [InlineData("""{"term":{"labels.team":"a"}}""", "1")]
    [InlineData("""{"term":{"unmapped":"x"}}""", "")]
    [InlineData("""{"term":{"@timestamp":"2026-08-01"}}""", "123")]
    [InlineData("""{"term":{"_id":"2"}}""", "2")]
    [InlineData("""{"terms":{"level":["error","debug"]}}""", "24")]
    [InlineData("""{"range":{"@timestamp":{"gte":"now-1h","lt":"now-30m"}}}""", "12")]
    [InlineData("""{"range":{"@timestamp":{"gte":"now/d"}}}""", "123")]
    [InlineData("""{"range":{"@timestamp":{"lte":"2026-07-01"}}}""", "4")]
    [InlineData("""{"range":{"@timestamp":{"lt":"2026-08-01||-1d/d"}}}""", "4")]
    [InlineData("""{"range":{"@timestamp":{"gt":1785582000100}}}""", "23")]
    [InlineData("""{"range":{"precise":{"gt":"2026-08-01T11:00:00.000000001Z"}}}""", "2")]
    [InlineData("""{"range":{"code":{"gt":204}}}""", "2")]
    [InlineData("""{"range":{"took":{"gte":1.5,"lte":3}}}""", "13")]
    [InlineData("""{"exists":{"field":"trace_id"}}""", "124")]
    [InlineData("""{"exists":{"field":"attributes"}}""", "14")]
    [InlineData("""{"exists":{"field":"unmapped"}}""", "")]
    [InlineData("""{"prefix":{"trace_id":"t"}}""", "124")]
    [InlineData("""{"wildcard":{"level":{"value":"*rr?r"}}}""", "2")]
    [InlineData("""{"match":{"message":"paid STARTED"}}""", "123")]
    [InlineData("""{"match":{"message":{"query":"not paid","operator":"and"}}}""", "2")]
    [InlineData("""{"match":{"message":"shop.checkout"}}""", "3")]
    [InlineData("""{"match_phrase":{"message":"was paid"}}""", "1")]
    [InlineData("""{"multi_match":{"query":"error","fields":["message","level"]}}""", "2")]
    [InlineData("""{"bool":{"filter":[{"term":{"level":"info"}}],"must_not":{"exists":{"field":"trace_id"}}}}""", "3")]
    [InlineData("""{"bool":{"should":[{"term":{"code":500}},{"term":{"code":204}}]}}""", "23")]
    [InlineData("""{"bool":{"filter":{"term":{"level":"info"}},"should":[{"term":{"code":204}}],"minimum_should_match":1}}""", "3")]
    [InlineData("""{"nested":{"path":"links","query":{"bool":{"filter":[{"term":{"links.id":"a"}},{"term":{"links.kind":"x"}}]}}}}""", "2")]
    [InlineData("""{"nested":{"path":"links","query":{"bool":{"filter":[{"term":{"links.id":"a"}},{"term":{"links.kind":"y"}}]}}}}""", "")]
    [InlineData("""{"term":{"links.id":"a"}}""", "")]
    [InlineData("""{"query_string":{"query":"level:info AND NOT code:204"}}""", "1")]
    [InlineData("""{"query_string":{"query":"paid"}}""", "12")]
    [InlineData("""{"query_string":{"query":"message:\"was paid\" OR (code:[500 TO *] AND ok:false)"}}""", "12")]
    [InlineData("""{"query_string":{"query":"took:>=3 -level:error"}}""", "3")]
    [InlineData("""{"query_string":{"query":"_exists_:labels"}}""", "1")]
    [InlineData("""{"query_string":{"query":"level:(info debug)"}}""", "134")]
    [InlineData("""{"query_string":{"query":"trace_id:t*"}}""", "124")]
    public async Task A_query_finds_what_the_mapping_lets_it_find(string query, string expected)
    {
        var (status, body) = await SearchAsync($$"""{"query":{{query}}}""");

        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        Assert.Equal(expected, Ids(body));
    }

    [Theory]
    [InlineData("""[{"@timestamp":"desc"}]""", "3214")]
    [InlineData("""[{"level":{"order":"asc"}},{"took":{"order":"desc"}}]""", "4231")]
    [InlineData("""[{"took":"asc"}]""", "1324")]
    [InlineData("""[{"took":{"order":"asc","missing":"_first"}}]""", "4132")]
    [InlineData("""[{"precise":"asc"},{"_doc":"asc"}]""", "3214")]
    [InlineData("""[{"none":{"order":"asc","unmapped_type":"long"}},{"@timestamp":"asc"}]""", "4123")]
    public async Task Hits_come_in_the_order_asked_for(string sort, string expected)
    {
        var (_, body) = await SearchAsync($$"""{"sort":{{sort}}}""");

        Assert.Equal(expected, string.Concat(body["hits"]!["hits"]!.AsArray().Select(hit => hit!["_id"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Search_after_goes_through_all_hits()
    {
        var ids = "";
        JsonNode? after = null;
        do
        {
            var (_, body) = await SearchAsync($$"""{"size":1,"sort":[{"@timestamp":"asc"},{"trace_id":"asc"}]{{(after is null ? "" : ",\"search_after\":" + after.ToJsonString())}}}""");
            var hit = body["hits"]!["hits"]!.AsArray().SingleOrDefault();
            after = hit?["sort"]?.DeepClone();
            ids += hit?["_id"]!.GetValue<string>();
        }
        while (after is not null);

        Assert.Equal("4123", ids);
    }

    [Theory]
    [InlineData("""{"sort":["message"]}""", "illegal_argument_exception", "Fielddata is disabled on [message] in [")]
    [InlineData("""{"sort":["none"]}""", "query_shard_exception", "No mapping found for [none] in order to sort on")]
    [InlineData("""{"aggs":{"a":{"terms":{"field":"message"}}}}""", "illegal_argument_exception", "Fielddata is disabled on [message] in [")]
    [InlineData("""{"query":{"term":{"hidden":"x"}}}""", "query_shard_exception", "failed to create query: Cannot search on field [hidden] since it is not indexed.")]
    [InlineData("""{"query":{"term":{"code":"many"}}}""", "query_shard_exception", "failed to create query: For input string: \"many\"")]
    [InlineData("""{"query":{"nested":{"path":"attributes","query":{"match_all":{}}}}}""", "query_shard_exception", "failed to create query: [nested] failed to find nested object under path [attributes]")]
    [InlineData("""{"from":9999,"size":2}""", "illegal_argument_exception", "Result window is too large, from + size must be less than or equal to: [10000] but was [10001]")]
    public async Task A_search_that_a_shard_cannot_do_is_refused(string search, string type, string reason)
    {
        var (status, body) = await SearchAsync(search);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("search_phase_execution_exception", body["error"]!["type"]!.GetValue<string>());
        Assert.Equal(type, body["error"]!["root_cause"]![0]!["type"]!.GetValue<string>());
        Assert.StartsWith(reason, body["error"]!["root_cause"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"query":{"termm":{"a":1}}}""", "unknown query [termm]")]
    [InlineData("""{"query":{"term":{"a":1,"b":2}}}""", "[term] query doesn't support multiple fields, found [a] and [b]")]
    [InlineData("""{"filter":{}}""", "Unknown key for a Object in [filter].")]
    public async Task A_search_that_is_none_is_refused(string search, string reason)
    {
        var (status, body) = await SearchAsync(search);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(reason, body["error"]!["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Buckets_and_figures_add_up()
    {
        var (_, body) = await SearchAsync("""
            {"size":0,"track_total_hits":true,"aggs":{
              "levels":{"terms":{"field":"level"},"aggs":{"slowest":{"max":{"field":"took"}}}},
              "times":{"date_histogram":{"field":"@timestamp","fixed_interval":"30m","min_doc_count":1}},
              "months":{"date_histogram":{"field":"@timestamp","calendar_interval":"1M"}},
              "traces":{"cardinality":{"field":"trace_id"}},
              "quantiles":{"percentiles":{"field":"took","percents":[50]}},
              "failed":{"filter":{"term":{"ok":false}},"aggs":{"mean":{"avg":{"field":"code"}}}},
              "untraced":{"missing":{"field":"trace_id"}}}}
            """);

        Assert.Equal(4, body["hits"]!["total"]!["value"]!.GetValue<int>());
        var aggregations = body["aggregations"]!;
        Assert.Equal([("info", 2, 3.0), ("debug", 1, null), ("error", 1, (double?)20.0)], aggregations["levels"]!["buckets"]!.AsArray()
            .Select(bucket => (bucket!["key"]!.GetValue<string>(), bucket["doc_count"]!.GetValue<int>(), bucket["slowest"]!["value"]?.GetValue<double>())));
        Assert.Equal([("2026-07-01T00:00:00.000Z", 1), ("2026-08-01T11:00:00.000Z", 2), ("2026-08-01T11:30:00.000Z", 1)], Buckets(aggregations["times"]!));
        Assert.Equal([("2026-07-01T00:00:00.000Z", 1), ("2026-08-01T00:00:00.000Z", 3)], Buckets(aggregations["months"]!));
        Assert.Equal(2, aggregations["traces"]!["value"]!.GetValue<int>());
        Assert.Equal(3.0, aggregations["quantiles"]!["values"]!["50.0"]!.GetValue<double>());
        Assert.Equal(500.0, aggregations["failed"]!["mean"]!["value"]!.GetValue<double>());
        Assert.Equal(1, aggregations["untraced"]!["doc_count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Source_fields_and_capabilities_are_what_was_asked_for()
    {
        var (_, body) = await SearchAsync("""{"query":{"ids":{"values":["2"]}},"_source":{"includes":["code","links.*"],"excludes":["links.kind"]},"fields":["@timestamp","precise","client"]}""");
        var hit = body["hits"]!["hits"]![0]!;
        var (_, capabilities) = await _standin.CallAsync("GET", "/logs-*/_field_caps?fields=message,level,trace_id");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"code":500,"links":[{"id":"a"},{"id":"b"}]}"""), hit["_source"]), hit.ToJsonString());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"@timestamp":["2026-08-01T11:00:00.200Z"],"precise":["2026-08-01T11:00:00.000000002Z"],"client":["10.0.1.2"]}"""), hit["fields"]), hit.ToJsonString());
        Assert.False(capabilities["fields"]!["message"]!["text"]!["aggregatable"]!.GetValue<bool>());
        Assert.True(capabilities["fields"]!["trace_id"]!["keyword"]!["searchable"]!.GetValue<bool>());
    }

    private static string Action(string id) => $$$"""{"create":{"_index":"logs-a-b","_id":"{{{id}}}"}}""";

    private Task<(HttpStatusCode Status, JsonNode Body)> SearchAsync(string search) => _standin.CallAsync("POST", "/logs-*/_search", search);

    private static string Ids(JsonNode body) => string.Concat(body["hits"]!["hits"]!.AsArray().Select(hit => hit!["_id"]!.GetValue<string>()).Order(StringComparer.Ordinal));

    private static IEnumerable<(string, int)> Buckets(JsonNode aggregation) =>
        aggregation["buckets"]!.AsArray().Select(bucket => (bucket!["key_as_string"]!.GetValue<string>(), bucket["doc_count"]!.GetValue<int>()));
}
