using System.Net;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.EndToEnd.Failures;

/// <summary>Destinations that are gone for a while: nothing acknowledged is lost, and nobody else notices.</summary>
public sealed class FailureTests
{
    private const int ResourceExhausted = 8;
    private const int Unavailable = 14;

    private const string MissingDirectory =
        """
        exporters:
          file/missing: {path: later/out.jsonl, format: json_lines, retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}}
          file/good: {path: good.jsonl, format: json_lines}
        service:
          journal: {max_size: 8MiB, max_group_size: 1MiB, max_wait: 100ms, consumer_window: 1MiB}
          pipelines:
            logs: {receivers: [otlp], exporters: [file/missing]}
            traces: {receivers: [otlp], exporters: [file/good]}
        """;

    [Fact]
    public async Task A_missing_directory_degrades_the_exporter_until_it_appears_and_nothing_is_lost()
    {
        await using var sluice = await Instance.StartAsync(MissingDirectory);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one", "two"));
        await ExpectStateAsync(sluice, "file/missing", "degraded");
        await sluice.Process.ExpectOutputAsync("create it, or set create_directory: true");
        Assert.Equal("healthy", await StateAsync(sluice, "file/good"));

        Directory.CreateDirectory(sluice.PathOf("later"));
        await ExpectStateAsync(sluice, "file/missing", "healthy");
        Assert.Equal(["one", "two"], Bodies(sluice, "later/out.jsonl"));
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Fact]
    public async Task A_full_journal_refuses_with_a_delay_only_what_the_stalled_exporter_needs_and_recovers_without_loss()
    {
        await using var sluice = await Instance.StartAsync(MissingDirectory);
        await using var flood = Flood.Start(sluice.Otlp, senders: 4);
        await Eventually.TrueAsync(() => flood.Refusals.Values.Sum() >= 20, "requests are refused");

        // Over both transports the sender learns that it may repeat, and when.
        using var refused = await sluice.Otlp.PostAsync(Signal.Logs, OtlpClient.Logs("flood", new string('x', 200_000)));
        Assert.True(refused.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, refused.StatusCode.ToString());
        Assert.NotNull(refused.Headers.RetryAfter);
        var (status, message, details) = await sluice.Otlp.CallAsync(Signal.Logs, OtlpClient.Logs("flood", new string('x', 200_000)));
        Assert.True(status is ResourceExhausted or Unavailable, $"{status}: {message}");
        Assert.Contains("google.rpc.RetryInfo", System.Text.Encoding.UTF8.GetString(details), StringComparison.Ordinal);
        Assert.All(flood.Refusals.Keys, code => Assert.True(code is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, code.ToString()));

        // The directory comes back: what was acknowledged arrives, each record once.
        Directory.CreateDirectory(sluice.PathOf("later"));
        var before = flood.Acknowledged.Count;
        await Eventually.TrueAsync(() => flood.Acknowledged.Count > before + 1000, "records are acknowledged again");
        await flood.EndAsync();
        Assert.Equal(0, await sluice.Process.StopAsync());
        var written = Bodies(sluice, "later/out.jsonl");
        Assert.Equal(written.Count, written.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(flood.Acknowledged.Except(written, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stalled_exporter_with_a_lag_limit_does_not_hold_up_other_pipelines()
    {
        // On disk each flush fills whole blocks: of small requests the journal holds some times what they lag.
        const string LagLimit =
            """
            exporters:
              file/missing: {max_lag: 1MiB}
            service:
              journal: {max_size: 64MiB}
            """;
        await using var sluice = await Instance.StartAsync(MissingDirectory, extra: LagLimit);
        await using var flood = Flood.Start(sluice.Otlp, senders: 2);
        await Eventually.TrueAsync(() => flood.Refusals.Values.Sum() >= 20, "logs are refused");

        var spans = new Sluice.Testing.Otlp.OtlpGenerator(seed: 5).Traces();
        for (var i = 0; i < 20; i++)
        {
            await sluice.Otlp.SendAsync(Signal.Traces, spans);
        }

        var sent = 20 * spans.ResourceSpans.SelectMany(resource => resource.ScopeSpans).Sum(scope => scope.Spans.Count);
        await Eventually.TrueAsync(() => Envelopes.ReadWholeLines(sluice.PathOf("good.jsonl")).Count == sent, "the spans are delivered meanwhile");
    }

    [Fact]
    public async Task Memory_stays_bounded_while_an_exporter_is_stalled()
    {
        const long Allowed = 400L << 20;
        await using var sluice = await Instance.StartAsync(MissingDirectory);
        await using var flood = Flood.Start(sluice.Otlp, senders: 4);
        await Eventually.TrueAsync(() => flood.Refusals.Values.Sum() >= 200, "requests are refused");

        Assert.InRange(sluice.Process.ResidentBytes, 1, Allowed);
        await flood.EndAsync();
    }

    [Fact]
    public async Task A_file_that_is_taken_away_while_it_is_written_is_begun_again_and_the_rest_goes_on()
    {
        await using var sluice = await Instance.StartAsync(MissingDirectory);
        Directory.CreateDirectory(sluice.PathOf("later"));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one"));
        await Eventually.TrueAsync(() => BodiesSoFar(sluice, "later/out.jsonl") is ["one"], "the first record is written");
        File.Move(sluice.PathOf("later/out.jsonl"), sluice.PathOf("moved.jsonl"));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "two"));

        await Eventually.TrueAsync(() => BodiesSoFar(sluice, "later/out.jsonl") is ["two"], "a new file is begun");
        Assert.Equal(["one"], Bodies(sluice, "moved.jsonl"));
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Fact]
    public async Task A_file_that_may_not_grow_degrades_its_exporter_until_it_may_and_nothing_is_half_written()
    {
        // The limit holds for every file of the process, and one of a journal on disk would reach it first.
        await using var sluice = await Instance.StartAsync(MissingDirectory, arguments: ["--set", "service::journal::type=memory"]);
        Directory.CreateDirectory(sluice.PathOf("later"));
        sluice.Process.LimitFileSize(2000);
        string[] bodies = [.. Enumerable.Range(0, 5).Select(i => new string((char)('a' + i), 1000))];
        foreach (var body in bodies)
        {
            await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", body));
        }

        await ExpectStateAsync(sluice, "file/missing", "degraded");
        sluice.Process.LimitFileSize(null);
        await ExpectStateAsync(sluice, "file/missing", "healthy");
        await Eventually.TrueAsync(() => BodiesSoFar(sluice, "later/out.jsonl").Count == bodies.Length, "all are written");
        Assert.Equal(bodies, Bodies(sluice, "later/out.jsonl"));
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    private static Task ExpectStateAsync(Instance sluice, string component, string state) =>
        Eventually.TrueAsync(async () => await StateAsync(sluice, component) == state, () => $"{component} is {state}");

    private static async Task<string?> StateAsync(Instance sluice, string component)
    {
        var page = JsonNode.Parse(await sluice.GetAsync("health_check", "/ready"))!;
        return (string?)page["components"]!.AsArray().Single(entry => (string?)entry!["id"] == component)!["state"];
    }

    private static List<string> BodiesSoFar(Instance sluice, string file) =>
        [.. Envelopes.ReadWholeLines(sluice.PathOf(file)).Select(record => (string)record["body"]!)];

    private static List<string> Bodies(Instance sluice, string file) =>
        [.. Envelopes.ReadFile(sluice.PathOf(file)).Select(record => (string)record["body"]!)];
}
