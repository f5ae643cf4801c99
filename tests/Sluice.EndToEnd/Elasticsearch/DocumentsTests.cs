using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Buffers;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>
/// The requests of the golden files, as an SDK sends them, through the real executable into a cluster that <c>sluice setup elasticsearch</c> prepared:
/// its documents are those of the golden files, to the letter, and its mappings take them.
/// </summary>
public sealed partial class DocumentsTests
{
    private const string Golden = "tests/Sluice.Telemetry.Tests/Encoders/Elasticsearch/Golden";

    /// <summary>What golden documents of records without a time have: that of their receipt.</summary>
    private const string GoldenReceipt = "2023-11-14T22:14:59.000000000Z";

    /// <summary>When the points of the golden metrics are new enough for a time series.</summary>
    private static readonly DateTimeOffset Now = new(2023, 11, 14, 22, 15, 0, TimeSpan.Zero);

    private static readonly (string Name, Signal Signal)[] Requests =
        [("log", Signal.Logs), ("log-routing", Signal.Logs), ("event", Signal.Logs), ("span", Signal.Traces), ("metric", Signal.Metrics)];

    /// <summary>
    /// Products, modes, and the documents that no mapping can hold, by the field that the reason names: a list of texts and objects is no field,
    /// without <c>passthrough</c> a name and another that begins with it and a dot are not both, no data stream takes a document without a time, and
    /// in the mode none an event without a name gives no name of a field.
    /// </summary>
    public static TheoryData<string, string, int, string[]> Cases => new()
    {
        { "elasticsearch-9.2.1", "otel", 1, ["attributes.list"] },
        { "elasticsearch-8.19.8", "otel", 1, ["attributes.list"] },
        { "elasticsearch-7.17.29", "otel", 3, ["attributes.list", "metrics.latency", "metrics.requests"] },
        { "opensearch-3.3.2", "otel", 2, ["attributes.list", "metrics.requests"] },
        { "elasticsearch-9.2.1", "ecs", 2, ["list", "requests"] },
        { "opensearch-3.3.2", "ecs", 2, ["list", "requests"] },
        { "elasticsearch-9.2.1", "bodymap", 2, ["@timestamp"] },
        { "elasticsearch-9.2.1", "none", 1, ["Events..time"] },
        { "elasticsearch-9.2.1", "raw", 0, [] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Records_of_every_kind_become_the_documents_of_the_golden_files(string product, string mode, int misfits, string[] fields)
    {
        var cluster = new StandinCluster(new StandinOptions { Version = StandinVersion.Parse(product), Time = new ManualTimeProvider(Now) });
        await using var node = await StandinNode.StartAsync(cluster);
        await PrepareAsync(cluster, node, mode);
        await using var sluice = await Instance.StartAsync(
            $$$"""
            exporters:
              elasticsearch: {endpoint: "{{{node.Address}}}", mapping: {mode: "{{{mode}}}"}, sending_queue: {batch: {flush_timeout: 20ms, min_size: 0} } }
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [elasticsearch]}
                traces: {receivers: [otlp], exporters: [elasticsearch]}
                metrics: {receivers: [otlp], exporters: [elasticsearch]}
            """);
        foreach (var (name, signal) in Requests)
        {
            using var response = await sluice.Otlp.PostAsync(signal, Protobuf(signal, $"{name}.otlp.json"), "application/x-protobuf");
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        foreach (var pipeline in (string[])["logs", "traces", "metrics"])
        {
            await Eventually.TrueAsync(
                async () => await sluice.Api.LedgerAsync(pipeline) is { } ledger && (long)ledger["committed"]! > 0 && (long)ledger["exporters"]![0]!["pending"]! == 0,
                () => $"{pipeline} are settled");
        }

        var (expected, faults) = ReadGolden(mode);
        var stored = cluster.Documents().Select(document => $"{PlaceOf(NameOf(document.Index), document.Id)} {Receipt().Replace(Encoding.UTF8.GetString(document.Source.Span), GoldenReceipt)}").ToList();
        var letters = await ReadLettersAsync(sluice);
        var refused = letters.Except(faults, StringComparer.Ordinal).Where(reason => reason.StartsWith("400 ", StringComparison.Ordinal)).ToList();

        // A document is stored to the letter, or its record is in the dead letters with the reason.
        Assert.Equal([], Without(stored, expected));
        var found = refused.Select(reason => FieldOfReason().Match(reason).Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        Assert.True(fields.SequenceEqual(found), string.Join('\n', refused));
        Assert.Equal(misfits, Without(expected, stored).Count);
        Assert.Equal(faults.Order(StringComparer.Ordinal), letters.Except(refused).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\['?([^\]']+)'?\]")]
    private static partial Regex FieldOfReason();

    [GeneratedRegex("20(2[4-9]|[3-9][0-9])-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Receipt();

    /// <summary>Modes that have a shape of their own get it from the command; what the others hold is what the records make it.</summary>
    private static async Task PrepareAsync(StandinCluster cluster, StandinNode node, string mode)
    {
        if (mode is not ("otel" or "ecs"))
        {
            cluster.PutIndexTemplate("all", """{"index_patterns":["logs-*","traces-*","metrics-*"],"data_stream":{},"template":{"mappings":{"dynamic":false}}}""");
            return;
        }

        var setup = await SluiceProcess.RunAsync(["setup", "elasticsearch", "--endpoint", node.Address, "--mode", mode]);
        Assert.True(setup.ExitCode == 0, setup.Error);
    }

    private static byte[] Protobuf(Signal signal, string file)
    {
        using var buffers = new BufferPool();
        using var otlp = new PooledBufferWriter(buffers, "golden request");
        Assert.True(OtlpJsonReader.TryRead(signal, File.ReadAllBytes(GoldenFile.PathOf($"{Golden}/{file}")), otlp, 1 << 20, out var error), error?.ToString());
        return otlp.WrittenSpan.ToArray();
    }

    /// <summary>The documents of all golden files of a mode, each with where it goes and which of its record's it is, and the reasons of records without any.</summary>
    private static (List<string> Documents, List<string> Faults) ReadGolden(string mode)
    {
        var documents = new List<string>();
        var faults = new List<string>();
        foreach (var (name, _) in Requests)
        {
            string? action = null;
            foreach (var line in File.ReadLines(GoldenFile.PathOf($"{Golden}/{name}.{mode}.ndjson")))
            {
                if (action is null && !line.StartsWith('{'))
                {
                    faults.Add(line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
                    continue;
                }

                if (action is null)
                {
                    action = line;
                    continue;
                }

                var create = JsonNode.Parse(action)!["create"]!;
                documents.Add($"{PlaceOf((string)create["_index"]!, (string)create["_id"]!)} {line}");
                action = null;
            }
        }

        return (documents, [.. faults.Distinct()]);
    }

    private static async Task<List<string>> ReadLettersAsync(Instance sluice) =>
        [.. (await sluice.Api.GetAsync("dead-letters?limit=10000"))["dead_letters"]!.AsArray().Select(letter => (string)letter!["reason"]!)];

    /// <summary>What is in a list more often than in another.</summary>
    private static List<string> Without(IEnumerable<string> list, IEnumerable<string> other)
    {
        var rest = list.ToList();
        foreach (var item in other)
        {
            rest.Remove(item);
        }

        return rest;
    }

    /// <summary>The name of the data stream that a backing index is of.</summary>
    private static string NameOf(string index) => BackingIndex().Replace(index, "$1");

    [GeneratedRegex(@"^\.ds-(.*?)(-[0-9]{4}\.[0-9]{2}\.[0-9]{2})?-[0-9]{6}$")]
    private static partial Regex BackingIndex();

    /// <summary>Where a document is, with what tells it from others of its record; time series make ids of their own.</summary>
    private static string PlaceOf(string name, string id) =>
        name.StartsWith("metrics-", StringComparison.Ordinal) ? name : $"{name} {(id.IndexOf('-', StringComparison.Ordinal) is var dash and >= 0 ? id[dash..] : "-0")}";
}
