using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
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
        await using var instance = await ShippedDocuments.StartAsync();

        var told = await ShipAsync(instance.Process.Endpoints["elasticsearch"], compression, count);

        Assert.Equal(
            $$"""{"version":"8.19.0","health":"green","nodes":1,"successful":{{count}},"failed":0,"retried":0,"dropped":[],"mixed":[400,201],"alone":"created"}""",
            told);
        var records = await ShippedDocuments.ReadAsync(instance, count + 2);
        var shipped = records.Where(record => record["attributes"]!["seq"] is not null).ToList();
        ShippedDocuments.AssertOnceEach(shipped, count);
        Assert.All(shipped, record => AssertFields(record, compression));
        Assert.Equal(["alone", "beside"], records.Except(shipped).Select(record => (string)record["body"]!).Order(StringComparer.Ordinal));

        // Found by what makes a log worth keeping: the trace that it belongs to.
        var (_, logs) = await instance.Api.TraceAsync((8).ToString("x32", CultureInfo.InvariantCulture));
        Assert.Equal("SEQ-7 grüße ✓", (string)Assert.Single(logs)["body"]!);
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
