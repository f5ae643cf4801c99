using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Setup;
using Sluice.Standins.Elasticsearch;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.Elasticsearch;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Tests.Setup;

/// <summary>A stand-in cluster that is set up, and what asks it.</summary>
internal sealed class SetupRun : IAsyncDisposable
{
    private readonly HttpClient _http;

    private SetupRun(StandinCluster cluster, StandinNode node)
    {
        Cluster = cluster;
        Node = node;
        _http = new HttpClient { BaseAddress = new Uri(node.Address) };
    }

    public static string[] Versions => ["elasticsearch-7.17.29", "elasticsearch-8.19.8", "elasticsearch-9.2.1", "opensearch-2.19.3", "opensearch-3.3.2"];

    public StandinCluster Cluster { get; }

    public StandinNode Node { get; }

    public static async Task<SetupRun> StartAsync(string version, StandinOptions? options = null)
    {
        var cluster = new StandinCluster((options ?? new StandinOptions()) with { Version = StandinVersion.Parse(version) });
        return new SetupRun(cluster, await StandinNode.StartAsync(cluster));
    }

    /// <summary>Runs the setup; its lines, without the first.</summary>
    public async Task<string[]> RunAsync(string mode = "all", string retention = "30d", bool isDryRun = false, AuthenticationHeaderValue? authorization = null)
    {
        using var connection = new ElasticsearchConnection(new Uri(Node.Address), authorization, null);
        using var output = new StringWriter();
        string[] modes = mode == "all" ? ["otel", "ecs"] : [mode];
        await ElasticsearchSetup.RunAsync(connection, modes, retention, isDryRun, output, TestContext.Current.CancellationToken);
        return [.. output.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1)];
    }

    public async Task<(int Status, JsonObject Body)> SendAsync(string method, string target, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        if (request.Content is { } content)
        {
            content.Headers.ContentType!.CharSet = null;
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    /// <summary>Ships records as the exporter does; every document must be taken.</summary>
    /// <param name="signal">What they are.</param>
    /// <param name="request">An export request in OTLP-JSON.</param>
    /// <param name="mapping">The mode.</param>
    public async Task ShipAsync(Signal signal, string request, DocumentMapping mapping)
    {
        var (status, answer) = await SendAsync("POST", "/_bulk?refresh=true", Encode(signal, request, mapping), "application/x-ndjson");

        Assert.Equal(200, status);
        Assert.All(answer["items"]!.AsArray(), item => Assert.True((int)item!["create"]!["status"]! == 201, item.ToJsonString()));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Node.DisposeAsync();
    }

    private static string Encode(Signal signal, string request, DocumentMapping mapping)
    {
        using var buffers = new BufferPool();
        var pool = new TelemetryPool(buffers);
        using var otlp = new PooledBufferWriter(buffers, "test");
        Assert.True(OtlpJsonReader.TryRead(signal, Encoding.UTF8.GetBytes(request), otlp, 1 << 20, out var error), error?.ToString());
        var length = otlp.Length;
        using var batch = OtlpIndexer.Index(signal, otlp.Detach(), 0, length, pool, IndexLimits.Default).Batch!;
        using var body = new BulkBody(buffers);
        using (var encoder = new BulkEncoder(buffers, new DocumentOptions { Mapping = mapping }, new DocumentTargets()) { DynamicTemplates = false })
        {
            encoder.BeginBatch(batch, 1);
            for (var i = 0; i < batch.Count; i++)
            {
                Assert.True(encoder.TryEncode(i, new RecordId(1, (ulong)i), body, out var fault), fault);
            }
        }

        return Encoding.UTF8.GetString(body.Text.WrittenSpan);
    }
}
