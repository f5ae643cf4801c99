using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Kafka;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Kafka;

/// <summary>The real executable with a receiver <c>kafka</c> that writes what it reads into a file.</summary>
internal sealed class KafkaWorker : IAsyncDisposable
{
    private const string Output = "out.jsonl";

    private KafkaWorker(Instance instance) => Instance = instance;

    public Instance Instance { get; }

    /// <summary>The records in the file, as they are now; a line that is being written is not among them.</summary>
    public List<JsonObject> Records => Read(Instance.PathOf(Output));

    /// <summary>How many records are in the file, without reading them.</summary>
    public int Count
    {
        get
        {
            var path = Instance.PathOf(Output);
            if (!File.Exists(path))
            {
                return 0;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[1 << 16];
            var lines = 0;
            while (file.Read(buffer) is var read and > 0)
            {
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
            }

            return lines;
        }
    }

    /// <summary>The values of a metric, by the text of their labels.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricAsync(string name) =>
        (await Instance.GetAsync("metrics", "/metrics")).Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>The partitions that it has, with how far behind it is.</summary>
    public async Task<IReadOnlyDictionary<int, double>> LagAsync() => (await MetricAsync("sluice_kafka_receiver_lag"))
        .ToDictionary(lag => int.Parse(Regex.Match(lag.Key, "partition=\"(\\d+)\"").Groups[1].Value, CultureInfo.InvariantCulture), lag => lag.Value);

    /// <summary>Starts one.</summary>
    /// <param name="kafka">The cluster.</param>
    /// <param name="options">Options of the receiver, YAML below it, each line with four spaces.</param>
    /// <param name="signal">The pipeline.</param>
    /// <param name="directory">Where it ran before; a new directory by default.</param>
    /// <param name="extra">More YAML, merged over the rest.</param>
    public static async Task<KafkaWorker> StartAsync(KafkaStandin kafka, string options, string signal = "logs", string? directory = null, string extra = "") =>
        new(await Instance.StartAsync(
            $$"""
            receivers:
              kafka:
                brokers: [{{kafka.Bootstrap}}]
                initial_offset: earliest
            {{options}}
            exporters:
              file: {path: {{Output}}, format: json_lines}
            service:
              pipelines:
                {{signal}}: {receivers: [kafka], exporters: [file]}
            """.Replace($"[{kafka.Bootstrap}]", $"[{string.Join(", ", kafka.Bootstrap.Split(',').Select(broker => $"\"{broker}\""))}]", StringComparison.Ordinal),
            directory,
            extra));

    /// <summary>Waits until the file has so many records.</summary>
    public async Task<List<JsonObject>> WaitForAsync(int records, TimeSpan? deadline = null)
    {
        await Eventually.TrueAsync(() => Task.FromResult(Count >= records), () => $"{records} records are in the file; there are {Count}:\n{Instance.Process.Output}", deadline);
        return Records;
    }

    /// <summary>The texts of bodies.</summary>
    public static IEnumerable<string> Bodies(IEnumerable<JsonObject> records) => records.Select(record => (string)record["body"]!);

    public static List<JsonObject> Read(string path) => Envelopes.ReadWholeLines(path);

    public ValueTask DisposeAsync() => Instance.DisposeAsync();
}
