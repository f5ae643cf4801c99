using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Forwarding;

/// <summary>
/// A destination goes away under load and comes back: everything arrives, nothing twice but what was in flight when it went, and another
/// exporter of the same pipeline does not notice. With SLUICE_SOAK=1 it is away for a minute.
/// </summary>
public sealed class OutageTests
{
    private const int Deliveries = 2;

    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1";

    /// <summary>Records to take meanwhile; in the long run at least 10,000 a second.</summary>
    private static readonly int RecordsOfOutage = IsSoak ? 600_000 : 4_000;

    private static readonly TimeSpan Outage = IsSoak ? TimeSpan.FromSeconds(60) : TimeSpan.Zero;

    public static TheoryData<string> Transports => ["otlp_http", "otlp_grpc"];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task What_comes_while_the_destination_is_away_is_delivered_when_it_is_back(string exporter)
    {
        using var http = new HeldPort();
        using var grpc = new HeldPort();
        var sink = await OtlpSink.StartAsync(httpPort: http.Port, grpcPort: grpc.Port);

        // No request is given up: what comes twice would be more than what was under way.
        await using var sluice = await StartAsync(exporter, sink, "5m");
        await using var flood = Flood.Start(sluice.Otlp, senders: 2);
        await Eventually.TrueAsync(() => sink.TakenRequests >= 5, "deliveries are under way");

        // It goes in the middle of its work, connections and all.
        await sink.DisposeAsync();
        var began = TimeProvider.System.GetTimestamp();
        var before = flood.Acknowledged.Count;
        await Eventually.TrueAsync(
            () => flood.Acknowledged.Count >= before + RecordsOfOutage && TimeProvider.System.GetElapsedTime(began) >= Outage,
            "senders are served while the destination is away",
            TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(
            async () => (await sluice.GetAsync("api", "/api/v1/status")).Contains("degraded", StringComparison.OrdinalIgnoreCase),
            () => "the status says that the exporter is degraded");
        Assert.True(!IsSoak || sluice.Process.ResidentBytes < 250 << 20, $"memory grew to {sluice.Process.ResidentBytes >> 20} MiB");

        await using var back = await OtlpSink.StartAsync(httpPort: http.Port, grpcPort: grpc.Port);
        var returned = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(() => sink.TakenRecords + back.TakenRecords >= before + RecordsOfOutage, "the backlog is drained");
        Assert.True(!IsSoak || TimeProvider.System.GetElapsedTime(returned) < TimeSpan.FromSeconds(30), "draining took longer than 30 s");
        await flood.EndAsync();
        await sluice.Api.ExpectSettledAsync("logs", flood.Acknowledged.Count, exporter, "file/good");

        Assert.Empty(flood.Refusals);
        string[] arrived = [.. sink.Names, .. back.Names];
        Assert.Equal(flood.Acknowledged.Order(StringComparer.Ordinal), arrived.Distinct().Order(StringComparer.Ordinal));
        var inFlight = sink.Requests.TakeLast(Deliveries).SelectMany(request => request.Names).ToHashSet();
        var twice = arrived.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);
        Assert.Subset(inFlight, twice.ToHashSet());
        Assert.Equal(
            flood.Acknowledged.Order(StringComparer.Ordinal),
            Envelopes.ReadFile(sluice.PathOf("good.jsonl")).Select(record => (string)record["body"]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_destination_that_answers_everything_with_a_failure_gets_everything_in_the_end(string exporter)
    {
        var isHttp = exporter == "otlp_http";
        SinkAnswer[] failures =
        [
            SinkAnswer.Reset,
            isHttp ? SinkAnswer.Status(503) : SinkAnswer.Rpc(14, "not now"),
            isHttp ? SinkAnswer.Status(401) : SinkAnswer.Rpc(16, "who are you"),
            isHttp ? SinkAnswer.Status(200, "<html>sign in</html>", "text/html") with { IsTaken = false } : SinkAnswer.GrpcWithoutGrpc,
            isHttp ? SinkAnswer.Status(429, "", "text/plain", ("Retry-After", "0")) : SinkAnswer.GrpcWithoutStatus,
            SinkAnswer.Taken.After(new TaskCompletionSource().Task),
        ];
        await using var sink = await OtlpSink.StartAsync();
        var number = -1;
        sink.AnswerWith(_ => Interlocked.Increment(ref number) is var i && i < 3 * failures.Length ? failures[i % failures.Length] : SinkAnswer.Taken);

        // Only what is never answered is given up, and no request that a busy machine answers late: the sink has taken that.
        await using var sluice = await StartAsync(exporter, sink, "10s");
        await using var flood = Flood.Start(sluice.Otlp, senders: 2, maxRequests: 300);
        await flood.WhenEndedAsync();

        await sluice.Api.ExpectSettledAsync("logs", flood.Acknowledged.Count, exporter, "file/good");

        Assert.Equal(300 * Flood.RecordsPerRequest, flood.Acknowledged.Count);
        Assert.Equal(flood.Acknowledged.Order(StringComparer.Ordinal), sink.Names.Order(StringComparer.Ordinal));
    }

    private static Task<Instance> StartAsync(string exporter, OtlpSink sink, string timeout) => Instance.StartAsync(
        $$"""
        exporters:
          {{exporter}}:
            endpoint: "{{(exporter == "otlp_http" ? sink.Http : sink.Grpc)}}"
            tls: {insecure: true}
            timeout: {{timeout}}
            retry_on_failure: {initial_interval: 50ms, max_interval: 500ms}
            sending_queue: {num_consumers: {{Deliveries}}}
          file/good: {path: good.jsonl, format: json_lines}
        service:
          pipelines:
            logs: {receivers: [otlp], exporters: [{{exporter}}, file/good]}
        """);
}
