using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>
/// The executable with a receiver <c>elasticsearch</c>, and what came through it: into a file, into the store, and into a second Elasticsearch, a stand-in
/// that <c>sluice setup elasticsearch</c> prepared.
/// </summary>
internal sealed class ShippedDocuments : IAsyncDisposable
{
    private readonly StandinNode _node;

    private ShippedDocuments(StandinNode node, StandinCluster cluster, Instance instance)
    {
        _node = node;
        Cluster = cluster;
        Instance = instance;
    }

    /// <summary>Documents that a shipper sends: more with SLUICE_SOAK=1.</summary>
    public static int Count { get; } = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 100_000 : 4000;

    public Instance Instance { get; }

    /// <summary>The second Elasticsearch.</summary>
    public StandinCluster Cluster { get; }

    /// <param name="mode">The mapping mode of the exporter, otel or ecs.</param>
    public static async Task<ShippedDocuments> StartAsync(string mode)
    {
        var cluster = new StandinCluster(new StandinOptions { Version = StandinVersion.Elasticsearch9 });
        var node = await StandinNode.StartAsync(cluster);
        var setup = await SluiceProcess.RunAsync(["setup", "elasticsearch", "--endpoint", node.Address, "--mode", mode]);
        Assert.True(setup.ExitCode == 0, setup.Error);
        return new ShippedDocuments(node, cluster, await Instance.StartAsync(Configuration(node.Address, mode)));
    }

    /// <summary>Waits until all records are everywhere, holds the store against the file, and gives the records.</summary>
    public async Task<List<JsonObject>> ReadAsync(int records)
    {
        await Instance.Api.ExpectSettledAsync("logs", records, "elasticsearch", "file", "store");
        var inFile = Envelopes.ReadFile(Instance.PathOf("out.jsonl"));
        Assert.Equal(InOrder(inFile), InOrder(await Instance.Api.AllLogsAsync()));
        return inFile;
    }

    /// <summary>What the second Elasticsearch has in a data stream or an index.</summary>
    public List<StandinDocument> InElasticsearch(string name) => [.. Cluster.Documents(name)];

    /// <summary>Each of SEQ-0 to SEQ-<paramref name="count"/> begins one text.</summary>
    public static void AssertOnceEach(IEnumerable<string> texts, int count) =>
        Assert.Equal(
            Enumerable.Range(0, count),
            texts.Select(text => int.Parse(text["SEQ-".Length..].Split(' ')[0], CultureInfo.InvariantCulture)).Order());

    public async ValueTask DisposeAsync()
    {
        await Instance.DisposeAsync();
        await _node.DisposeAsync();
    }

    private static List<string> InOrder(IEnumerable<JsonObject> records) => [.. records.Select(Envelopes.Canonical).Order(StringComparer.Ordinal)];

    private static string Configuration(string address, string mode) =>
        $$$"""
        receivers:
          elasticsearch: {endpoint: "127.0.0.1:0"}
        exporters:
          file: {path: out.jsonl, format: json_lines, append: true}
          store:
          elasticsearch: {endpoint: "{{{address}}}", mapping: {mode: "{{{mode}}}"}, logs_dynamic_id: {enabled: true}}
        service:
          pipelines:
            logs: {receivers: [elasticsearch], exporters: [file, store, elasticsearch]}
        """;
}
