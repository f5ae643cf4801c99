using System.Net;
using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.EndToEnd.Failures;

/// <summary>What a consumer at its <c>max_lag</c> does to senders, and what it drops.</summary>
public sealed class LagTests
{
    private const int ResourceExhausted = 8;
    private const int Unavailable = 14;

    private const string Stalled =
        """
        exporters:
          file/missing: {path: later/out.jsonl, format: json_lines, max_lag: 1MiB, retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}}
          file/good: {path: good.jsonl, format: json_lines}
        service:
          journal: {max_size: 64MiB, max_group_size: 1MiB, max_wait: 100ms, consumer_window: 1MiB}
          pipelines:
            logs: {receivers: [otlp], exporters: [file/missing, file/good]}
            traces: {receivers: [otlp], exporters: [file/good]}
        """;

    [Fact]
    public async Task A_consumer_at_its_limit_refuses_with_a_delay_what_is_routed_to_it_and_nothing_else()
    {
        await using var sluice = await Instance.StartAsync(Stalled);
        await using var flood = Flood.Start(sluice.Otlp, senders: 2, padding: 1000);
        var spans = new Sluice.Testing.Otlp.OtlpGenerator(seed: 5).Traces();
        var sent = 0;
        for (var i = 0; i < 20 || flood.Refusals.Values.Sum() < 20; i++)
        {
            // Every one of them is taken, before the limit is reached and behind it.
            await sluice.Otlp.SendAsync(Signal.Traces, spans);
            sent += spans.ResourceSpans.SelectMany(resource => resource.ScopeSpans).Sum(scope => scope.Spans.Count);
        }

        using var refused = await sluice.Otlp.PostAsync(Signal.Logs, OtlpClient.Logs("flood", new string('x', 200_000)));
        Assert.True(refused.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, refused.StatusCode.ToString());
        Assert.NotNull(refused.Headers.RetryAfter);
        var (status, message, details) = await sluice.Otlp.CallAsync(Signal.Logs, OtlpClient.Logs("flood", new string('x', 200_000)));
        Assert.True(status is ResourceExhausted or Unavailable, $"{status}: {message}");
        Assert.Contains("file/missing", message, StringComparison.Ordinal);
        Assert.Contains("google.rpc.RetryInfo", System.Text.Encoding.UTF8.GetString(details), StringComparison.Ordinal);
        Assert.All(flood.Refusals.Keys, code => Assert.True(code is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, code.ToString()));

        await flood.EndAsync();
        await sluice.Api.ExpectSettledAsync("traces", sent, "file/good");
        var good = Records(sluice, "good.jsonl").Where(record => record.Signal == "log").Select(record => record.Name).ToList();
        Assert.Equal(flood.Acknowledged.Order(StringComparer.Ordinal), good.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_drop_oldest_drops_is_counted_exactly()
    {
        const string DropOldest =
            """
            exporters:
              file/missing: {on_full: drop_oldest}
            """;
        await using var sluice = await Instance.StartAsync(Stalled, extra: DropOldest);
        await using var flood = Flood.Start(sluice.Otlp, senders: 2, padding: 500);
        await Eventually.TrueAsync(async () => await DroppedAsync(sluice) > 10_000, () => "records are dropped");
        Directory.CreateDirectory(sluice.PathOf("later"));

        // While it catches up, dropping may go on.
        var before = flood.Acknowledged.Count;
        await Eventually.TrueAsync(() => flood.Acknowledged.Count > before + 10_000, "records are acknowledged");
        await flood.EndAsync();
        Assert.Empty(flood.Refusals);
        await Eventually.TrueAsync(
            async () => (await sluice.Api.LedgerAsync("logs"))["exporters"]!.AsArray().All(line => (long)line!["pending"]! == 0), () => "everything is delivered");

        var written = Records(sluice, "later/out.jsonl").Select(record => record.Name).ToList();
        Assert.Equal(written.Count, written.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(written.Except(flood.Acknowledged, StringComparer.Ordinal));
        Assert.Equal(flood.Acknowledged.Count - written.Count, await DroppedAsync(sluice));
        Assert.Equal(
            flood.Acknowledged.Order(StringComparer.Ordinal), Records(sluice, "good.jsonl").Select(record => record.Name).Order(StringComparer.Ordinal));
    }

    private static async Task<long> DroppedAsync(Instance sluice) =>
        (long)(await sluice.Api.LedgerAsync("logs"))["exporters"]!.AsArray().Single(line => (string?)line!["exporter"] == "file/missing")!["dropped"]!;

    private static IEnumerable<(string Signal, string Name)> Records(Instance sluice, string file) => Envelopes.ReadFile(sluice.PathOf(file))
        .Select(record => ((string)record["signal"]!, ((string?)record["body"])?.Split(' ')[0] ?? ""));
}
