using System.Text.Json.Nodes;
using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Replays;

/// <summary>Records sent again by the commands, as an operator would after a sink lost its data.</summary>
public sealed class ReplayTests
{
    private const string ToFile =
        """
        exporters:
          file:
            path: out/records.jsonl
            format: json_lines
            retry_on_failure: {enabled: false}
        service:
          pipelines: {logs: {receivers: [otlp], exporters: [file]}}
        """;

    /// <summary>Waits for a directory that is missing, and lets little wait.</summary>
    private const string ToFileSlowly =
        """
        exporters:
          file:
            path: out/records.jsonl
            format: json_lines
            retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}
            sending_queue: {batch: {min_size: 100, max_size: 100}}
        service:
          journal: {max_size: 64MiB, max_group_size: 1MiB, consumer_window: 1MiB}
          pipelines: {logs: {receivers: [otlp], exporters: [file]}}
        """;

    [Theory]
    [InlineData("disk")]
    [InlineData("memory")]
    public async Task A_sink_that_lost_its_file_gets_the_records_again_once_and_under_their_ids(string journal)
    {
        await using var sluice = await StartAsync(journal);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one", "two"));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "three"));
        await sluice.Api.ExpectSettledAsync("logs", 3, "file");
        var before = Envelopes.ReadFile(Out(sluice));
        File.Delete(Out(sluice));

        var (exitCode, output, error) = await RunAsync(sluice, "replay", "--consumer", "file", "--since", "-1h", "--json");

        Assert.True(exitCode == 0, error);
        var replay = JsonNode.Parse(output)!;
        Assert.Equal(("done", 3, 3, 0), ((string?)replay["state"], (int)replay["found"]!, (int)replay["replayed"]!, (int)replay["pending"]!));
        Assert.Equal(before.Select(Envelopes.Canonical), Envelopes.ReadFile(Out(sluice)).Select(Envelopes.Canonical));
        var ledger = await sluice.Api.GetAsync("ledger");
        Assert.True((bool)ledger["balanced"]!);
        Assert.Equal((3, 3, 0), ((int)ledger["replays"]![0]!["replayed"]!, (int)ledger["replays"]![0]!["delivered"]!, (int)ledger["replays"]![0]!["pending"]!));
        Assert.Contains("sluice_replay_appended_records_total{exporter=\"file\"} 3", await sluice.GetAsync("metrics", "/metrics"), StringComparison.Ordinal);

        var none = await RunAsync(sluice, "replay", "--consumer", "file", "--since", "now");
        Assert.Equal(0, none.ExitCode);
        Assert.Contains("done, 0 of", none.Output, StringComparison.Ordinal);
        Assert.Equal(3, Envelopes.ReadFile(Out(sluice)).Count);
        var list = await RunAsync(sluice, "replay", "list");
        Assert.Equal(2, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_replay_goes_on_after_kills_and_sends_every_record_once()
    {
        const int Requests = 400;
        const int Records = Requests * Flood.RecordsPerRequest;
        var directory = SluiceProcess.CreateDirectory();
        List<string> before;
        await using (var first = await StartAsync(ToFileSlowly, directory))
        {
            await using var flood = Flood.Start(first.Otlp, maxRequests: Requests, padding: 1000);
            await flood.WhenEndedAsync();
            await first.Api.ExpectSettledAsync("logs", Records, "file");
            before = Sorted(first);

            // Nothing can be delivered, so the replay appends what may wait, and then waits itself.
            Directory.Delete(first.PathOf("out"), recursive: true);
            var command = RunAsync(first, "replay", "--consumer", "file", "--since", "-1h");
            JsonNode? replay = null;
            await Eventually.TrueAsync(
                async () =>
                {
                    replay = (await first.Api.GetAsync("replays"))["replays"]!.AsArray().SingleOrDefault();
                    return replay?["waiting_for"] is not null;
                },
                () => $"the replay waits for the exporter: {replay}");
            Assert.InRange((int)replay!["replayed"]!, 1, Records - 1);
            await KillAsync(first);
            var (exitCode, _, error) = await command;
            Assert.Equal(1, exitCode);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        }

        Directory.CreateDirectory(Path.Combine(directory, "out"));
        await using (var second = await StartAsync(ToFileSlowly, directory))
        {
            // In the middle of delivery, for which the file's cursor is cut back.
            await Eventually.TrueAsync(() => File.Exists(Out(second)) && new FileInfo(Out(second)).Length > 0, "records arrive");
            await KillAsync(second);
        }

        await using var third = await StartAsync(ToFileSlowly, directory);
        JsonNode? done = null;
        await Eventually.TrueAsync(
            async () =>
            {
                done = (await third.Api.GetAsync("replays"))["replays"]!.AsArray().Single();
                return (string?)done!["state"] == "done" && (int)done["pending"]! == 0;
            },
            () => $"the replay is done: {done}");
        Assert.Equal((Records, Records), ((int)done!["found"]!, (int)done["replayed"]!));
        Assert.Equal(before, Sorted(third));
        var ledger = await third.Api.GetAsync("ledger");
        Assert.True((bool)ledger["balanced"]!);
        Assert.Equal((Records, Records, 0), ((int)ledger["replays"]![0]!["replayed"]!, (int)ledger["replays"]![0]!["delivered"]!, (int)ledger["replays"]![0]!["pending"]!));
        Assert.Equal(0, await third.Process.StopAsync());

        static List<string> Sorted(Instance sluice) => [.. Envelopes.ReadFile(Out(sluice)).Select(Envelopes.Canonical).Order(StringComparer.Ordinal)];

        static async Task KillAsync(Instance sluice)
        {
            sluice.Process.OwnsDirectory = false;
            sluice.Process.Kill();
            await sluice.Process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_explained()
    {
        await using var sluice = await StartAsync();

        await ExpectAsync("expected --consumer ID and --since TIME", "replay", "--consumer", "file");
        await ExpectAsync("There is no exporter \"fiel\" in a pipeline of this instance; expected one of file", "replay", "--consumer", "fiel", "--since", "-1h");
        await ExpectAsync("\"soon\" is not a time; expected a time such as", "replay", "--consumer", "file", "--since", "soon");
        await ExpectAsync("There is no replay zz", "replay", "cancel", "zz");
        await ExpectAsync("There is no dead letter zz", "dead-letters", "show", "zz");
        await ExpectAsync("Nothing says which dead letters are meant; expected a filter, ids, or all: true", "dead-letters", "replay");

        async Task ExpectAsync(string message, params string[] arguments)
        {
            var (exitCode, output, error) = await RunAsync(sluice, arguments);
            Assert.Equal((1, ""), (exitCode, output));
            Assert.Contains(message, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Dead_letters_are_listed_shown_and_replayed()
    {
        await using var sluice = await StartAsync();
        Directory.Delete(sluice.PathOf("out"), recursive: true);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one", "two\u001b"));
        await Eventually.TrueAsync(async () => (int)(await sluice.Api.GetAsync("status"))["dead_letters"]!["added"]! == 2, () => "both are refused");

        var list = await RunAsync(sluice, "dead-letters", "list", "--component", "file", "--reason", "does not exist");
        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        var lines = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("ID ", lines[0], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        var id = lines[2].Split(' ')[0];
        var shown = await RunAsync(sluice, "dead-letters", "show", id);
        Assert.Contains("\"service.name\": \"shop\"", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown.Output);
        var offline = await SluiceProcess.RunAsync(["dead-letters", "list", "--json", "--data-dir", sluice.Process.DataDirectory]);
        Assert.Equal([lines[1].Split(' ')[0], id], Envelopes.ReadLines(offline.Output).Select(letter => (string)letter["id"]!));

        Directory.CreateDirectory(sluice.PathOf("out"));
        var one = await RunAsync(sluice, "dead-letters", "replay", id);
        Assert.True(one.ExitCode == 0, one.Error);
        Assert.Contains("done, 1 of 1 records appended, 0 to deliver", one.Output, StringComparison.Ordinal);
        Assert.Equal("two\u001b", (string?)Assert.Single(Envelopes.ReadFile(Out(sluice)))["body"]);
        var all = await RunAsync(sluice, "dead-letters", "replay", "--all");
        Assert.True(all.ExitCode == 0, all.Error);
        Assert.Equal(["one", "two\u001b"], Envelopes.ReadFile(Out(sluice)).Select(record => (string?)record["body"]).Order(StringComparer.Ordinal));
        Assert.Equal((0, ""), ((await RunAsync(sluice, "dead-letters", "list")) is var left ? (left.ExitCode, left.Output) : default));
        Assert.Contains("sluice_dead_letter_replayed_records_total 2", await sluice.GetAsync("metrics", "/metrics"), StringComparison.Ordinal);
    }

    private static async Task<Instance> StartAsync(string configuration, string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, "out"));
        return await Instance.StartAsync(configuration, directory);
    }

    private static async Task<Instance> StartAsync(string journal = "disk")
    {
        var directory = SluiceProcess.CreateDirectory();
        Directory.CreateDirectory(Path.Combine(directory, "out"));
        return await Instance.StartAsync(ToFile, directory, extra: $"service: {{journal: {{type: {journal}}}}}");
    }

    private static string Out(Instance sluice) => sluice.PathOf(Path.Combine("out", "records.jsonl"));

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(Instance sluice, params string[] arguments) =>
        SluiceProcess.RunAsync([.. arguments, "--api", $"http://{sluice.Process.Endpoints["api"]}"]);
}
