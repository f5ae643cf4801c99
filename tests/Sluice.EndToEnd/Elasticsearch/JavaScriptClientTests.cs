using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>The client <c>@elastic/elasticsearch</c>, run by Node.js.</summary>
public sealed class JavaScriptClientTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task Everything_that_it_ships_is_there_once_and_equal(string compression)
    {
        NodeScript.SkipUnlessInstalled();
        var count = ShippedDocuments.Count;
        await using var shipped = await ShippedDocuments.StartAsync("ecs");
        var instance = shipped.Instance;

        var told = await ShipAsync(instance.Process.Endpoints["elasticsearch"], compression, count);

        Assert.Equal(
            $$"""{"version":"8.19.0","health":"green","nodes":1,"successful":{{count}},"failed":0,"retried":0,"dropped":[],"mixed":[400,201],"alone":"created"}""",
            told);
        var records = await shipped.ReadAsync(count + 2);
        var numbered = records.Where(record => record["attributes"]!["seq"] is not null).ToList();
        ShippedDocuments.AssertOnceEach(numbered.Select(record => (string)record["body"]!), count);
        Assert.All(numbered, record => AssertFields(record, compression));
        Assert.Equal(["alone", "beside"], records.Except(numbered).Select(record => (string)record["body"]!).Order(StringComparer.Ordinal));

        var documents = shipped.InElasticsearch("logs-shop-test");
        ShippedDocuments.AssertOnceEach(documents.Select(document => document.Json.GetProperty("message").GetString()!), count);
        var ids = records.ToDictionary(record => (string)record["body"]!, record => (string)record["id"]!);
        Assert.All(documents, document => AssertDocument(document, ids, compression));
        Assert.Equal(["alone", "beside"], shipped.InElasticsearch("journal").Select(document => document.Json.GetProperty("message").GetString()).Order(StringComparer.Ordinal));

        // Found by what makes a log worth keeping: the trace that it belongs to.
        var trace = 8.ToString("x32", CultureInfo.InvariantCulture);
        var (_, logs) = await instance.Api.TraceAsync(trace);
        Assert.Equal("SEQ-7 grüße ✓", (string)Assert.Single(logs)["body"]!);
        shipped.Cluster.Refresh();
        var found = shipped.Cluster.Call("POST", "/logs-*/_search", $$"""{"query":{"term":{"trace.id":"{{trace}}"} } }""")["hits"]!["hits"]!.AsArray();
        Assert.Equal("SEQ-7 grüße ✓", (string)Assert.Single(found)!["_source"]!["message"]!);
        Assert.Equal(0, await instance.Process.StopAsync());
    }

    private static void AssertFields(JsonObject record, string run)
    {
        var seq = (int)record["attributes"]!["seq"]!;
        Assert.Equal($"SEQ-{seq} grüße ✓", (string)record["body"]!);
        Assert.Equal((seq % 7 == 0 ? "error" : "info", seq % 7 == 0 ? 17 : 9), ((string)record["severity"]!, (int)record["severity_number"]!));
        Assert.Equal((seq + 1).ToString("x32", CultureInfo.InvariantCulture), (string)record["trace_id"]!);
        Assert.Equal((seq + 1).ToString("x16", CultureInfo.InvariantCulture), (string)record["span_id"]!);
        Assert.Equal(
            DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_000 + seq),
            DateTimeOffset.Parse((string)record["time"]!, CultureInfo.InvariantCulture));
        Assert.Equal($"js-{run}", (string)record["service"]!);
        Assert.Equal("1.2.3", (string)record["resource"]!["attributes"]!["service.version"]!);
        var id = seq % 2 == 0 ? $"\"elasticsearch.document_id\":\"SEQ-{seq}\"," : "";
        var expected = JsonNode.Parse(
            $$$"""
            {"data_stream.type":"logs","data_stream.dataset":"shop","data_stream.namespace":"test",{{{id}}}"labels.run":"{{{run}}}","seq":{{{seq}}},"ratio":{{{seq}}}.5,
             "order":{"items":[{"id":{{{seq}}}},{"id":null}],"paid":{{{(seq % 2 == 0 ? "true" : "false")}}}}}
            """);
        Assert.Equal(Envelopes.Canonical(expected), Envelopes.Canonical(record["attributes"]));
    }

    /// <summary>In the mode ecs a document arrives with the fields that it was sent with, and with those by which it is found.</summary>
    private static void AssertDocument(StandinDocument document, Dictionary<string, string> ids, string run)
    {
        var json = JsonNode.Parse(document.Source.Span)!.AsObject();
        var seq = (int)json["seq"]!;
        Assert.Equal(seq % 2 == 0 ? $"SEQ-{seq}" : ids[(string)json["message"]!], document.Id);
        var expected = JsonNode.Parse(
            $$$"""
            {"@timestamp":"{{{DateTime.UnixEpoch.AddMilliseconds(1_770_000_000_000 + seq):yyyy-MM-dd'T'HH:mm:ss.fff}}}000000Z","message":"SEQ-{{{seq}}} grüße ✓",
             "log":{"level":"{{{(seq % 7 == 0 ? "error" : "info")}}}"},"event":{"severity":{{{(seq % 7 == 0 ? 17 : 9)}}}},
             "service":{"name":"js-{{{run}}}","version":"1.2.3"},"trace":{"id":"{{{seq + 1:x32}}}"},"span":{"id":"{{{seq + 1:x16}}}"},"labels":{"run":"{{{run}}}"},
             "seq":{{{seq}}},"ratio":{{{seq}}}.5,"order":{"items":[{"id":{{{seq}}}},{"id":null}],"paid":{{{(seq % 2 == 0 ? "true" : "false")}}}},
             "agent":{"name":"otlp"},"data_stream":{"type":"logs","dataset":"shop","namespace":"test"}}
            """);
        Assert.Equal(Envelopes.Canonical(expected), Envelopes.Canonical(json));
    }

    private static async Task<string> ShipAsync(string endpoint, string compression, int count)
    {
        var start = new ProcessStartInfo(
            "node", ["bulk.mjs", "--endpoint", endpoint, "--compression", compression, "--count", $"{count}", "--run", compression])
        {
            WorkingDirectory = GoldenFile.PathOf("tests/Sluice.EndToEnd/js"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var error = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"bulk.mjs ended with {node.ExitCode}:\n{await error}");
        return (await output).Trim();
    }
}
