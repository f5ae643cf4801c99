using System.Net;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>The bulk API: its framing, and what becomes of each item.</summary>
public sealed class BulkTests
{
    private const string Create = """{"create":{"_index":"logs-a-b","_id":"1"}}""";
    private const string Document = """{"@timestamp":"2026-08-01T12:00:00.123456789Z","message":"hello"}""";

    [Fact]
    public async Task Creating_in_a_data_stream_makes_it_and_answers_with_its_backing_index()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();

        var item = (await standin.BulkAsync(Create, Document)).Single();

        Assert.Equal(201, item["status"]!.GetValue<int>());
        Assert.Equal("created", item["result"]!.GetValue<string>());
        Assert.Equal(standin.Cluster.BackingIndices("logs-a-b").Single(), item["_index"]!.GetValue<string>());
        Assert.Matches(@"^\.ds-logs-a-b-\d{4}\.\d\d\.\d\d-000001$", item["_index"]!.GetValue<string>());
        Assert.Equal(Document, System.Text.Encoding.UTF8.GetString(standin.Cluster.Documents("logs-a-b").Single().Source.Span));
    }

    [Fact]
    public async Task An_id_is_there_once_in_each_backing_index()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        await standin.BulkAsync(Create, Document);

        var again = (await standin.BulkAsync(Create, Document)).Single();
        standin.Cluster.Rollover("logs-a-b");
        var afterwards = (await standin.BulkAsync(Create, Document)).Single();

        Assert.Equal(409, again["status"]!.GetValue<int>());
        Assert.Equal("version_conflict_engine_exception", again["error"]!["type"]!.GetValue<string>());
        Assert.Equal("[1]: version conflict, document already exists (current version [1])", again["error"]!["reason"]!.GetValue<string>());
        Assert.Equal(201, afterwards["status"]!.GetValue<int>());
        Assert.Equal(2, standin.Cluster.Count("logs-a-b"));
    }

    [Theory]
    [InlineData("""{"index":{"_index":"logs-a-b","_id":"1"}}""", 400, "illegal_argument_exception", "only write ops with an op_type of create are allowed in data streams")]
    [InlineData("""{"create":{"_index":"logs-a-b","_id":"1","routing":"x"}}""", 400, "illegal_argument_exception", "index request targeting data stream [logs-a-b] specifies a custom routing but the [allow_custom_routing] setting is not enabled in the data stream's template.")]
    [InlineData("""{"create":{"_index":"logs-a-b","_id":""}}""", 400, "illegal_argument_exception", "if _id is specified it must not be empty")]
    [InlineData("""{"create":{"_index":"logs-A"}}""", 400, "invalid_index_name_exception", "Invalid index name [logs-A], must be lowercase")]
    [InlineData("""{"create":{"_index":"logs-a/b"}}""", 400, "invalid_index_name_exception", "Invalid index name [logs-a/b], must not contain the following characters [' ','\"','*','\\','<','|',',','>','/','?']")]
    [InlineData("""{"create":{"_index":"plain","require_alias":true}}""", 404, "index_not_found_exception", "no such index [plain] and [require_alias] request flag is [true] and [plain] is not an alias")]
    [InlineData("""{"create":{"_index":"plain","pipeline":"none-such"}}""", 400, "illegal_argument_exception", "pipeline with id [none-such] does not exist")]
    public async Task An_operation_that_may_not_be_is_refused_alone(string action, int status, string type, string reason)
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();

        var items = await standin.BulkAsync(action, Document, """{"create":{"_index":"logs-other-b"}}""", Document);

        Assert.Equal(status, items[0]["status"]!.GetValue<int>());
        Assert.Equal(type, items[0]["error"]!["type"]!.GetValue<string>());
        Assert.Equal(reason, items[0]["error"]!["reason"]!.GetValue<string>());
        Assert.Equal(201, items[1]["status"]!.GetValue<int>());
        Assert.Equal(1, standin.Cluster.Count("*"));
    }

    [Theory]
    [InlineData("""{"message":"no time"}""", "data stream timestamp field [@timestamp] is missing")]
    [InlineData("""{"@timestamp":["2026-08-01","2026-08-02"]}""", "data stream timestamp field [@timestamp] encountered multiple values")]
    [InlineData("""{"@timestamp":"yesterday"}""", "failed to parse date field [yesterday] with format [strict_date_optional_time||epoch_millis]")]
    [InlineData("""[1]""", "Malformed content, must start with an object")]
    public async Task A_document_of_a_data_stream_has_one_time(string document, string cause)
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();

        var item = (await standin.BulkAsync(Create, document)).Single();

        Assert.Equal(400, item["status"]!.GetValue<int>());
        Assert.Equal("document_parsing_exception", item["error"]!["type"]!.GetValue<string>());
        Assert.Equal(cause, item["error"]!["caused_by"]!["reason"]!.GetValue<string>());
        Assert.Equal(0, standin.Cluster.Count("*"));
    }

    [Theory]
    [InlineData("{\"create\":{\"_index\":\"logs-a-b\"}}\n{\"@timestamp\":\"2026-08-01\"}", "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]")]
    [InlineData("", "parse_exception", "request body is required")]
    [InlineData("\n", "action_request_validation_exception", "Validation Failed: 1: no requests added;")]
    [InlineData("{\"create\":{}}\n{}\n", "action_request_validation_exception", "Validation Failed: 1: index is missing;")]
    [InlineData("{\"create\":{\"_index\":\"a\"}}\n{}\n{\"put\":{}}\n{}\n", "illegal_argument_exception", "Malformed action/metadata line [3], expected field [create], [delete], [index] or [update] but found [put]")]
    [InlineData("{\"create\":{\"_index\":\"a\",\"_type\":\"_doc\"}}\n{}\n", "illegal_argument_exception", "Action/metadata line [1] contains an unknown parameter [_type]")]
    [InlineData("{\"create\":{\"_index\":[\"a\"]}}\n{}\n", "illegal_argument_exception", "Malformed action/metadata line [1], expected a simple value for field [_index] but found [START_ARRAY]")]
    [InlineData("[]\n{}\n", "illegal_argument_exception", "Malformed action/metadata line [1], expected START_OBJECT but found [START_ARRAY]")]
    public async Task A_body_that_cannot_be_framed_is_refused_whole(string body, string type, string reason)
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();

        var (status, answer) = await standin.CallAsync("POST", "/_bulk", body, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(type, answer["error"]!["type"]!.GetValue<string>());
        Assert.Equal(reason, answer["error"]!["reason"]!.GetValue<string>());
        Assert.Equal(0, standin.Cluster.Count("*"));
    }

    [Fact]
    public async Task An_id_of_more_than_512_bytes_fails_the_request()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();

        var (status, answer) = await standin.CallAsync("POST", "/_bulk", $$$"""{"create":{"_index":"logs-a-b","_id":"{{{new string('x', 513)}}}"}}""" + "\n{}\n", "application/x-ndjson");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("must be no longer than 512 bytes but was: 513", answer["error"]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ordinary_index_takes_every_operation()
    {
        await using var standin = await RunningStandin.StartAsync();

        var items = await standin.BulkAsync(
            """{"index":{"_index":"plain","_id":"1"}}""", """{"a":1}""",
            """{"index":{"_index":"plain","_id":"1"}}""", """{"a":2}""",
            """{"create":{"_index":"plain","_id":"1"}}""", """{"a":3}""",
            """{"update":{"_index":"plain","_id":"1"}}""", """{"doc":{"b":{"c":4}}}""",
            """{"update":{"_index":"plain","_id":"2"}}""", """{"doc":{"b":5}}""",
            """{"delete":{"_index":"plain","_id":"3"}}""");

        Assert.Equal([201, 200, 409, 200, 404, 404], items.Select(item => item["status"]!.GetValue<int>()));
        Assert.Equal("""{"a":2,"b":{"c":4}}""", standin.Cluster.Documents("plain").Single().Json.GetRawText());
    }

    [Fact]
    public async Task A_backing_index_is_written_to_only_by_who_knows_the_state_of_the_document()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        await standin.BulkAsync(Create, Document);
        var backing = standin.Cluster.BackingIndices("logs-a-b").Single();

        var items = await standin.BulkAsync(
            $$$"""{"index":{"_index":"{{{backing}}}","_id":"1"}}""", Document,
            $$$"""{"create":{"_index":"{{{backing}}}","_id":"2"}}""", Document,
            $$$"""{"index":{"_index":"{{{backing}}}","_id":"1","if_seq_no":7,"if_primary_term":1}}""", Document,
            $$$"""{"index":{"_index":"{{{backing}}}","_id":"1","if_seq_no":0,"if_primary_term":1}}""", Document,
            $$$"""{"delete":{"_index":"{{{backing}}}","_id":"1"}}""");

        Assert.Equal([400, 400, 409, 200, 200], items.Select(item => item["status"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("false", " and [action.auto_create_index] is [false]")]
    [InlineData("+logs-*,-*", null)]
    [InlineData("-logs-*,+*", " and [action.auto_create_index] contains [-logs-*] which forbids automatic creation of the index")]
    [InlineData("other-*", " and [action.auto_create_index] ([other-*]) doesn't match")]
    public async Task The_setting_says_what_is_made_by_writing_to_it(string setting, string? why)
    {
        await using var standin = (await RunningStandin.StartAsync(new StandinOptions { AutoCreateIndex = setting })).WithLogStreams();

        var item = (await standin.BulkAsync(Create, Document)).Single();

        Assert.Equal(why is null ? 201 : 404, item["status"]!.GetValue<int>());
        Assert.Equal(why is null ? null : "no such index [logs-a-b]" + why, item["error"]?["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Seven_and_OpenSearch_name_their_errors_otherwise()
    {
        foreach (var version in new[] { StandinVersion.Elasticsearch7, StandinVersion.OpenSearch3 })
        {
            await using var standin = (await RunningStandin.StartAsync(new StandinOptions { Version = version })).WithLogStreams();

            var item = (await standin.BulkAsync(Create, "{}")).Single();

            Assert.Equal("mapper_parsing_exception", item["error"]!["type"]!.GetValue<string>());
            Assert.Equal(version.IsSeven, item.ContainsKey("_type"));
        }
    }

    [Fact]
    public async Task The_answer_is_filtered_as_asked()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        var body = string.Concat(new[] { Create, Document, Create, Document }.Select(line => line + "\n"));

        var (_, answer) = await standin.CallAsync("POST", "/_bulk?filter_path=errors,items.*.status", body, "application/x-ndjson");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"errors":true,"items":[{"create":{"status":201}},{"create":{"status":409}}]}"""), answer), answer.ToJsonString());
    }
}
