using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;

namespace Sluice.EndToEnd.Sdks;

/// <summary>
/// What every SDK must find true: all it sent is in the store, in a file of envelopes and in a file of OTLP-JSON, equal field by field, each
/// record once, and the ledger says so.
/// </summary>
internal static class SdkScenario
{
    private const string Configuration =
        """
        receivers:
          otlp/replay: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
        exporters:
          store:
          file/envelopes: {path: envelopes.jsonl, format: json_lines}
          file/otlp: {path: otlp.json, format: json}
          file/replay: {path: replay.jsonl, format: json_lines}
        service:
          pipelines:
            logs: {receivers: [otlp], exporters: [store, file/envelopes, file/otlp]}
            traces: {receivers: [otlp], exporters: [store, file/envelopes, file/otlp]}
            metrics: {receivers: [otlp], exporters: [store, file/envelopes, file/otlp]}
            logs/replay: {receivers: [otlp/replay], exporters: [file/replay]}
            traces/replay: {receivers: [otlp/replay], exporters: [file/replay]}
            metrics/replay: {receivers: [otlp/replay], exporters: [file/replay]}
        """;

    private static readonly string[] Exporters = ["file/envelopes", "file/otlp", "store"];

    /// <summary>Runs it.</summary>
    /// <param name="send">Sends to the addresses of the ready file and returns, as envelopes, what was sent.</param>
    public static async Task RunAsync(Func<IReadOnlyDictionary<string, string>, Task<IReadOnlyList<JsonObject>>> send)
    {
        await using var sluice = await Instance.StartAsync(Configuration);
        using var replay = new OtlpClient(sluice.Process.Endpoints, "otlp/replay");
        var sent = await send(sluice.Process.Endpoints);
        var service = (string)sent[0]["service"]!;
        var logs = sent.Where(record => (string?)record["signal"] is "log" or "event").ToList();
        var spans = sent.Where(record => (string?)record["signal"] is "span").ToList();
        var metrics = sent.Where(record => (string?)record["signal"] is "metric").ToList();

        await sluice.Api.ExpectSettledAsync("logs", logs.Count, Exporters);
        await sluice.Api.ExpectSettledAsync("traces", spans.Count, Exporters);
        await sluice.Api.ExpectSettledAsync("metrics", metrics.Count, Exporters);

        // The file of envelopes, and the store through the API and through the command.
        Envelopes.AssertSame(sent, Envelopes.ReadFile(sluice.PathOf("envelopes.jsonl")));
        Envelopes.AssertSame(logs, await sluice.Api.LogsAsync($"service={service}"));
        Envelopes.AssertSame(metrics, await sluice.Api.MetricsAsync($"service={service}"));
        Envelopes.AssertSame(logs, await SearchTool.FindAsync(sluice, "--service", service));
        foreach (var trace in spans.GroupBy(span => (string)span["trace_id"]!))
        {
            var (storedSpans, storedLogs) = await sluice.Api.TraceAsync(trace.Key);
            Envelopes.AssertSame(trace, storedSpans);
            Envelopes.AssertSame(logs.Where(log => (string?)log["trace_id"] == trace.Key), storedLogs);
        }

        // The file of OTLP-JSON, by sending it in again.
        foreach (var line in await File.ReadAllLinesAsync(sluice.PathOf("otlp.json")))
        {
            await replay.SendJsonAsync(line);
        }

        await sluice.Api.ExpectSettledAsync("logs/replay", logs.Count, "file/replay");
        await sluice.Api.ExpectSettledAsync("traces/replay", spans.Count, "file/replay");
        await sluice.Api.ExpectSettledAsync("metrics/replay", metrics.Count, "file/replay");
        Envelopes.AssertSame(sent, Envelopes.ReadFile(sluice.PathOf("replay.jsonl")));
        Assert.Equal(0, await sluice.Process.StopAsync());
    }
}
