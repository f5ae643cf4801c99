using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>The executable with an <c>elasticsearch</c> receiver, and what came through it.</summary>
internal static class ShippedDocuments
{
    /// <summary>Documents that a shipper sends: more with SLUICE_SOAK=1.</summary>
    public static int Count { get; } = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 100_000 : 4000;

    private const string Configuration =
        """
        receivers:
          elasticsearch: {endpoint: "127.0.0.1:0"}
        exporters:
          file: {path: out.jsonl, format: json_lines, append: true}
          store:
        service:
          pipelines:
            logs: {receivers: [elasticsearch], exporters: [file, store]}
        """;

    public static Task<Instance> StartAsync() => Instance.StartAsync(Configuration);

    /// <summary>Waits until all records are in file and store, and gives those of the file.</summary>
    public static async Task<List<JsonObject>> ReadAsync(Instance instance, int records)
    {
        await instance.Api.ExpectSettledAsync("logs", records, "file", "store");
        return Envelopes.ReadFile(instance.PathOf("out.jsonl"));
    }

    /// <summary>Each of SEQ-0 to SEQ-<paramref name="count"/> is in the body of one record.</summary>
    public static void AssertOnceEach(IEnumerable<JsonObject> records, int count) =>
        Assert.Equal(
            Enumerable.Range(0, count),
            records.Select(record => int.Parse(((string)record["body"]!)["SEQ-".Length..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).Order());

    /// <summary>Waits for what the API finds, since the store commits by itself.</summary>
    public static async Task<List<JsonObject>> SearchAsync(Instance instance, string query, int expected)
    {
        List<JsonObject> found = [];
        await Eventually.TrueAsync(
            async () => (found = await instance.Api.LogsAsync(query)).Count == expected, () => $"{expected} records by {query}, not {found.Count}");
        return found;
    }
}
