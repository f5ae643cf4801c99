using System.Text;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>What is answered beside bulk requests.</summary>
public sealed class ElasticsearchReceiverTests
{
    [Fact]
    public async Task Clients_find_the_product_that_they_look_for()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync("version: 9.1.2");

        var root = await test.SendAsync(HttpMethod.Get, "/");

        Assert.Equal("Elasticsearch", root.Headers["X-Elastic-Product"]);
        Assert.Equal("9.1.2", (string)root.Json["version"]!["number"]!);
        Assert.Equal("You Know, for Search", (string)root.Json["tagline"]!);
        Assert.Equal("default", (string)root.Json["version"]!["build_flavor"]!);
        Assert.Equal((200, ""), ((await test.SendAsync(HttpMethod.Head, "/")).Status, (await test.SendAsync(HttpMethod.Head, "/")).Body));
    }

    [Theory]
    [InlineData("/_license?human=false", "license.status", "active")]
    [InlineData("/_license", "license.type", "basic")]
    [InlineData("/_xpack", "features.ilm.enabled", "true")]
    [InlineData("/_cluster/health", "status", "green")]
    [InlineData("/_cluster/health/logs?timeout=1s", "timed_out", "false")]
    public async Task What_shippers_ask_before_they_send_is_answered(string path, string field, string expected)
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.SendAsync(HttpMethod.Get, path);

        Assert.Equal(200, reply.Status);
        Assert.Equal(expected, field.Split('.').Aggregate((System.Text.Json.Nodes.JsonNode)reply.Json, (node, name) => node[name]!).ToString());
    }

    [Fact]
    public async Task Sniffing_gives_the_address_that_the_client_used()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        foreach (var path in (string[])["/_nodes/http", "/_nodes/_all/http"])
        {
            var reply = await test.SendAsync(HttpMethod.Get, path, headers: ("Host", "sluice.example:9200"));

            Assert.Equal("sluice.example:9200", (string)reply.Json["nodes"]!.AsObject().Single().Value!["http"]!["publish_address"]!);
        }
    }

    [Fact]
    public async Task Health_is_there_as_a_line_of_text()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.SendAsync(HttpMethod.Get, "/_cat/health");

        Assert.StartsWith("text/plain", reply.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains(" green ", reply.Body, StringComparison.Ordinal);
    }

    /// <summary>The calls of <c>filebeat setup</c>, and of Logstash at its start, in their order.</summary>
    [Theory]
    [InlineData("HEAD", "/_ilm/policy/filebeat", 404)]
    [InlineData("PUT", "/_ilm/policy/filebeat", 200)]
    [InlineData("HEAD", "/_index_template/filebeat-8.19.0", 404)]
    [InlineData("PUT", "/_index_template/filebeat-8.19.0", 200)]
    [InlineData("PUT", "/_component_template/logs@custom", 200)]
    [InlineData("GET", "/_data_stream/filebeat-8.19.0", 404)]
    [InlineData("PUT", "/_data_stream/filebeat-8.19.0", 200)]
    [InlineData("GET", "/_alias/filebeat", 404)]
    [InlineData("HEAD", "/ecs-logstash", 404)]
    [InlineData("PUT", "/%3Cecs-logstash-%7Bnow%2Fd%7D-000001%3E", 200)]
    [InlineData("PUT", "/_template/logstash", 200)]
    [InlineData("PUT", "/_ingest/pipeline/filebeat-nginx", 200)]
    [InlineData("POST", "/_aliases", 200)]
    [InlineData("PUT", "/logs/_mapping", 200)]
    [InlineData("DELETE", "/_index_template/filebeat-8.19.0", 404)]
    [InlineData("DELETE", "/logs", 404)]
    [InlineData("POST", "/_refresh", 200)]
    [InlineData("POST", "/logs/_refresh", 200)]
    [InlineData("GET", "/_all/_refresh", 200)]
    [InlineData("POST", "/_all/_bulk", 400)]
    [InlineData("POST", "/_ilm/start", 405)]
    [InlineData("POST", "/_search", 400)]
    [InlineData("GET", "/logs/_search", 400)]
    [InlineData("POST", "/logs/_update/1", 400)]
    [InlineData("DELETE", "/logs/_doc/1", 405)]
    [InlineData("GET", "/logs/_doc/1", 404)]
    [InlineData("GET", "/_bulk", 405)]
    [InlineData("POST", "/", 405)]
    [InlineData("PUT", "/logs/_doc", 405)]
    public async Task Setup_succeeds_and_what_is_not_served_says_so(string method, string path, int status)
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.SendAsync(new HttpMethod(method), path, method is "PUT" or "POST" ? "{}\n"u8.ToArray() : null);

        Assert.Equal(status, reply.Status);
        Assert.Equal("Elasticsearch", reply.Headers["X-Elastic-Product"]);
        if (status >= 400 && method != "HEAD")
        {
            Assert.Equal(status, (int)reply.Json["status"]!);
            Assert.NotEmpty(reply.ErrorReason);
        }
        else if (method == "PUT")
        {
            Assert.True((bool)reply.Json["acknowledged"]!);
            Assert.Contains(test.Log.Lines, line => line.Contains("was acknowledged", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("POST", "/logs/_doc", null)]
    [InlineData("PUT", "/logs/_doc/a%22b", "a\"b")]
    [InlineData("PUT", "/logs/_create/7", "7")]
    [InlineData("POST", "/logs/_create/7?refresh=wait_for", "7")]
    public async Task A_document_may_come_alone(string method, string path, string? id)
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.SendAsync(new HttpMethod(method), path, "{\n  \"message\": \"alone\"\n}\n"u8.ToArray());

        Assert.Equal(201, reply.Status);
        Assert.Equal(("logs", "created", 1), ((string)reply.Json["_index"]!, (string)reply.Json["result"]!, (int)reply.Json["_shards"]!["successful"]!));
        var record = Assert.Single(test.Records);
        Assert.Equal("alone", record.Body.StringValue);
        Assert.Equal(id, record.Attributes.SingleOrDefault(attribute => attribute.Key == "elasticsearch.document_id")?.Value.StringValue);
        Assert.Equal(id ?? (string)reply.Json["_id"]!, (string)reply.Json["_id"]!);
    }

    [Theory]
    [InlineData("/logs/_doc", "{", "application/json", 400, "document_parsing_exception")]
    [InlineData("/Logs/_doc", "{}", "application/json", 400, "invalid_index_name_exception")]
    [InlineData("/logs/_doc?version=3", "{}", "application/json", 400, "illegal_argument_exception")]
    [InlineData("/logs/_bulk", "{}", "text/plain", 406, "media_type_header_exception")]
    [InlineData("/logs/_bulk", "{}", "application/cbor", 406, "media_type_header_exception")]
    public async Task A_request_that_is_wrong_is_refused_with_its_reason(string path, string body, string contentType, int status, string type)
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), contentType);

        Assert.Equal((status, type), (reply.Status, reply.ErrorType));
        Assert.Equal(type, (string)reply.Json["error"]!["root_cause"]![0]!["type"]!);
        Assert.Empty(test.Intake.Requests);
    }

    [Fact]
    public async Task A_client_that_names_its_version_is_answered_in_it()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();
        const string type = "application/vnd.elasticsearch+json; compatible-with=8";

        var reply = await test.SendAsync(
            HttpMethod.Post, "/logs/_bulk", "{\"create\":{}}\n{}\n"u8.ToArray(), "application/vnd.elasticsearch+x-ndjson; compatible-with=8", ("Accept", $"{type},text/plain"));

        Assert.Equal((200, type), (reply.Status, reply.Headers["Content-Type"]));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync("max_request_body_size: 1KiB");

        Assert.Equal(413, (await test.SendAsync(HttpMethod.Post, "/logs/_bulk", new byte[2000])).Status);
    }

    [Fact]
    public async Task Without_a_pipeline_nothing_is_taken()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();
        test.Intake.Takes = _ => false;

        var reply = await test.BulkAsync("/logs/_bulk", """{"create":{}}""", "{}");

        Assert.Equal(400, reply.Status);
        Assert.Contains("service::pipelines", reply.ErrorReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_while_it_stops_is_sent_away()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();
        var gate = new TaskCompletionSource();
        test.Intake.Gate = gate.Task;
        var inFlight = test.BulkAsync("/logs/_bulk", """{"create":{}}""", "{}");
        await Testing.Eventually.TrueAsync(() => test.Intake.Requests.Count == 1, "the request reached the intake");

        var stopping = test.Receiver.StopAsync(TestContext.Current.CancellationToken);
        gate.SetResult();

        Assert.Equal(200, (await inFlight).Status);
        await stopping;
    }

    [Theory]
    [InlineData("version: 6.8.0", "from 7 to 9")]
    [InlineData("version: eight", "from 7 to 9")]
    [InlineData("version: \"8.1\"", "from 7 to 9")]
    public void A_version_that_there_is_not_is_an_error(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Single(ElasticsearchUnderTest.Bind(yaml).Diagnostics.Items).Message, StringComparison.Ordinal);
}
