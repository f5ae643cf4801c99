using System.Globalization;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Kafka;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Kafka;

/// <summary>The configurations of <c>config/examples</c> as they are, but for ports: an edge and two workers.</summary>
public sealed class ScaleOutTests
{
    private const int Traces = 60;

    private static readonly string[] Topics = ["otlp_logs", "otlp_spans", "otlp_metrics"];

    [Fact]
    public async Task What_an_edge_takes_comes_by_way_of_two_workers_to_elasticsearch_and_prometheus()
    {
        await using var kafka = await KafkaStandin.StartMockAsync(withCoordinator: true);
        foreach (var topic in Topics)
        {
            await kafka.CreateTopicAsync(partitions: 6, name: topic);
        }

        var cluster = new StandinCluster(new StandinOptions { Version = StandinVersion.Parse("elasticsearch-9.2.1") });
        await using var node = await StandinNode.StartAsync(cluster);
        await using var edge = await StartAsync("edge.yaml", new() { ["KAFKA"] = kafka.Bootstrap });
        using var otlp = new OtlpClient(edge.Endpoints);
        await otlp.SendAsync(Signal.Logs, Logs());
        await otlp.SendAsync(Signal.Traces, Spans());
        await otlp.SendAsync(Signal.Metrics, Metrics());

        await using var first = await StartWorkerAsync("worker-1", kafka, node);
        await using var second = await StartWorkerAsync("worker-2", kafka, node);

        await Eventually.TrueAsync(() => Task.FromResult(cluster.Count() >= 2 * Traces), () => $"all documents come; there are {cluster.Count()}");
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(new[] { first, second }.Select(worker => PageAsync(http, worker))))
                .Sum(page => page.Split('\n').Where(line => line.StartsWith("orders_total", StringComparison.Ordinal)).Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture))) == 7,
            () => "a worker shows the counter");
        Assert.Equal(2 * Traces, cluster.Count());
    }

    /// <summary>The metrics of a worker; empty while it has none to show yet.</summary>
    private static async Task<string> PageAsync(HttpClient http, SluiceProcess worker)
    {
        using var answer = await http.GetAsync(new Uri($"http://{worker.Endpoints["prometheus"]}/metrics"));
        return answer.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable ? "" : await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private static Task<SluiceProcess> StartWorkerAsync(string name, KafkaStandin kafka, StandinNode node) => StartAsync(
        "worker.yaml",
        new() { ["KAFKA"] = kafka.Bootstrap, ["WORKER"] = name, ["ELASTICSEARCH"] = node.Address },
        "--set", "exporters::prometheus::endpoint=127.0.0.1:0");

    private static Task<SluiceProcess> StartAsync(string file, Dictionary<string, string> environment, params IEnumerable<string> more)
    {
        string[] receivers = file == "edge.yaml" ? ["receivers::otlp::protocols::grpc::endpoint", "receivers::otlp::protocols::http::endpoint"] : [];
        var ports = receivers.Concat(["extensions::health_check::endpoint", "service::telemetry::metrics::address", "service::api::endpoint"]).SelectMany(address => new[] { "--set", $"{address}=127.0.0.1:0" });
        return SluiceProcess.StartAsync(["--config", GoldenFile.PathOf($"config/examples/{file}"), .. ports, .. more], environment: environment);
    }

    private static byte[] Id(int trace, int size) => [.. Enumerable.Range(1, size).Select(at => (byte)((trace * 31) + at))];

    private static ExportLogsServiceRequest Logs()
    {
        var request = OtlpClient.Logs("shop", Enumerable.Range(0, Traces).Select(i => $"body {i}"));
        foreach (var (i, record) in request.ResourceLogs[0].ScopeLogs[0].LogRecords.Index())
        {
            record.TraceId = Google.Protobuf.ByteString.CopyFrom(Id(i, 16));
            record.SpanId = Google.Protobuf.ByteString.CopyFrom(Id(i, 8));
        }

        return request;
    }

    private static ExportTraceServiceRequest Spans()
    {
        var scope = new ScopeSpans();
        scope.Spans.AddRange(Enumerable.Range(0, Traces).Select(i => new Span
        {
            Name = $"span {i}",
            TraceId = Google.Protobuf.ByteString.CopyFrom(Id(i, 16)),
            SpanId = Google.Protobuf.ByteString.CopyFrom(Id(i, 8)),
            StartTimeUnixNano = 1_700_000_000_000_000_000,
            EndTimeUnixNano = 1_700_000_000_000_000_001,
        }));
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { scope } } } };
    }

    private static ExportMetricsServiceRequest Metrics()
    {
        var now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var sum = new Sum
        {
            IsMonotonic = true,
            AggregationTemporality = AggregationTemporality.Cumulative,
            DataPoints = { new NumberDataPoint { AsInt = 7, TimeUnixNano = now, StartTimeUnixNano = now - 1 } },
        };
        return new ExportMetricsServiceRequest
        {
            ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { new Metric { Name = "orders", Sum = sum } } } } } },
        };
    }
}
