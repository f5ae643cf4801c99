using System.Text.Json.Nodes;
using Sluice.Testing;

namespace Sluice.EndToEnd.Support;

/// <summary>Asks the search and status API.</summary>
internal sealed class ApiClient(string address) : IDisposable
{
    private const int Limit = 10_000;

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{address}/api/v1/") };

    /// <summary>Log records and events that a query finds.</summary>
    /// <param name="query">Parameters without a limit.</param>
    public Task<List<JsonObject>> LogsAsync(string query) => RecordsAsync($"logs?{query}");

    /// <summary>All log records and events, of whatever time, page by page.</summary>
    public async Task<List<JsonObject>> AllLogsAsync()
    {
        List<JsonObject> records = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync($"logs?from=0&limit={Limit}{cursor}");
            records.AddRange(Objects(page["records"]));
            cursor = page["next"] is { } next ? $"&cursor={Uri.EscapeDataString((string)next!)}" : null;
        }

        return records;
    }

    /// <summary>Events that a query finds.</summary>
    public Task<List<JsonObject>> EventsAsync(string query) => RecordsAsync($"events?{query}");

    /// <summary>Metric records that a query finds.</summary>
    public Task<List<JsonObject>> MetricsAsync(string query) => RecordsAsync($"metrics?{query}");

    /// <summary>The spans and logs of a trace.</summary>
    public async Task<(List<JsonObject> Spans, List<JsonObject> Logs)> TraceAsync(string traceId)
    {
        var trace = await GetAsync($"traces/{traceId}");
        return (Objects(trace["spans"]), Objects(trace["logs"]));
    }

    /// <summary>Any page as JSON.</summary>
    public async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative)))!.AsObject();

    /// <summary>
    /// Waits until a pipeline has nothing pending, and holds its accounts against what was sent: accepted and committed by it, delivered by
    /// every exporter, and nothing in any other account.
    /// </summary>
    public async Task ExpectSettledAsync(string pipeline, long records, params string[] exporters)
    {
        JsonObject ledger = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                ledger = await LedgerAsync(pipeline);
                return (long)ledger["committed"]! >= records && ledger["exporters"]!.AsArray().All(line => (long)line!["pending"]! == 0);
            },
            () => $"pipeline {pipeline} has {records} records and nothing pending: {ledger}");
        var lines = string.Join(',', exporters.Order(StringComparer.Ordinal).Select(exporter =>
            $$"""{"exporter":"{{exporter}}","subscribed":{{records}},"delivered":{{records}},"duplicate":0,"rejected":0,"dead_lettered":0,"dropped":0,"corrupt":0,"pending":0}"""));
        var expected = JsonNode.Parse(
            $$"""
            {"pipeline":"{{pipeline}}","accepted":{{records}},"filtered":0,"sampled_out":0,"rejected":0,"committed":{{records}},"balanced":true,"exporters":[{{lines}}]}
            """)!;
        ledger["exporters"] = new JsonArray([.. ledger["exporters"]!.AsArray().OrderBy(line => (string?)line!["exporter"], StringComparer.Ordinal).Select(line => line!.DeepClone())]);
        Assert.Equal(Envelopes.Canonical(expected), Envelopes.Canonical(ledger));
    }

    /// <summary>The accounts of one pipeline.</summary>
    public async Task<JsonObject> LedgerAsync(string pipeline)
    {
        var ledger = await GetAsync("ledger");
        Assert.True((bool)ledger["balanced"]!, ledger.ToString());
        return ledger["pipelines"]!.AsArray().Single(line => (string?)line!["pipeline"] == pipeline)!.AsObject();
    }

    public void Dispose() => _http.Dispose();

    private async Task<List<JsonObject>> RecordsAsync(string path)
    {
        var answer = await GetAsync($"{path}&limit={Limit}");
        Assert.False(answer.ContainsKey("next"), "a search of tests finds all in one page");
        return Objects(answer["records"]);
    }

    private static List<JsonObject> Objects(JsonNode? array) => [.. array!.AsArray().Select(item => item!.AsObject())];
}
