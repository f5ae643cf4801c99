using System.Net;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Disk;

/// <summary>
/// A disk that is full, cuts a write short, or becomes read-only under the journal: senders are told to wait, the health page says why,
/// and when the disk works again so does Sluice, without a restart where the system allows that.
/// </summary>
public sealed class FaultyDiskTests : IAsyncLifetime
{
    private const int Senders = 2;

    /// <summary>A journal is degraded for a minute after a flush that took a second.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private const string FileOnly =
        """
        exporters:
          file: {path: out.jsonl, format: json_lines, retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}}
        service:
          journal: {type: disk, max_size: 16MiB, max_group_size: 1MiB, max_wait: 100ms, consumer_window: 1MiB}
          pipelines:
            logs: {receivers: [otlp], exporters: [file]}
        """;

    /// <summary>Its directory is missing.</summary>
    private const string Stalled =
        """
        exporters:
          file: {path: later/out.jsonl}
        """;

    private readonly string _directory = SluiceProcess.CreateDirectory();
    private SmallDisk? _disk;

    private string JournalDirectory => Path.Combine(_directory, "disk", "journal");

    private string[] Arguments => ["--data-dir", Path.Combine(_directory, "data"), "--set", $"service::journal::directory={JournalDirectory}"];

    public async ValueTask InitializeAsync() => _disk = await SmallDisk.TryCreateAsync(_directory, megabytes: 40);

    public async ValueTask DisposeAsync()
    {
        if (_disk is not null)
        {
            await _disk.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_write_that_is_cut_in_the_middle_is_refused_and_nothing_of_it_is_ever_seen()
    {
        await using (var sluice = await StartAsync(FileOnly))
        {
            await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one"));

            // The first segment is an eighth of 2 MiB long: the record would fit, and the limit is in the middle of it.
            sluice.Process.LimitFileSize(100 << 10);
            using var refused = await sluice.Otlp.PostAsync(Signal.Logs, OtlpClient.Logs("shop", new string('x', 150_000)));
            await ExpectRefusedAsync(refused);
            await Eventually.TrueAsync(() => sluice.Process.Output.Contains("could not write", StringComparison.Ordinal), "the log says so");

            // The reserve took the place of the segment that failed, and no other file can be made before the limit is gone.
            sluice.Process.LimitFileSize(null);
            await EventuallyTakenAsync(sluice, OtlpClient.Logs("shop", "two"));
            await EventuallyTakenAsync(sluice, OtlpClient.Logs("shop", new string('y', 150_000)));
            await sluice.Api.ExpectSettledAsync("logs", 3, "file");
            sluice.Process.Kill();
            await sluice.Process.WaitForExitAsync();
        }

        await using var again = await StartAsync(FileOnly);
        await again.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "three"));
        await again.Api.ExpectSettledAsync("logs", 4, "file");
        Assert.Equal(["one", "two", "yyy", "three"], Bodies(again).Select(body => body.Length > 10 ? body[..3] : body));
        Assert.Equal(0, await again.Process.StopAsync());
    }

    [Fact]
    public async Task A_full_disk_refuses_with_a_delay_until_there_is_space_and_loses_nothing()
    {
        // What is sent before leaves most of the journal's max_size: it is the disk that is full, and there is room when it is not any more.
        var limit = 2000;
        await using var sluice = await StartAsync(FileOnly, Stalled);
        await using var flood = Flood.Start(sluice.Otlp, senders: Senders, padding: 1000, mayGoOn: sent => sent < Volatile.Read(ref limit));
        await Eventually.TrueAsync(() => flood.Acknowledged.Count > 1000, "records are acknowledged");
        TakeSpace(sluice, taken: true);
        Volatile.Write(ref limit, int.MaxValue);
        await Eventually.TrueAsync(() => flood.Refusals.Values.Sum() > 20, "requests are refused");
        using var refused = await sluice.Otlp.PostAsync(Signal.Logs, OtlpClient.Logs("flood", new string('x', 500_000)));
        await ExpectRefusedAsync(refused);
        await ExpectJournalAsync(sluice, "degraded");

        TakeSpace(sluice, taken: false);
        var before = flood.Acknowledged.Count;
        await Eventually.TrueAsync(() => flood.Acknowledged.Count > before + 1000, "records are acknowledged again");
        await flood.EndAsync();
        Directory.CreateDirectory(sluice.PathOf("later"));
        await sluice.Api.ExpectSettledAsync("logs", flood.Acknowledged.Count, "file");
        Assert.Equal(flood.Acknowledged.Order(StringComparer.Ordinal), Bodies(sluice, "later/out.jsonl").Order(StringComparer.Ordinal));
        await ExpectJournalAsync(sluice, "healthy");
        Assert.All(flood.Refusals.Keys, code => Assert.True(code is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, code.ToString()));
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Fact]
    public async Task A_disk_that_becomes_read_only_refuses_with_a_delay_and_everything_acknowledged_is_there_after_its_repair()
    {
        List<string> acknowledged;
        await using (var sluice = await StartAsync(FileOnly, Stalled))
        {
            await using var flood = Flood.Start(sluice.Otlp, senders: Senders, padding: 1000);
            await Eventually.TrueAsync(() => flood.Acknowledged.Count > 1000, "records are acknowledged");
            await MakeReadOnlyAsync(sluice);
            await Eventually.TrueAsync(() => flood.Refusals.Values.Sum() > 20, "requests are refused");
            using var refused = await sluice.Otlp.PostAsync(Signal.Logs, OtlpClient.Logs("flood", "x"));
            await ExpectRefusedAsync(refused);
            await ExpectJournalAsync(sluice, "degraded");
            await flood.EndAsync();
            acknowledged = [.. flood.Acknowledged];
            sluice.Process.Kill();
            await sluice.Process.WaitForExitAsync();
        }

        await (_disk?.RepairAsync() ?? Task.CompletedTask);
        await using var again = await StartAsync(FileOnly, Stalled);
        Directory.CreateDirectory(again.PathOf("later"));
        await Eventually.TrueAsync(
            async () => (long)(await again.Api.LedgerAsync("logs"))["exporters"]!.AsArray().Single()!["pending"]! == 0, () => "everything is delivered");
        var written = Bodies(again, "later/out.jsonl");
        await again.Api.ExpectSettledAsync("logs", written.Count, "file");
        Assert.Equal(written.Count, written.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(acknowledged.Except(written, StringComparer.Ordinal));

        // What was being flushed when the disk failed was refused, since nobody could know whether the disk has it. If it has, it has all of it.
        var unknown = written.Except(acknowledged, StringComparer.Ordinal).GroupBy(body => body.Split('n')[0]).ToList();
        Assert.InRange(unknown.Count, 0, Senders);
        Assert.All(unknown, request => Assert.Equal(Flood.RecordsPerRequest, request.Count()));
        Assert.Equal(0, await again.Process.StopAsync());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_named_at_the_start()
    {
        await using (var first = await StartAsync(FileOnly))
        {
            Assert.Equal(0, await first.Process.StopAsync());
        }

        // Without a disk of our own, a directory in which not even root makes files.
        await (_disk?.SetReadOnlyAsync() ?? Task.CompletedTask);
        var directory = _disk is null ? "/sys/kernel" : JournalDirectory;

        var second = await SluiceProcess.RunAsync(
            ["--config", "base.yaml", "--config", "test.yaml", .. Arguments, "--set", $"service::journal::directory={directory}"],
            Path.Combine(_directory, "work"));

        Assert.Equal((1, ""), (second.ExitCode, second.Output));
        Assert.Contains($"service::journal: {directory} cannot be used", second.Error, StringComparison.Ordinal);
        Assert.Contains(_disk is null ? "" : "Read-only file system", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
    }

    private static async Task ExpectRefusedAsync(HttpResponseMessage response)
    {
        Assert.True(
            response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests,
            $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private static Task EventuallyTakenAsync(Instance sluice, Google.Protobuf.IMessage request) => Eventually.TrueAsync(
        async () =>
        {
            using var response = await sluice.Otlp.PostAsync(Signal.Logs, request);
            return response.StatusCode == HttpStatusCode.OK;
        },
        () => $"it is taken:\n{sluice.Process.Output}");

    private static async Task ExpectJournalAsync(Instance sluice, string state)
    {
        JsonNode? journal = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var page = JsonNode.Parse(await sluice.GetAsync("health_check", "/ready"))!;
                journal = page["components"]!.AsArray().Single(entry => (string?)entry!["id"] == "journal");
                return (string?)journal!["state"] == state;
            },
            () => $"the journal is {state}: {journal}\n{sluice.Process.Output}",
            Deadline);
    }

    private static List<string> Bodies(Instance sluice, string file = "out.jsonl") =>
        [.. Envelopes.ReadFile(sluice.PathOf(file)).Select(record => ((string)record["body"]!).Split(' ')[0])];

    private async Task<Instance> StartAsync(string configuration, string extra = "")
    {
        var work = Directory.CreateDirectory(Path.Combine(_directory, "work")).FullName;
        var sluice = await Instance.StartAsync(configuration, work, extra, arguments: Arguments);
        sluice.Process.OwnsDirectory = false;
        return sluice;
    }

    /// <summary>Without a disk of our own, the system forbids longer files, which fails the same calls.</summary>
    private void TakeSpace(Instance sluice, bool taken)
    {
        if (_disk is null)
        {
            sluice.Process.LimitFileSize(taken ? 0 : null);
        }
        else if (taken)
        {
            _disk.Fill();
        }
        else
        {
            _disk.Free();
        }
    }

    private async Task MakeReadOnlyAsync(Instance sluice)
    {
        if (_disk is null)
        {
            sluice.Process.LimitFileSize(0);
        }
        else
        {
            await _disk.BreakAsync();
        }
    }
}
