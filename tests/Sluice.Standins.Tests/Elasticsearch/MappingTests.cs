using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>Which documents fit which mappings, and what they add to them.</summary>
public sealed class MappingTests
{
    [Theory]
    [InlineData("keyword", """["a", 1, true, null]""")]
    [InlineData("text", "\"a b\"")]
    [InlineData("long", "9223372036854775807")]
    [InlineData("long", "\"-5\"")]
    [InlineData("long", "1.5")]
    [InlineData("unsigned_long", "18446744073709551615")]
    [InlineData("byte", "[-128, 127]")]
    [InlineData("double", "1e300")]
    [InlineData("half_float", "65504")]
    [InlineData("date", "\"2026-08-01T12:00:00.123+02:00\"")]
    [InlineData("date", "1785585600000")]
    [InlineData("date", "\"1785585600000.123456\"")]
    [InlineData("date_nanos", "\"2026-08-01T12:00:00.123456789Z\"")]
    [InlineData("boolean", """[true, "false", ""]""")]
    [InlineData("ip", """["10.0.0.1", "fe80::1"]""")]
    [InlineData("binary", "\"AQID\"")]
    [InlineData("flattened", """{"a": {"b": [1, "x"]}}""")]
    [InlineData("geo_point", """{"lat": 1.5, "lon": 2}""")]
    [InlineData("histogram", """{"values": [0.1, 0.2], "counts": [3, 0]}""")]
    public async Task A_value_of_its_type_is_taken(string type, string value) => Assert.Null(await WriteAsync($$"""{"properties":{"f":{"type":"{{type}}"} } }""", $$"""{"f":{{value}} }"""));

    [Theory]
    [InlineData("keyword", """{"a":1}""", "Can't get text on a START_OBJECT")]
    [InlineData("long", "\"abc\"", "For input string: \"abc\"")]
    [InlineData("long", "9223372036854775808", "Value [9223372036854775808] is out of range for a long")]
    [InlineData("byte", "128", "Value [128] is out of range for a byte")]
    [InlineData("unsigned_long", "-1", "Value [-1] is out of range for an unsigned_long")]
    [InlineData("long", """{"a":1}""", "Cannot parse object as number")]
    [InlineData("long", "true", "Current token (VALUE_TRUE) not numeric, can not use numeric value accessors")]
    [InlineData("float", "1e39", "[float] supports only finite values, but got [1e39]")]
    [InlineData("date", "\"01.08.2026\"", "failed to parse date field [01.08.2026] with format [strict_date_optional_time||epoch_millis]")]
    [InlineData("date", "\"2026-02-30\"", "failed to parse date field [2026-02-30] with format [strict_date_optional_time||epoch_millis]")]
    [InlineData("date_nanos", "\"1969-12-31T23:59:59Z\"", "date[1969-12-31T23:59:59Z] is before the epoch in 1970 and cannot be stored in nanosecond resolution")]
    [InlineData("boolean", "\"yes\"", "Failed to parse value [yes] as only [true] or [false] are allowed.")]
    [InlineData("ip", "\"10.0.0\"", "'10.0.0' is not an IP string literal.")]
    [InlineData("binary", "\"?\"", "Illegal base64 character")]
    [InlineData("histogram", """{"values": [0.2, 0.1], "counts": [3, 1]}""", "values must be in increasing order, got [0.1] but previous value was [0.2]")]
    [InlineData("histogram", """{"values": [0.2], "counts": [3, 1]}""", "expected same length from [values] and [counts] but got [1 != 2]")]
    public async Task A_value_of_another_type_refuses_the_document(string type, string value, string cause)
    {
        var error = await WriteAsync($$"""{"properties":{"f":{"type":"{{type}}"} } }""", $$"""{"f":{{value}} }""");

        Assert.Equal("document_parsing_exception", error!["type"]!.GetValue<string>());
        Assert.StartsWith($"failed to parse field [f] of type [{type}] in document with id '1'.", error["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(cause, error["caused_by"]!["reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"dynamic":"strict","properties":{"a":{"type":"long"}}}""", """{"a":1,"b":2}""", "mapping set to strict, dynamic introduction of [b] within [_doc] is not allowed")]
    [InlineData("""{"properties":{"o":{"dynamic":"strict","properties":{}}}}""", """{"o.x":1}""", "mapping set to strict, dynamic introduction of [x] within [o] is not allowed")]
    [InlineData("""{"properties":{"o":{"properties":{"a":{"type":"long"}}}}}""", """{"o":"text"}""", "failed to parse: object mapping for [o] tried to parse field [o] as object, but found a concrete value")]
    [InlineData("{}", """{".a":1}""", "failed to parse: field name starting or ending with a [.] makes object resolution ambiguous: [.a]")]
    [InlineData("{}", """{"a..b":1}""", "failed to parse: field name cannot contain only whitespace: ['a..b']")]
    [InlineData("{}", """{"":1}""", "failed to parse: field name cannot be an empty string")]
    [InlineData("{}", """{"_id":"x"}""", "failed to parse: Field [_id] is a metadata field and cannot be added inside a document. Use the index API request parameters.")]
    [InlineData("""{"properties":{"a":{"type":"keyword"},"b":{"type":"alias","path":"a"}}}""", """{"b":"x"}""", "failed to parse: Cannot write to a field alias [b].")]
    [InlineData("{}", """{"a":1,"a":2}""", "failed to parse")]
    public async Task A_document_that_does_not_fit_is_refused_and_adds_nothing(string mapping, string document, string reason)
    {
        await using var standin = await RunningStandin.StartAsync();
        standin.Cluster.Call("PUT", "/plain", $$"""{"mappings":{{mapping}}}""");
        var before = standin.Cluster.Call("GET", "/plain/_mapping").ToJsonString();

        var item = (await standin.BulkAsync("""{"index":{"_index":"plain","_id":"1"}}""", document)).Single();

        Assert.Equal(400, item["status"]!.GetValue<int>());
        Assert.Equal(reason, item["error"]!["reason"]!.GetValue<string>());
        Assert.Equal(before, standin.Cluster.Call("GET", "/plain/_mapping").ToJsonString());
    }

    [Fact]
    public async Task New_fields_get_types_by_their_first_values_and_later_ones_have_to_fit()
    {
        await using var standin = await RunningStandin.StartAsync();

        await standin.BulkAsync("""{"index":{"_index":"plain"}}""", """{"text":"a","number":[null,1],"real":1.5,"flag":true,"time":"2026-08-01","o":{"x":1},"d.e":2,"none":null}""");
        var item = (await standin.BulkAsync("""{"index":{"_index":"plain"}}""", """{"number":"many"}""")).Single();

        var properties = standin.Cluster.Call("GET", "/plain/_mapping")["plain"]!["mappings"]!["properties"]!;
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {
                  "d": { "properties": { "e": { "type": "long" } } }, "flag": { "type": "boolean" }, "number": { "type": "long" }, "o": { "properties": { "x": { "type": "long" } } },
                  "real": { "type": "float" }, "text": { "type": "text", "fields": { "keyword": { "type": "keyword", "ignore_above": 256 } } }, "time": { "type": "date" }
                }
                """),
            properties), properties.ToJsonString());
        Assert.Equal(400, item["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task Dynamic_templates_decide_by_type_name_and_path_and_by_name_where_an_action_says_so()
    {
        const string mapping = """
            {
              "dynamic_templates": [
                { "counter_long": { "mapping": { "type": "long", "time_series_metric": "counter" } } },
                { "hosts": { "path_match": ["resource.*"], "match": "*.name", "mapping": { "type": "keyword", "ignore_above": 5 } } },
                { "strings": { "match_mapping_type": "string", "unmatch": "*_text", "mapping": { "type": "keyword" } } },
                { "objects": { "path_match": "attributes.*", "match_mapping_type": "object", "mapping": { "type": "flattened" } } }
              ],
              "properties": { "attributes": { "type": "passthrough", "dynamic": true, "priority": 10 }, "metrics": { "type": "passthrough", "dynamic": true, "priority": 5 } }
            }
            """;
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams(mapping);

        var item = (await standin.BulkAsync(
            """{"create":{"_index":"logs-a-b","dynamic_templates":{"metrics.requests":"counter_long"}}}""",
            """{"@timestamp":"2026-08-01","plain":"x","long_text":"x","attributes":{"a.b":"x","deep":{"c":{"d":1}}},"metrics":{"requests":3}}""")).Single();
        var unknown = (await standin.BulkAsync(
            """{"create":{"_index":"logs-a-b","dynamic_templates":{"metrics.other":"none_such"}}}""", """{"@timestamp":"2026-08-01","metrics":{"other":3}}""")).Single();

        Assert.Equal(201, item["status"]!.GetValue<int>());
        var properties = standin.Cluster.Call("GET", "/logs-a-b/_mapping").AsObject().Single().Value!["mappings"]!["properties"]!;
        Assert.Equal("keyword", properties["plain"]!["type"]!.GetValue<string>());
        Assert.Equal("text", properties["long_text"]!["type"]!.GetValue<string>());
        Assert.Equal("keyword", properties["attributes"]!["properties"]!["a.b"]!["type"]!.GetValue<string>());
        Assert.Equal("flattened", properties["attributes"]!["properties"]!["deep"]!["type"]!.GetValue<string>());
        Assert.Equal("counter", properties["metrics"]!["properties"]!["requests"]!["time_series_metric"]!.GetValue<string>());
        Assert.Equal("failed to parse: Can't find dynamic template for dynamic template name [none_such] of field [metrics.other]", unknown["error"]!["reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"a":"far too long"}""", "a")]
    [InlineData("""{"n":"many"}""", "n")]
    [InlineData("""{"a":"short","n":1}""", null)]
    public async Task What_is_too_long_or_malformed_is_left_out_where_the_mapping_says_so(string document, string? ignored)
    {
        await using var standin = await RunningStandin.StartAsync();
        standin.Cluster.Call("PUT", "/plain", """{"mappings":{"properties":{"a":{"type":"keyword","ignore_above":5},"n":{"type":"long","ignore_malformed":true}}}}""");

        var item = (await standin.BulkAsync("""{"index":{"_index":"plain"}}""", document)).Single();
        standin.Cluster.Refresh();
        var hit = standin.Cluster.Call("GET", "/plain/_search")["hits"]!["hits"]![0]!;

        Assert.Equal(201, item["status"]!.GetValue<int>());
        Assert.Equal(ignored, hit["_ignored"]?[0]!.GetValue<string>());
    }

    [Fact]
    public async Task An_index_takes_only_so_many_fields()
    {
        await using var standin = await RunningStandin.StartAsync();
        standin.Cluster.Call("PUT", "/refuses", """{"settings":{"index.mapping.total_fields.limit":2}}""");
        standin.Cluster.Call("PUT", "/ignores", """{"settings":{"index.mapping.total_fields":{"limit":2,"ignore_dynamic_beyond_limit":true}}}""");

        var items = await standin.BulkAsync(
            """{"index":{"_index":"refuses"}}""", """{"a":1,"b":2,"c":3}""", """{"index":{"_index":"refuses"}}""", """{"a":1,"b":2}""",
            """{"index":{"_index":"ignores"}}""", """{"a":1,"b":2,"c":3}""");

        Assert.Equal([400, 201, 201], items.Select(item => item["status"]!.GetValue<int>()));
        Assert.Equal("Limit of total fields [2] has been exceeded while adding new fields [1]", items[0]["error"]!["caused_by"]!["reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"keywrd"}}}""", "No handler for type [keywrd] declared on field [a]")]
    [InlineData("""{"properties":{"a":{"type":"keyword","analyzer":"x"}}}""", "unknown parameter [analyzer] on mapper [a] of type [keyword]")]
    [InlineData("""{"properties":{"a":{"type":"passthrough"}}}""", "Pass-through object [a] is missing a non-negative value for parameter [priority]")]
    [InlineData("""{"properties":{"a":{"type":"alias","path":"b"}}}""", "Invalid [path] value [b] for field alias [a]: an alias must refer to an existing field in the mappings.")]
    [InlineData("""{"field":{}}""", "Failed to parse mapping: Root mapping definition has unsupported parameters:  [field : {}]")]
    [InlineData("""{"dynamic_templates":[{"t":{"matches":"*","mapping":{"type":"long"}}}]}""", "Illegal dynamic template parameter: [matches]")]
    public async Task A_mapping_that_cannot_be_is_refused(string mapping, string reason)
    {
        await using var standin = await RunningStandin.StartAsync();

        var (status, body) = await standin.CallAsync("PUT", "/plain", $$"""{"mappings":{{mapping}}}""");

        Assert.Equal(400, (int)status);
        Assert.Equal(reason, body["error"]!["reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("opensearch-3.3.2", "flattened", false)]
    [InlineData("opensearch-3.3.2", "flat_object", true)]
    [InlineData("opensearch-3.3.2", "passthrough", false)]
    [InlineData("elasticsearch-8.19.8", "flat_object", false)]
    [InlineData("elasticsearch-7.17.29", "counted_keyword", false)]
    public async Task A_product_has_its_own_types(string version, string type, bool isThere)
    {
        await using var standin = await RunningStandin.StartAsync(new StandinOptions { Version = StandinVersion.Parse(version) });

        var (status, _) = await standin.CallAsync("PUT", "/plain", $$"""{"mappings":{"properties":{"a":{"type":"{{type}}"} } } }""");

        Assert.Equal(isThere ? 200 : 400, (int)status);
    }

    private static async Task<JsonNode?> WriteAsync(string mapping, string document)
    {
        await using var standin = await RunningStandin.StartAsync();
        standin.Cluster.Call("PUT", "/plain", $$"""{"mappings":{{mapping}}}""");
        return (await standin.BulkAsync("""{"index":{"_index":"plain","_id":"1"}}""", document)).Single()["error"];
    }
}
