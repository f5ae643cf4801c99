using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Crash.Load;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.Crash.Connectors;

/// <summary>One journal through many lives of the executable, with connectors that count what comes.</summary>
internal sealed class CountKillRun : IAsyncDisposable
{
    private const int SenderCount = 6;
    private const int MaxRequests = 400;
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(10);
    private static readonly string[] Pipelines = ["logs", "traces", "metrics"];

    /// <summary>
    /// Names of spans are all different here: they are left out where series are to last, and kept where there are to be so many that what is
    /// given out is committed in several groups, small as groups are, and where most are beyond a limit that others leave room in. The intervals are short, so that many kills hit a commit.
    /// </summary>
    private const string Configuration =
        """
        receivers:
          otlp:
            protocols:
              grpc: {endpoint: "127.0.0.1:0"}
              http: {endpoint: "127.0.0.1:0"}
        connectors:
          count: {metrics_flush_interval: 10ms}
          count/cumulative:
            logs: {cumulative.logs: }
            spans: {cumulative.spans: }
            metrics: {cumulative.metrics: }
            datapoints: {cumulative.datapoints: }
            aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
            metrics_flush_interval: 15ms
          spanmetrics:
            namespace: cumulative
            exclude_dimensions: [span.name]
            metrics_flush_interval: 15ms
          spanmetrics/delta:
            namespace: delta
            exclude_dimensions: [span.name]
            aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
            histogram: {exponential: }
            metrics_flush_interval: 20ms
          spanmetrics/many:
            namespace: many
            aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
            metrics_flush_interval: 250ms
          spanmetrics/limited:
            namespace: limited
            aggregation_cardinality_limit: 100
            aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
            metrics_flush_interval: 20ms
        exporters:
          file: {path: metrics.json, append: true, sending_queue: {batch: {flush_timeout: 20ms}}}
        service:
          journal: {type: disk, max_size: 1GiB, max_group_size: 1MiB}
          telemetry: {metrics: {address: "127.0.0.1:0"}}
          api: {endpoint: "127.0.0.1:0"}
          shutdown_timeout: 60s
          pipelines:
            logs: {receivers: [otlp], exporters: [count, count/cumulative]}
            traces: {receivers: [otlp], exporters: [count, count/cumulative, spanmetrics, spanmetrics/delta, spanmetrics/many, spanmetrics/limited]}
            metrics: {receivers: [otlp], exporters: [count, count/cumulative]}
            metrics/made: {receivers: [count, count/cumulative, spanmetrics, spanmetrics/delta, spanmetrics/many, spanmetrics/limited], exporters: [file]}
        """;

    private readonly string _directory = SluiceProcess.CreateDirectory();
    private readonly HttpClient _http = new();
    private readonly Random _random;
    private readonly Senders _senders;
    private SluiceProcess? _process;

    private CountKillRun(int seed)
    {
        _random = new Random(seed);
        _senders = new Senders(SenderCount, seed, maxPadding: 500);
        File.WriteAllText(Path.Combine(_directory, "sluice.yaml"), Configuration);
    }

    /// <summary>Kills it so often, and then holds what was counted against what was accepted.</summary>
    public static async Task RunAsync(int kills, int seed)
    {
        await using var run = new CountKillRun(seed);
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await run.LiveAsync(process => process.Kill());
                await run.EndAsync();
            }

            await run.FinishAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"SLUICE_SEED={RandomSeed.Value}: {e.Message}\nThe last process printed:\n{run._process?.Output}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _senders.Pause();
        await _senders.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Starts it, and does something after some requests, by the sender that got the last answer, while all others go on.</summary>
    private async Task LiveAsync(Action<SluiceProcess> then)
    {
        var process = _process = SluiceProcess.Begin(["--config", "sluice.yaml"], _directory);
        process.OwnsDirectory = false;
        await process.WaitUntilReadyAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _senders.Listen(process.Endpoints, _random.Next(1, MaxRequests), () =>
        {
            then(process);
            reached.SetResult();
        });
        if (await Task.WhenAny(reached.Task, _senders.Broken).WaitAsync(LongDeadline) == _senders.Broken)
        {
            await await _senders.Broken;
        }
    }

    private async Task EndAsync()
    {
        await _process!.WaitForExitAsync();
        await Eventually.TrueAsync(() => _senders.AreQuiet, "every request has its answer, or no hope of one");
        await _process.DisposeAsync();
    }

    private async Task FinishAsync()
    {
        await LiveAsync(_ => _senders.Pause());
        await Eventually.TrueAsync(() => _senders.AreQuiet, "every request has its answer");
        Ledger? ledger = null;
        await Eventually.TrueAsync(
            async () =>
            {
                ledger = await Ledger.ReadAsync(_http, _process!.Endpoints["api"]);
                return ledger.Pending == 0;
            },
            () => $"everything is counted and delivered: {ledger}",
            LongDeadline);
        Assert.Equal(0, await _process!.StopAsync());
        await EndAsync();
        for (var signal = Signal.Logs; signal <= Signal.Metrics; signal++)
        {
            var requests = _senders.Sent.SelectMany(sent => sent).Where(request => request.Signal == signal).ToArray();
            var acknowledged = requests.Where(request => request.Answer == Answer.Acknowledged).Sum(request => request.RecordCount);
            var unanswered = requests.Where(request => request.Answer == Answer.None).Sum(request => request.RecordCount);
            Assert.InRange(ledger![$"{Pipelines[(int)signal]}/accepted"], acknowledged, acknowledged + unanswered);
        }

        Check(ledger!);
    }

    /// <summary>Everything that was counted is in the file, in the order in which it was given out.</summary>
    private void Check(Ledger ledger)
    {
        var sums = new Dictionary<string, long>();
        var last = new Dictionary<string, (long Count, ulong Time, ulong Start)>();
        foreach (var metric in File.ReadLines(Path.Combine(_directory, "metrics.json"))
            .SelectMany(line => JsonParser.Default.Parse<ExportMetricsServiceRequest>(line).ResourceMetrics)
            .SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            foreach (var (count, time, start, series, isDelta) in Points(metric))
            {
                var key = $"{metric.Name} {series}";
                sums[metric.Name] = sums.GetValueOrDefault(metric.Name) + count;
                if (last.TryGetValue(key, out var before))
                {
                    Assert.True(time > before.Time || metric.Name.EndsWith(".count", StringComparison.Ordinal), $"{key} is there twice, or out of order, at {time} behind {before.Time}");
                    Assert.True(isDelta || count >= before.Count, $"{key} went back from {before.Count} to {count}");
                    Assert.True(isDelta || start == before.Start, $"{key} began anew: {before.Start}, {start}");
                }

                last[key] = (count, time, start);
            }
        }

        Assert.Equal(ledger["logs/accepted"], sums["log.record.count"]);
        Assert.Equal(ledger["traces/accepted"], sums["trace.span.count"]);
        Assert.Equal(ledger["metrics/accepted"], sums["metric.count"]);
        Assert.Equal(ledger["metrics/accepted"], sums["metric.datapoint.count"]);
        Assert.Equal(ledger["traces/accepted"], sums["delta.calls"]);
        Assert.Equal(ledger["traces/accepted"], sums["delta.duration"]);
        Assert.Equal(ledger["traces/accepted"], sums["many.calls"]);
        Assert.Equal(ledger["traces/accepted"], sums["many.duration"]);
        Assert.Equal(ledger["traces/accepted"], sums["limited.calls"]);
        Assert.Equal(ledger["traces/accepted"], sums["limited.duration"]);
        Assert.Equal(ledger["logs/accepted"], Total("cumulative.logs"));
        Assert.Equal(ledger["traces/accepted"], Total("cumulative.spans"));
        Assert.Equal(ledger["metrics/accepted"], Total("cumulative.metrics"));
        Assert.Equal(ledger["metrics/accepted"], Total("cumulative.datapoints"));
        Assert.Equal(ledger["traces/accepted"], Total("cumulative.calls"));
        Assert.Equal(ledger["traces/accepted"], Total("cumulative.duration"));

        long Total(string name) => last.Where(series => series.Key.StartsWith(name + " ", StringComparison.Ordinal)).Sum(series => series.Value.Count);
    }

    private static IEnumerable<(long Count, ulong Time, ulong Start, string Series, bool IsDelta)> Points(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(point => (
            point.AsInt, point.TimeUnixNano, point.StartTimeUnixNano, point.Attributes.ToString(), metric.Sum.AggregationTemporality == AggregationTemporality.Delta)),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(point => (
            (long)point.Count, point.TimeUnixNano, point.StartTimeUnixNano, point.Attributes.ToString(), metric.Histogram.AggregationTemporality == AggregationTemporality.Delta)),
        _ => metric.ExponentialHistogram.DataPoints.Select(point => (
            (long)point.Count, point.TimeUnixNano, point.StartTimeUnixNano, point.Attributes.ToString(), metric.ExponentialHistogram.AggregationTemporality == AggregationTemporality.Delta)),
    };
}
