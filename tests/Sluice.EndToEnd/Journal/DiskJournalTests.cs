using System.Text.Json.Nodes;
using Sluice.EndToEnd.SidePorts;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Journal;

/// <summary>The journal on disk as an operator meets it: what outlives the process, what is said, what is shown.</summary>
public sealed class DiskJournalTests
{
    /// <summary>Cannot deliver before its directory is made.</summary>
    private const string Stalled =
        """
        exporters:
          file: {path: later/out.jsonl, format: json_lines, append: true, retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}}
        service:
          shutdown_timeout: 300ms
          journal: {max_size: 8MiB, max_group_size: 1MiB, max_wait: 100ms, consumer_window: 1MiB}
          pipelines:
            logs: {receivers: [otlp], exporters: [file]}
        """;

    /// <summary>A journal is degraded for a minute after a flush that took a second.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_not_delivered_at_the_end_of_a_process_goes_out_after_the_next_start(bool killed)
    {
        await using var first = await Instance.StartAsync(Stalled);
        await first.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one", "two", "three"));
        if (killed)
        {
            first.Process.Kill();
            await first.Process.WaitForExitAsync();
        }
        else
        {
            Assert.Equal(0, await first.Process.StopAsync());
            Assert.Contains("3 deliveries undone; they are in the journal and go out after the next start", first.Process.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(" error ", first.Process.Output, StringComparison.Ordinal);
        }

        Directory.CreateDirectory(first.PathOf("later"));
        await using var second = await Instance.StartAsync(Stalled, first.Process.Directory);

        await second.Api.ExpectSettledAsync("logs", 3, "file");
        Assert.Equal(["one", "two", "three"], Bodies(second));
        Assert.Equal(0, await second.Process.StopAsync());
        Assert.DoesNotContain("journal.id", second.Process.Output, StringComparison.Ordinal);

        // A slow machine makes the server of HTTP warn that its clock is late, which tells nothing of the journal.
        Assert.DoesNotContain(second.Process.Output.Split('\n'), line => line.Contains(" warn ", StringComparison.Ordinal) && !line.Contains("heartbeat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_that_was_emptied_is_told_of_and_a_new_one_begun()
    {
        await using var first = await Instance.StartAsync(Stalled);
        await first.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "lost"));
        Assert.Equal(0, await first.Process.StopAsync());
        Directory.Delete(Path.Combine(first.Process.DataDirectory, "journal"), recursive: true);

        await using var second = await Instance.StartAsync(Stalled, first.Process.Directory);

        await second.Process.ExpectOutputAsync("The journal that this data directory had is gone");
        Directory.CreateDirectory(second.PathOf("later"));
        await second.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "new"));
        await second.Api.ExpectSettledAsync("logs", 1, "file");
        Assert.Equal(["new"], Bodies(second));
        Assert.Equal(0, await second.Process.StopAsync());
    }

    [Fact]
    public async Task A_journal_of_another_instance_is_told_of_and_goes_on_from_its_own_cursors()
    {
        await using var other = await Instance.StartAsync(Stalled);
        await other.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "of the other"));
        Assert.Equal(0, await other.Process.StopAsync());
        await using var first = await Instance.StartAsync(Stalled);
        Assert.Equal(0, await first.Process.StopAsync());
        var journal = Path.Combine(first.Process.DataDirectory, "journal");
        Directory.Delete(journal, recursive: true);
        Directory.Move(Path.Combine(other.Process.DataDirectory, "journal"), journal);
        Directory.CreateDirectory(first.PathOf("later"));

        await using var second = await Instance.StartAsync(Stalled, first.Process.Directory);

        await second.Process.ExpectOutputAsync("is not the one that this data directory had before");
        await second.Api.ExpectSettledAsync("logs", 1, "file");
        Assert.Equal(["of the other"], Bodies(second));
        Assert.Equal(0, await second.Process.StopAsync());
    }

    [Fact]
    public async Task Two_instances_cannot_share_a_journal_whatever_their_data_directories()
    {
        var directory = SluiceProcess.CreateDirectory();
        var journal = Path.Combine(directory, "shared");
        await using var first = await Instance.StartAsync(Stalled, directory, arguments: ["--set", $"service::journal::directory={journal}"]);

        var (exitCode, output, error) = await SluiceProcess.RunAsync(
            ["--data-dir", Path.Combine(directory, "other"), "--set", $"service::journal::directory={journal}", .. SluiceProcess.FreePorts], directory);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"service::journal: {journal} is in use by another Sluice, process id {first.Process.Id}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(0, await first.Process.StopAsync());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_one_is_an_error_that_names_it()
    {
        var directory = SluiceProcess.CreateDirectory();
        var path = Path.Combine(directory, "file");
        await File.WriteAllTextAsync(path, "");

        var (exitCode, output, error) = await SluiceProcess.RunAsync(["--set", $"service::journal::directory={path}", .. SluiceProcess.FreePorts], directory);
        Directory.Delete(directory, recursive: true);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("service::journal: ", error, StringComparison.Ordinal);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_and_status_show_the_disk()
    {
        await using var sluice = await Instance.StartAsync(Stalled);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one", "two"));

        var page = PrometheusPage.Parse(await sluice.GetAsync("metrics", "/metrics"));
        Assert.Equal("histogram", page.Types["sluice_journal_flush_duration_seconds"]);
        Assert.Equal("histogram", page.Types["sluice_journal_flush_size_bytes"]);
        var flushes = page["sluice_journal_flush_groups_count"];
        Assert.True(flushes > 0);
        Assert.Equal(flushes, page["sluice_journal_flush_duration_seconds_bucket{le=\"+Inf\"}"]);
        Assert.True(page["sluice_journal_written_bytes_total"] >= 4096);
        Assert.Equal(0, page["sluice_journal_failed_flushes_total"]);
        Assert.Equal(0, page["sluice_journal_corrupt_groups_total"]);
        Assert.True(page["sluice_journal_segments{state=\"needed\"}"] >= 1);
        Assert.Equal(8 << 20, page["sluice_journal_limit_bytes"]);
        Assert.Equal(2, page["sluice_consumer_lag_records{exporter=\"file\"}"]);

        var journal = (await sluice.Api.GetAsync("status"))["journal"]!;
        Assert.Equal("disk", (string?)journal["kind"]);
        Assert.EndsWith("/sluice-data/journal", (string?)journal["disk"]!["directory"], StringComparison.Ordinal);
        Assert.True((long)journal["disk"]!["flushes"]! > 0);
        Assert.Equal(2, (long)Assert.Single(journal["consumers"]!.AsArray())!["lag_records"]!);
    }

    [Fact]
    public async Task A_journal_that_is_nearly_full_is_degraded_and_ready_and_well_again_when_it_is_delivered()
    {
        await using var sluice = await Instance.StartAsync(Stalled);
        var record = new string('x', 500_000);
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await sluice.Otlp.PostAsync(Signal.Logs, OtlpClient.Logs("shop", record));
                return !answer.IsSuccessStatusCode;
            },
            () => "the journal is full");
        var state = await ExpectJournalAsync(sluice, "degraded");
        Assert.Contains("of its max_size; file lags most", (string?)state["reason"], StringComparison.Ordinal);
        Assert.Equal("ready", (string?)JsonNode.Parse(await sluice.GetAsync("health_check", "/ready"))!["status"]);

        Directory.CreateDirectory(sluice.PathOf("later"));
        await ExpectJournalAsync(sluice, "healthy");
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Fact]
    public async Task An_exporter_that_is_gone_from_the_configuration_is_an_orphan_with_its_lag()
    {
        await using var first = await Instance.StartAsync(Stalled);
        await first.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "left behind"));
        Assert.Equal(0, await first.Process.StopAsync());

        await using var second = await Instance.StartAsync(
            """
            exporters: {nop: }
            service: {pipelines: {logs: {receivers: [otlp], exporters: [nop]}}}
            """,
            first.Process.Directory);

        var page = PrometheusPage.Parse(await second.GetAsync("metrics", "/metrics"));
        Assert.Equal(1, page["sluice_journal_orphans"]);
        Assert.Equal(0, page["sluice_consumer_running{exporter=\"file\"}"]);
        Assert.Equal(1, page["sluice_consumer_lag_records{exporter=\"file\"}"]);
        var orphan = (await second.Api.GetAsync("status"))["journal"]!["consumers"]!.AsArray().Single(consumer => (string?)consumer!["name"] == "file")!;
        Assert.False((bool)orphan["open"]!);
        Assert.NotNull(orphan["orphan_since"]);
        Assert.Equal(0, await second.Process.StopAsync());
    }

    private static async Task<JsonNode> ExpectJournalAsync(Instance sluice, string health)
    {
        JsonNode journal = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                var status = await sluice.Api.GetAsync("status");
                journal = status["components"]!.AsArray().Single(component => (string?)component!["kind"] == "journal")!;
                return (string?)journal["health"] == health;
            },
            () => $"the journal is {health}: {journal}",
            Deadline);
        return journal;
    }

    private static List<string> Bodies(Instance sluice) =>
        [.. Envelopes.ReadFile(sluice.PathOf("later/out.jsonl")).Select(record => (string)record["body"]!)];
}
