using System.Text.Json.Nodes;
using OpenTelemetry.Exporter;
using Sluice.EndToEnd.Sdks;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>
/// What the OpenTelemetry SDK for .NET sends becomes documents with its values, in a cluster that <c>sluice setup elasticsearch</c> prepared; what no
/// field can hold, cumulative histograms, is in the dead letters.
/// </summary>
public sealed class SdkTests
{
    private const int Records = 20;

    [Theory]
    [InlineData("elasticsearch-9.2.1")]
    [InlineData("elasticsearch-7.17.29")]
    [InlineData("opensearch-3.3.2")]
    public async Task What_an_sdk_sends_is_in_the_documents(string product)
    {
        var cluster = new StandinCluster(new StandinOptions { Version = StandinVersion.Parse(product) });
        await using var node = await StandinNode.StartAsync(cluster);
        var setup = await SluiceProcess.RunAsync(["setup", "elasticsearch", "--endpoint", node.Address]);
        Assert.True(setup.ExitCode == 0, setup.Error);
        await using var sluice = await Instance.StartAsync(
            $$"""
            exporters:
              elasticsearch: {endpoint: "{{node.Address}}"}
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [elasticsearch]}
                traces: {receivers: [otlp], exporters: [elasticsearch]}
                metrics: {receivers: [otlp], exporters: [elasticsearch]}
            """);
        var sender = new DotNetSender("elasticsearch", sluice.Process.Endpoints["otlp/grpc"], OtlpExportProtocol.Grpc, OtlpExportCompression.None);
        var sent = (await Task.Run(() => sender.Send(Records), TestContext.Current.CancellationToken)).ToLookup(record => (string)record["signal"]!);
        JsonObject[] logs = [.. sent["log"], .. sent["event"]];

        await sluice.Api.ExpectSettledAsync("logs", logs.Length, "elasticsearch");
        await sluice.Api.ExpectSettledAsync("traces", sent["span"].Count(), "elasticsearch");
        await Eventually.TrueAsync(
            async () => await sluice.Api.LedgerAsync("metrics") is { } ledger && (long)ledger["committed"]! == sent["metric"].Count() && (long)ledger["exporters"]![0]!["pending"]! == 0,
            () => "metrics are settled");

        var stored = cluster.Documents("logs-*").Select(Parse).ToLookup(document => document["body"] is not null);
        AssertSame(logs.Select(OfLog), stored[true].Select(document => Pick(document, "@timestamp", "trace_id", "span_id", "severity_text", "severity_number", "event_name", "body", "attributes", "resource")));
        AssertSame(sent["span"].Select(OfSpan), cluster.Documents("traces-*").Select(Parse).Select(document => Pick(document, "@timestamp", "trace_id", "span_id", "parent_span_id", "name", "duration", "attributes", "resource")));
        AssertSame(sent["span"].Select(OfSpanEvent), stored[false].Select(document => Pick(document, "@timestamp", "trace_id", "span_id", "event_name", "resource")));
        AssertSame(
            sent["metric"].Where(metric => metric["metric"]!["data_points"]![0]!["value"] is not null).Select(metric => new JsonObject { [(string)metric["name"]!] = metric["metric"]!["data_points"]![0]!["value"]!.DeepClone() }),
            cluster.Documents("metrics-*").Select(Parse).SelectMany(document => document["metrics"]!.AsObject()).Select(value => new JsonObject { [value.Key] = value.Value!.DeepClone() }));
        var letters = (await sluice.Api.GetAsync("dead-letters"))["dead_letters"]!.AsArray();
        Assert.Equal(
            Enumerable.Repeat("a histogram is cumulative, which no field can hold: send delta temporality", 2), letters.Select(letter => (string)letter!["reason"]!));
    }

    private static JsonObject OfLog(JsonObject log) => new()
    {
        ["@timestamp"] = log["time"]!.DeepClone(),
        ["trace_id"] = log["trace_id"]!.DeepClone(),
        ["span_id"] = log["span_id"]!.DeepClone(),
        ["severity_text"] = log["severity"]!.DeepClone(),
        ["severity_number"] = log["severity_number"]!.DeepClone(),
        ["event_name"] = log["name"]?.DeepClone(),
        ["body"] = new JsonObject { ["text"] = log["body"]!.DeepClone() },
        ["attributes"] = log["attributes"]!.DeepClone(),
        ["resource"] = log["resource"]!.DeepClone(),
    };

    private static JsonObject OfSpan(JsonObject span) => new()
    {
        ["@timestamp"] = span["time"]!.DeepClone(),
        ["trace_id"] = span["trace_id"]!.DeepClone(),
        ["span_id"] = span["span_id"]!.DeepClone(),
        ["parent_span_id"] = span["parent_span_id"]?.DeepClone(),
        ["name"] = span["name"]!.DeepClone(),
        ["duration"] = span["duration_ns"]!.DeepClone(),
        ["attributes"] = span["attributes"]!.DeepClone(),
        ["resource"] = span["resource"]!.DeepClone(),
    };

    private static JsonObject OfSpanEvent(JsonObject span) => new()
    {
        ["@timestamp"] = span["events"]![0]!["time"]!.DeepClone(),
        ["trace_id"] = span["trace_id"]!.DeepClone(),
        ["span_id"] = span["span_id"]!.DeepClone(),
        ["event_name"] = span["events"]![0]!["name"]!.DeepClone(),
        ["resource"] = span["resource"]!.DeepClone(),
    };

    private static JsonObject Parse(StandinDocument document) => JsonNode.Parse(document.Source.Span)!.AsObject();

    private static JsonObject Pick(JsonObject document, params string[] names) => new(names.Select(name => KeyValuePair.Create(name, document[name]?.DeepClone())));

    private static void AssertSame(IEnumerable<JsonObject> expected, IEnumerable<JsonObject> actual) => Assert.Equal(
        expected.Select(Envelopes.Canonical).Order(StringComparer.Ordinal), actual.Select(Envelopes.Canonical).Order(StringComparer.Ordinal));
}
