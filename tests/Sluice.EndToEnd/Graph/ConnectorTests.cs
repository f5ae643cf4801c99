using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Graph;

/// <summary>Connectors and sampling in the real executable: OTLP in, files out, accounts that balance.</summary>
public sealed class ConnectorTests
{
    [Fact]
    public async Task The_example_of_forward_merges_pipelines()
    {
        await using var sluice = await Instance.StartAsync(Example("ForwardConnector"), extra: Extra(["otlp/inside", "otlp/outside"], ["file"]));
        await PostAsync(sluice, "otlp/inside", OtlpClient.Logs("shop", "in 1", "in 2"));
        await PostAsync(sluice, "otlp/outside", OtlpClient.Logs("shop", "out 1"));
        await sluice.Api.ExpectSettledAsync("logs", 3, "file");
        await sluice.Api.ExpectSettledAsync("logs/inside", 2);
        await sluice.Api.ExpectSettledAsync("logs/outside", 1);
        await sluice.Process.StopAsync();

        Assert.Equal(
            ["in 1 of ", "in 2 of ", "out 1 of outside"],
            Envelopes.ReadFile(sluice.PathOf("logs.json")).Select(record => $"{record["body"]} of {record["attributes"]?["sender"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_example_of_routing_routes_by_tenant_and_by_service()
    {
        await using var sluice = await Instance.StartAsync(Example("RoutingConnector"), extra: Extra(["otlp"], ["file/acme", "file/checkout", "file/other"]));
        await PostAsync(sluice, "otlp", OtlpClient.Logs("checkout", "of acme"), tenant: "acme");
        var mixed = OtlpClient.Logs("checkout", "of checkout", "too");
        mixed.ResourceLogs.Add(OtlpClient.Logs("cart", "of cart").ResourceLogs);
        await PostAsync(sluice, "otlp", mixed, tenant: "ecorp");
        await sluice.Api.ExpectSettledAsync("logs", 4);
        await sluice.Api.ExpectSettledAsync("logs/acme", 1, "file/acme");
        await sluice.Api.ExpectSettledAsync("logs/checkout", 2, "file/checkout");
        await sluice.Api.ExpectSettledAsync("logs/other", 1, "file/other");
        var connector = Assert.Single((await sluice.Api.GetAsync("ledger"))["connectors"]!.AsArray())!;
        Assert.Equal((4, 4, 0), ((long)connector["received"]!, (long)connector["passed"]!, (long)connector["dropped"]!));
        var metrics = await sluice.GetAsync("metrics", "/metrics");
        Assert.Contains("sluice_connector_records_total{connector=\"routing\",outcome=\"passed\",pipeline=\"logs/checkout\"} 2", metrics, StringComparison.Ordinal);
        var status = await sluice.Api.GetAsync("status");
        Assert.Contains(status["components"]!.AsArray(), component => (string?)component!["kind"] == "connector" && (string?)component["health"] == "healthy");
        Assert.Equal("[\"routing\"]", status["pipelines"]!.AsArray().Single(pipeline => (string?)pipeline!["id"] == "logs")!["exporters"]!.ToJsonString());
        await sluice.Process.StopAsync();

        Assert.Equal(["of acme"], Bodies(sluice, "acme.json"));
        Assert.Equal(["of checkout", "too"], Bodies(sluice, "checkout.json"));
        Assert.Equal(["of cart"], Bodies(sluice, "other.json"));
    }

    [Fact]
    public async Task All_signals_fan_out_through_one_table_and_what_no_route_takes_is_filtered()
    {
        const string Configuration = """
            connectors:
              routing:
                table:
                  - {condition: 'attributes["service.name"] == "shop"', action: copy, pipelines: [logs/all, traces/all]}
                  - {condition: 'attributes["service.name"] == "shop"', pipelines: [logs/shop]}
              forward: {}
            exporters: {file/all: {path: all.json, format: json_lines}, file/shop: {path: shop.json, format: json_lines}}
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [routing]}
                traces: {receivers: [otlp], exporters: [routing]}
                logs/all: {receivers: [routing], exporters: [file/all, forward]}
                traces/all: {receivers: [routing], exporters: [file/all]}
                logs/shop: {receivers: [routing, forward], exporters: [file/shop]}
            """;
        await using var sluice = await Instance.StartAsync(Configuration);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "a", "b"));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("elsewhere", "c"));
        await sluice.Otlp.SendAsync(Signal.Traces, Spans("shop", 3));
        await sluice.Api.ExpectSettledAsync("logs/all", 2, "file/all");
        await sluice.Api.ExpectSettledAsync("traces/all", 3, "file/all");
        await sluice.Api.ExpectSettledAsync("logs/shop", 4, "file/shop");
        var logs = await sluice.Api.LedgerAsync("logs");
        Assert.Equal((3, 1, 2), ((long)logs["accepted"]!, (long)logs["filtered"]!, (long)logs["committed"]!));
        await sluice.Process.StopAsync();

        Assert.Equal(5, Envelopes.ReadFile(sluice.PathOf("all.json")).Count);
        Assert.Equal(["a", "a", "b", "b"], Bodies(sluice, "shop.json"));
    }

    [Fact]
    public async Task A_sampler_keeps_whole_traces_of_logs_and_spans_and_says_with_which_probability()
    {
        const string Configuration = """
            processors:
              probabilistic_sampler: {mode: proportional, sampling_percentage: 25}
            exporters: {file: {path: kept.json, format: json_lines}}
            service:
              pipelines:
                logs: {receivers: [otlp], processors: [probabilistic_sampler], exporters: [file]}
                traces: {receivers: [otlp], processors: [probabilistic_sampler], exporters: [file]}
            """;
        await using var sluice = await Instance.StartAsync(Configuration);
        var spans = Spans("shop", 400);
        var logs = OtlpClient.Logs("shop", Enumerable.Range(0, 400).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        for (var i = 0; i < 400; i++)
        {
            logs.ResourceLogs[0].ScopeLogs[0].LogRecords[i].TraceId = spans.ResourceSpans[0].ScopeSpans[0].Spans[i].TraceId;
        }

        await sluice.Otlp.SendAsync(Signal.Traces, spans);
        await sluice.Otlp.SendAsync(Signal.Logs, logs);
        var kept = spans.ResourceSpans[0].ScopeSpans[0].Spans
            .Where(span => span.TraceId.Span[9] >= 0xc0).Select(span => Convert.ToHexStringLower(span.TraceId.Span)).Order(StringComparer.Ordinal).ToArray();
        foreach (var pipeline in (string[])["logs", "traces"])
        {
            JsonObject ledger = null!;
            await Eventually.TrueAsync(
                async () => (long)(ledger = await sluice.Api.LedgerAsync(pipeline))["exporters"]![0]!["delivered"]! == kept.Length,
                () => $"{kept.Length} records of {pipeline} are delivered: {ledger}");
            Assert.Equal((400, 400 - kept.Length, kept.Length), ((long)ledger["accepted"]!, (long)ledger["sampled_out"]!, (long)ledger["committed"]!));
        }

        await sluice.Process.StopAsync();
        var records = Envelopes.ReadFile(sluice.PathOf("kept.json"));
        Assert.Equal(kept, Ids("span"));
        Assert.Equal(kept, Ids("log"));
        Assert.All(records.Where(record => (string?)record["signal"] == "log"), record => Assert.Equal("c", (string?)record["attributes"]!["sampling.threshold"]));
        Assert.All(records.Where(record => (string?)record["signal"] == "span"), record => Assert.Contains("\"c\"", record["sampling"]!.ToJsonString(), StringComparison.Ordinal));

        string[] Ids(string signal) =>
            [.. records.Where(record => (string?)record["signal"] == signal).Select(record => (string)record["trace_id"]!).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Connectors_that_lead_in_a_circle_and_conditions_that_cannot_be_read_are_errors_of_the_configuration()
    {
        var directory = SluiceProcess.CreateDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory, "sluice.yaml"), """
            receivers: {otlp: {protocols: {http: {}}}}
            connectors: {forward: {}, routing: {table: [{context: resource, condition: 'IsMatch(name, "x")', pipelines: [logs]}]}}
            exporters: {nop: {}}
            service: {pipelines: {logs: {receivers: [otlp, forward], exporters: [forward, nop]}}}
            """);

        var (exitCode, _, error) = await SluiceProcess.RunAsync(["validate", "--config", Path.Combine(directory, "sluice.yaml")]);
        Directory.Delete(directory, recursive: true);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("connectors lead from logs to logs, in a circle", error, StringComparison.Ordinal);
        Assert.Contains("from IsMatch(name, \"x\") on the condition cannot be read: functions are not read yet; this version takes attributes[\"key\"] ==", error, StringComparison.Ordinal);
    }

    /// <summary>The example of a connector's README.</summary>
    private static string Example(string folder)
    {
        var readme = File.ReadAllText(GoldenFile.PathOf($"src/Sluice.Components/Connectors/{folder}/README.md"));
        return Regex.Match(readme, "```yaml\n(?<yaml>receivers:\n.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)).Groups["yaml"].Value;
    }

    /// <summary>Ports that are free, in the place of the example's, and files that are easy to read.</summary>
    private static string Extra(string[] receivers, string[] files) =>
        "receivers:\n" + string.Concat(receivers.Select(receiver => $"  {receiver}: {{protocols: {{http: {{endpoint: '127.0.0.1:0'}}}}}}\n")) +
        "exporters:\n" + string.Concat(files.Select(file => $"  {file}: {{format: json_lines}}\n"));

    private static ExportTraceServiceRequest Spans(string service, int count)
    {
        var random = new Random(count);
        var scope = new ScopeSpans();
        for (var i = 0; i < count; i++)
        {
            var id = new byte[16];
            random.NextBytes(id);
            scope.Spans.Add(new Span { TraceId = ByteString.CopyFrom(id), SpanId = ByteString.CopyFrom(id, 0, 8), Name = "GET", StartTimeUnixNano = 1, EndTimeUnixNano = 2 });
        }

        var spans = new ResourceSpans { Resource = new(), ScopeSpans = { scope } };
        spans.Resource.Attributes.Add(new OpenTelemetry.Proto.Common.V1.KeyValue { Key = "service.name", Value = new() { StringValue = service } });
        return new ExportTraceServiceRequest { ResourceSpans = { spans } };
    }

    private static async Task PostAsync(Instance sluice, string receiver, ExportLogsServiceRequest request, string? tenant = null)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(request.ToByteArray());
        content.Headers.ContentType = new("application/x-protobuf");
        if (tenant is not null)
        {
            http.DefaultRequestHeaders.Add("X-Tenant", tenant);
        }

        using var response = await http.PostAsync(new Uri($"http://{sluice.Process.Endpoints[receiver + "/http"]}/v1/logs"), content);
        response.EnsureSuccessStatusCode();
    }

    private static string[] Bodies(Instance sluice, string file) =>
        [.. Envelopes.ReadFile(sluice.PathOf(file)).Select(record => (string)record["body"]!).Order(StringComparer.Ordinal)];
}
