using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Runtime.Contracts;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>Bulk requests over real sockets.</summary>
public sealed class ElasticsearchBulkTests
{
    [Fact]
    public async Task Documents_are_answered_in_order_each_with_its_status()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.BulkAsync(
            "/_bulk",
            """{"index":{"_index":"journal","_id":"a\"b"}}""",
            """{"message":"one"}""",
            "",
            """{"create":{"_index":"logs-shop-prod"}}""",
            """{"message":"two"}""",
            """{"create":{"_index":"journal"}}""",
            """{"message":"three",}""",
            """{"delete":{"_index":"journal","_id":"1"}}""",
            """{"update":{"_index":"journal","_id":"2"}}""",
            """{"doc":{"message":"no"}}""",
            """{"create":{"_index":"journal"}}""",
            """{"message":"four"}""");

        Assert.Equal(200, reply.Status);
        Assert.Equal("Elasticsearch", reply.Headers["X-Elastic-Product"]);
        Assert.Equal("application/json", reply.Headers["Content-Type"]);
        Assert.True((bool)reply.Json["errors"]!);
        Assert.True((long)reply.Json["took"]! >= 0);
        var items = reply.Items;
        Assert.Equal(["index 201", "create 201", "create 400", "delete 400", "update 400", "create 201"], items.Select(item => $"{item.Operation} {item.Item["status"]}"));
        Assert.Equal(
            """{"_index":"journal","_id":"a\u0022b","_version":1,"result":"created","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":0,"_primary_term":1,"status":201}""",
            items[0].Item.ToJsonString());
        Assert.Equal(20, ((string)items[1].Item["_id"]!).Length);
        Assert.NotEqual((string)items[1].Item["_id"]!, (string)items[5].Item["_id"]!);
        Assert.Equal("document_parsing_exception", (string)items[2].Item["error"]!["type"]!);
        Assert.Contains("line [7]: ", (string)items[2].Item["error"]!["reason"]!, StringComparison.Ordinal);
        Assert.Contains("cannot be deleted here", (string)items[3].Item["error"]!["reason"]!, StringComparison.Ordinal);
        Assert.Contains("cannot be updated here", (string)items[4].Item["error"]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(["one", "two", "four"], test.Records.Select(record => record.Body.StringValue));
        Assert.Single(test.Intake.Requests);
    }

    [Fact]
    public async Task Index_data_stream_id_pipeline_and_routing_are_kept_as_attributes()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        await test.BulkAsync(
            "/journal-7/_bulk?pipeline=geo",
            """{"create":{"_id":"caf\u00e9","routing":"r1"}}""",
            """{"message":"one"}""",
            """{"create":{"_index":"logs-shop.cart-prod","pipeline":"own"}}""",
            """{"message":"two","data_stream":{"type":"logs","dataset":"other","namespace":"other"}}""",
            """{"create":{"_id":7}}""",
            """{"message":"three","data_stream.dataset":"kept"}""");

        Assert.Equal(
            [
                "elasticsearch.index=journal-7 elasticsearch.document_id=café elasticsearch.ingest_pipeline=geo elasticsearch.routing=r1",
                "data_stream.type=logs data_stream.dataset=shop.cart data_stream.namespace=prod elasticsearch.ingest_pipeline=own",
                "elasticsearch.index=journal-7 elasticsearch.document_id=7 elasticsearch.ingest_pipeline=geo data_stream.dataset=kept",
            ],
            test.Records.Select(record => string.Join(' ', record.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value.StringValue}"))));
    }

    [Fact]
    public async Task A_client_that_asks_for_statuses_alone_gets_them()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.BulkAsync("/logs/_bulk?filter_path=errors,items.*.error,items.*.status", """{"create":{}}""", "{}", """{"index":{}}""", "[]");

        Assert.Equal("""{"create":{"status":201}}""", reply.Json["items"]![0]!.ToJsonString());
        Assert.Equal(["status", "error"], reply.Items[1].Item.Select(member => member.Key));
    }

    [Theory]
    [InlineData("", "no body")]
    [InlineData("{\"create\":{}}\n{\"a\":1}", "terminated by a newline")]
    [InlineData("\n\n", "no action")]
    [InlineData("{\"create\":{}}\n{\"a\":1}\n{\"put\":{}}\n{}\n", "line [3]: \"put\" is not an action")]
    [InlineData("{\"create\":{\n", "line [1]: not valid JSON")]
    [InlineData("{\"create\":[]}\n", "expected an object")]
    [InlineData("[]\n", "expected an action")]
    [InlineData("{\"create\":{},\"index\":{}}\n{}\n", "holds one action")]
    [InlineData("{\"create\":{}} x\n{}\n", "not valid JSON")]
    [InlineData("{\"create\":{\"_index\":{}}}\n{}\n", "_index is an object: expected text")]
    [InlineData("{\"create\":{\"_color\":1}}\n{}\n", "unknown parameter \"_color\"")]
    [InlineData("{\"create\":{\"_id\":\"\\ud800\"}}\n{}\n", "not valid JSON")]
    public async Task A_request_that_cannot_be_read_is_refused_whole(string body, string reason)
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.SendAsync(HttpMethod.Post, "/logs/_bulk", Encoding.UTF8.GetBytes(body), "application/x-ndjson");

        Assert.Equal(400, reply.Status);
        Assert.Contains(reason, reply.ErrorReason, StringComparison.Ordinal);
        Assert.Equal(400, (int)reply.Json["status"]!);
        Assert.Empty(test.Intake.Requests);
        Assert.Equal(["Logs bad_data"], test.Intake.Refusals);
    }

    [Theory]
    [InlineData("{\"create\":{\"_index\":\"Logs\"}}", "{}", "upper-case")]
    [InlineData("{\"create\":{\"_index\":\"_logs\"}}", "{}", "begins with _")]
    [InlineData("{\"create\":{\"_index\":\"<logs-{now/d}>\"}}", "{}", "character")]
    [InlineData("{\"create\":{}}", "{}", "index is missing")]
    [InlineData("{\"create\":{\"_index\":\"logs\",\"_id\":\"\"}}", "{}", "_id is empty")]
    [InlineData("{\"index\":{\"_index\":\"logs\",\"if_seq_no\":3}}", "{}", "if_seq_no is a condition")]
    [InlineData("{\"index\":{\"_index\":\"logs\"}}", "", "JSON")]
    [InlineData("{\"index\":{\"_index\":\"logs\"}}", "5", "a document is a JSON object")]
    [InlineData("{\"index\":{\"_index\":\"logs\"}}", "{\"a\":\"\\ud800\"}", "a: a string with half of a surrogate pair")]
    [InlineData("{\"index\":{\"_index\":\"logs\"}}", "{\"a\":{\"b\":[1,{\"c\":tru}]}}", "a.b[1].c: ")]
    [InlineData("{\"index\":{\"_index\":\"logs\"}}", "{} {}", "JSON")]
    public async Task A_document_that_cannot_be_taken_is_refused_by_itself(string action, string document, string reason)
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.BulkAsync(
            "/_bulk", """{"create":{"_index":"a"}}""", """{"message":"before"}""", action, document, """{"create":{"_index":"a"}}""", """{"message":"after"}""");

        Assert.Equal([201, 400, 201], reply.Items.Select(item => (int)item.Item["status"]!));
        Assert.StartsWith("line [4]: ", (string)reply.Items[1].Item["error"]!["reason"]!, StringComparison.Ordinal);
        Assert.Contains(reason, (string)reply.Items[1].Item["error"]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(["before", "after"], test.Records.Select(record => record.Body.StringValue));
    }

    [Fact]
    public async Task A_document_that_is_not_utf8_or_too_deep_is_refused_by_itself()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();
        byte[] body =
        [
            .. "{\"create\":{}}\n{\"a\":\""u8, 0xC3, .. "\"}\n{\"create\":{}}\n{\"a\":"u8, .. Enumerable.Repeat((byte)'[', 64), .. Enumerable.Repeat((byte)']', 64),
            .. "}\n{\"create\":{}}\n{\"a\":"u8, .. Enumerable.Repeat((byte)'[', 63), .. Enumerable.Repeat((byte)']', 63), .. "}\n"u8,
        ];

        var reply = await test.SendAsync(HttpMethod.Post, "/logs/_bulk", body);

        Assert.Equal([400, 400, 201], reply.Items.Select(item => (int)item.Item["status"]!));
        Assert.Contains("not UTF-8", (string)reply.Items[0].Item["error"]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(1, test.Intake.Requests.Single().Records);
    }

    [Fact]
    public async Task A_request_with_nothing_that_can_be_taken_is_answered_item_by_item()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.BulkAsync("/logs/_bulk", """{"delete":{"_id":"1"}}""", """{"create":{}}""");

        Assert.Equal(200, reply.Status);
        Assert.Contains("the request ends where its document should be", (string)reply.Items[1].Item["error"]!["reason"]!, StringComparison.Ordinal);
        Assert.Empty(test.Intake.Requests);
    }

    [Fact]
    public async Task Too_many_malformed_documents_refuse_the_request()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();

        var reply = await test.BulkAsync("/logs/_bulk", [.. Enumerable.Repeat("{\"create\":{}}\n{", 1001)]);

        Assert.Equal(400, reply.Status);
        Assert.Contains("more than 1000 documents are malformed, the last in line [2002]", reply.ErrorReason, StringComparison.Ordinal);
        Assert.Equal(200, (await test.BulkAsync("/logs/_bulk", [.. Enumerable.Repeat("{\"create\":{}}\n{", 1000)])).Status);
    }

    [Theory]
    [InlineData(IntakeStatus.Busy, 429, "es_rejected_execution_exception")]
    [InlineData(IntakeStatus.TooLarge, 413, "content_too_long_exception")]
    [InlineData(IntakeStatus.Failed, 503, "cluster_block_exception")]
    [InlineData(IntakeStatus.Closed, 503, "cluster_block_exception")]
    public async Task What_is_not_durable_is_not_acknowledged(IntakeStatus status, int expected, string type)
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();
        test.Intake.Answer = _ => new IntakeResult(status, default, TimeSpan.FromSeconds(7), "why");

        var reply = await test.BulkAsync("/logs/_bulk", """{"create":{}}""", "{}");

        Assert.Equal((expected, type, "why"), (reply.Status, reply.ErrorType, reply.ErrorReason));
        Assert.Equal(expected is 429 or 503, reply.Headers.TryGetValue("Retry-After", out var delay) && delay == "7");
    }

    [Fact]
    public async Task Nothing_is_answered_before_it_is_durable()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();
        var gate = new TaskCompletionSource();
        test.Intake.Gate = gate.Task;

        var pending = test.BulkAsync("/logs/_bulk", """{"create":{}}""", "{}");
        await Eventually.TrueAsync(() => test.Intake.Requests.Count == 1, "the request reached the intake");

        Assert.False(pending.IsCompleted);
        gate.SetResult();
        Assert.Equal(200, (await pending).Status);
    }

    [Fact]
    public async Task A_compressed_body_in_any_pieces_is_the_same_as_a_plain_one()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync();
        var random = new Random(RandomSeed.Value);
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"create\":{{\"_index\":\"logs\"}}}}\n{{\"message\":\"{i} {new string('é', random.Next(50))}\"}}\n")));
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(body, TestContext.Current.CancellationToken);
        }

        await SendInPiecesAsync(body, random);
        await SendInPiecesAsync(compressed.ToArray(), random, ("Content-Encoding", "gzip"));

        var payloads = test.Intake.Requests.Select(request => request.Payload).ToList();
        Assert.Equal(500, test.Intake.Requests.First().Records);
        Assert.Equal(payloads[0], payloads[1]);

        async Task SendInPiecesAsync(byte[] bytes, Random pieces, params (string Name, string Value)[] headers)
        {
            using var content = new PiecedContent(bytes, pieces);
            Assert.Equal(200, (await test.SendAsync(HttpMethod.Post, "/_bulk", content, "application/x-ndjson", headers)).Status);
        }
    }

    [Fact]
    public async Task Memory_that_is_in_use_refuses_the_request()
    {
        await using var test = await ElasticsearchUnderTest.StartAsync(intakeLimit: 64 << 10);

        var reply = await test.BulkAsync("/logs/_bulk", [.. Enumerable.Repeat("{\"create\":{}}\n{\"a\":1}", 1000)]);

        Assert.Equal((429, "es_rejected_execution_exception"), (reply.Status, reply.ErrorType));
        Assert.Equal(["Logs memory"], test.Intake.Refusals);
    }

    private sealed class PiecedContent(byte[] bytes, Random random) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var start = 0; start < bytes.Length;)
            {
                var length = Math.Min(bytes.Length - start, random.Next(1, 2000));
                await stream.WriteAsync(bytes.AsMemory(start, length));
                await stream.FlushAsync();
                start += length;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
