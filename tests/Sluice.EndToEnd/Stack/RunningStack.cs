using System.Runtime.InteropServices;
using Sluice.EndToEnd.Prometheus;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing;
using Sluice.Testing.Kafka;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Stack;

/// <summary>
/// The stack of <c>docker-compose.yml</c> with its own configurations, as far as it runs without containers: Sluice, the demo that sends to
/// it, Debian's Prometheus with the shipped rules, and the stand-ins for Elasticsearch and Kafka. Beside that, a destination and a target that are away,
/// and a topic that is read, so that what the boards show of them is there.
/// </summary>
public sealed class RunningStack : IAsyncLifetime
{
    private const string Overlay =
        """
        receivers:
          kafka: {brokers: ["KAFKA"], group_id: stack, initial_offset: earliest, logs: {topics: [events], encoding: json}}
          prometheus: {config: {scrape_configs: [{job_name: away, scrape_interval: 1s, static_configs: [{targets: ["127.0.0.1:1"]}]}]}}
        exporters:
          prometheus: {endpoint: "127.0.0.1:0"}
          otlp_http/away: {endpoint: "http://127.0.0.1:1"}
        service:
          pipelines:
            logs/kafka: {receivers: [kafka], exporters: [store]}
            traces/away: {receivers: [otlp], exporters: [otlp_http/away]}
            metrics/away: {receivers: [prometheus], exporters: [store]}
        """;

    private KafkaStandin? _kafka;
    private StandinNode? _node;
    private SluiceProcess? _sluice;
    private SluiceProcess? _demo;
    private PrometheusServer? _prometheus;

    /// <summary>What it needs and is not installed; then it does not run.</summary>
    public string? Missing { get; private set; }

    internal PrometheusServer Prometheus => _prometheus!;

    internal GrafanaSearch Search { get; private set; } = null!;

    internal SluiceProcess Sluice => _sluice!;

    public async ValueTask InitializeAsync()
    {
        Missing = !Programs.IsInstalled("prometheus") ? "prometheus" : NativeLibrary.TryLoad("librdkafka.so.1", out _) ? null : "librdkafka1";
        if (Missing is not null)
        {
            return;
        }

        _kafka = await KafkaStandin.StartAsync();
        _node = await StandinNode.StartAsync(new StandinCluster(new StandinOptions { Version = StandinVersion.Parse("elasticsearch-9.2.1") }));
        Search = new GrafanaSearch(_node.Address);
        var setup = await SluiceProcess.RunAsync(["setup", "elasticsearch", "--endpoint", _node.Address]);
        Assert.True(setup.ExitCode == 0, setup.Error);
        var directory = SluiceProcess.CreateDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory, "overlay.yaml"), Overlay.Replace("KAFKA", _kafka.Bootstrap, StringComparison.Ordinal));
        _sluice = await SluiceProcess.StartAsync(
            ["--config", GoldenFile.PathOf("config/stack/sluice.yaml"), "--config", "overlay.yaml", "--set", "connectors::spanmetrics::metrics_flush_interval=1s", .. SluiceProcess.FreePorts],
            directory,
            new Dictionary<string, string>
            {
                ["ELASTICSEARCH_URL"] = _node.Address,
                ["SLUICE_ELASTICSEARCH_PASSWORD"] = "a-password",
                ["KAFKA_BROKER"] = _kafka.Bootstrap,
            });
        _demo = await SluiceProcess.StartAsync(
            [
                "demo", "--rate", "20", "--config", GoldenFile.PathOf("config/stack/demo.yaml"),
                "--set", "receivers::otlp::protocols::http::endpoint=127.0.0.1:0", "--set", "extensions::health_check::endpoint=127.0.0.1:0",
            ],
            environment: new Dictionary<string, string> { ["SLUICE_ENDPOINT"] = $"http://{_sluice.Endpoints["otlp/grpc"]}" });
        var configuration = await File.ReadAllTextAsync(GoldenFile.PathOf("config/prometheus/prometheus.yml"));
        _prometheus = await PrometheusServer.StartAsync(
            configuration
                .Replace("sluice:8888", _sluice.Endpoints["metrics"], StringComparison.Ordinal)
                .Replace("sluice:9464", _sluice.Endpoints["prometheus"], StringComparison.Ordinal)
                .Replace(": 15s", ": 1s", StringComparison.Ordinal),
            Directory.EnumerateFiles(GoldenFile.PathOf("config/prometheus/rules")));
    }

    public async ValueTask DisposeAsync()
    {
        Search?.Dispose();
        foreach (var part in new IAsyncDisposable?[] { _prometheus, _demo, _sluice, _node, _kafka })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }
}
