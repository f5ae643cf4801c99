using System.Globalization;
using System.Net;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;
using Sluice.Testing.Prometheus;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Prometheus;

/// <summary>Killed again and again under load, before a strict receiver that loses answers and refuses for a while.</summary>
public sealed class RemoteWriteKillTests
{
    private const int RequestsPerLife = 60;
    private const int Series = 10;

    private static readonly int Kills = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 100 : 4;

    [Theory]
    [InlineData("prometheus.WriteRequest")]
    [InlineData("io.prometheus.write.v2.Request")]
    public async Task No_sample_is_lost_doubled_or_out_of_order(string message)
    {
        await using var receiver = await RemoteWriteStandin.StartAsync();
        var random = new Random(RandomSeed.Value);
        receiver.AnswerWith(_ => random.Next(10) switch
        {
            0 => RemoteWritePlay.LoseAnswer,
            1 => RemoteWritePlay.LoseRequest,
            2 => SinkAnswer.Status(503),
            3 => SinkAnswer.Status(429, headers: ("Retry-After", "0")),
            _ => RemoteWritePlay.Take,
        });
        var directory = SluiceProcess.CreateDirectory();
        var sent = 0;
        for (var life = 0; life <= Kills; life++)
        {
            await using var sluice = await Instance.StartAsync(Configuration(receiver.Address, message), directory);
            sluice.Process.OwnsDirectory = life == Kills;
            for (var i = 0; i < RequestsPerLife; i++)
            {
                await SendWhenThereIsRoomAsync(sluice, Request(++sent));
            }

            if (life < Kills)
            {
                // The last request may be there although its sender does not know: it sends it again.
                await SendWhileKilledAsync(sluice, Request(sent + 1));
                continue;
            }

            receiver.AnswerWith(_ => RemoteWritePlay.Take);
            await Eventually.TrueAsync(
                () => Task.FromResult(receiver.Samples.Count == Series && receiver.Samples.Values.All(samples => samples[^1].Value >= sent)),
                () => $"the last samples; faults: {string.Join("; ", receiver.Faults)}");
        }

        Assert.True(receiver.Faults.Count == 0, $"SLUICE_SEED={RandomSeed.Value}: {string.Join("; ", receiver.Faults)}");
        foreach (var (name, samples) in receiver.Samples)
        {
            Assert.True(
                samples.Select(sample => (int)sample.Value).SequenceEqual(Enumerable.Range(1, sent)),
                $"SLUICE_SEED={RandomSeed.Value}: {name} is {string.Join(',', samples.Select(sample => sample.Value))}");
        }
    }

    [Theory]
    [InlineData("prometheus.WriteRequest")]
    [InlineData("io.prometheus.write.v2.Request")]
    public async Task A_kill_while_a_refused_entry_is_halved_takes_none_of_it_away(string message)
    {
        await using var receiver = await RemoteWriteStandin.StartAsync();
        receiver.RefuseSeries(name => name == "poison" ? "label value too long" : null);
        receiver.AnswerWith(_ => RemoteWritePlay.HoldAnswer);
        var directory = SluiceProcess.CreateDirectory();
        await using (var sluice = await Instance.StartAsync(Configuration(receiver.Address, message), directory))
        {
            sluice.Process.OwnsDirectory = false;

            // Of the first half the receiver has a later sample as well, so that it refuses the whole for its order before it sees the poison.
            await sluice.Otlp.SendAsync(Signal.Metrics, Gauges(("a", 2), ("a", 3), ("b", 2), ("c", 2), ("poison", 2), ("d", 2), ("e", 2), ("f", 2)));
            await Eventually.TrueAsync(() => Task.FromResult(receiver.Samples.Count == 3), () => "the first half at the receiver");
            sluice.Process.Kill();
            await sluice.Process.WaitForExitAsync();
        }

        receiver.AnswerWith(_ => RemoteWritePlay.Take);
        await using var next = await Instance.StartAsync(Configuration(receiver.Address, message), directory);
        next.Process.OwnsDirectory = true;
        await Eventually.TrueAsync(
            async () => (await next.Api.GetAsync("ledger"))["pipelines"]!.ToJsonString().Contains("\"dead_lettered\":1", StringComparison.Ordinal),
            () => $"the poison among the dead letters; faults: {string.Join("; ", receiver.Faults)}");
        await Eventually.TrueAsync(
            () => Task.FromResult(string.Join(' ', receiver.Samples.Select(pair => $"{pair.Key}:{string.Join('+', pair.Value.Select(sample => sample.Timestamp))}").Order(StringComparer.Ordinal)) == "a:2+3 b:2 c:2 d:2 e:2 f:2"),
            () => $"all samples but the poison: {string.Join(' ', receiver.Samples.Keys)}");
    }

    /// <summary>
    /// Sends as a sender does: each life takes a file of the journal, of which there are four, and one that is full refuses until some of it is delivered.
    /// </summary>
    private static Task SendWhenThereIsRoomAsync(Instance sluice, ExportMetricsServiceRequest request) => Eventually.TrueAsync(
        async () =>
        {
            using var response = await sluice.Otlp.PostAsync(Signal.Metrics, request);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{response.StatusCode}");
            return response.StatusCode == HttpStatusCode.OK;
        },
        () => "the journal has room");

    private static async Task SendWhileKilledAsync(Instance sluice, ExportMetricsServiceRequest request)
    {
        var sending = sluice.Otlp.PostAsync(Signal.Metrics, request);
        sluice.Process.Kill();
        await sluice.Process.WaitForExitAsync();
        try
        {
            using var answered = await sending;
        }
        catch (HttpRequestException)
        {
            // It was cut off, as it should be: nobody knows what became of it.
        }
    }

    private static string Configuration(string address, string message) =>
        $$"""
        exporters:
          prometheusremotewrite: {endpoint: "{{address}}", protobuf_message: {{message}}, target_info: {enabled: false}, retry_on_failure: {initial_interval: 5ms, max_interval: 20ms} }
        service:
          journal: {max_size: 64MiB, max_group_size: 1MiB, consumer_window: 1MiB}
          pipelines:
            metrics: {receivers: [otlp], exporters: [prometheusremotewrite]}
        """;

    private static ExportMetricsServiceRequest Gauges(params IEnumerable<(string Name, int Ms)> points)
    {
        var scope = new ScopeMetrics();
        scope.Metrics.AddRange(points.Select(point => new Metric
        {
            Name = point.Name,
            Gauge = new Gauge { DataPoints = { new NumberDataPoint { AsInt = point.Ms, TimeUnixNano = (ulong)point.Ms * 1_000_000 } } },
        }));
        return new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { scope } } } };
    }

    /// <summary>Counters that all have the value of the request's number, at the millisecond of it.</summary>
    private static ExportMetricsServiceRequest Request(int number)
    {
        var sum = new Sum { AggregationTemporality = AggregationTemporality.Cumulative, IsMonotonic = true };
        for (var i = 0; i < Series; i++)
        {
            sum.DataPoints.Add(new NumberDataPoint
            {
                AsInt = number,
                TimeUnixNano = (ulong)number * 1_000_000,
                Attributes = { new KeyValue { Key = "series", Value = new() { StringValue = i.ToString(CultureInfo.InvariantCulture) } } },
            });
        }

        return new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { new Metric { Name = "c", Sum = sum } } } } } } };
    }
}
