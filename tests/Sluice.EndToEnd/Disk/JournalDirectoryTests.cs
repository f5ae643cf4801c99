using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Disk;

/// <summary>What people and disks do to the directory of a journal while nobody looks, and what Sluice says about it.</summary>
public sealed class JournalDirectoryTests : IDisposable
{
    private const string FileOnly =
        """
        exporters:
          file: {path: out.jsonl, format: json_lines, retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}}
        service:
          journal: {type: disk, max_size: 16MiB, max_group_size: 1MiB, consumer_window: 1MiB}
          pipelines:
            logs: {receivers: [otlp], exporters: [file]}
        """;

    /// <summary>Its directory is missing.</summary>
    private const string Stalled =
        """
        exporters:
          file: {path: later/out.jsonl}
        service:
          shutdown_timeout: 300ms
        """;

    private readonly string _root = SluiceProcess.CreateDirectory();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Two_instances_go_on_with_copies_of_one_data_directory_and_neither_touches_the_other()
    {
        await RunAsync("original", FileOnly, "", sluice => SendAsync(sluice, "before"));
        CopyData("original", "copy", "sluice-data");

        await using var original = await StartAsync("original", FileOnly);
        await using var copy = await StartAsync("copy", FileOnly);
        await SendAsync(original, "to the original");
        await SendAsync(copy, "to the copy");
        await Eventually.TrueAsync(() => BodiesSoFar("original").Count == 2 && BodiesSoFar("copy").Count == 1, "both deliver");
        Assert.Equal(0, await original.Process.StopAsync());
        Assert.Equal(0, await copy.Process.StopAsync());

        Assert.Equal(["before", "to the original"], Bodies("original"));
        Assert.Equal(["to the copy"], Bodies("copy"));
        Assert.Equal(3, Ids("original").Concat(Ids("copy")).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_journal_copied_into_a_new_data_directory_goes_on_and_is_named()
    {
        await RunAsync("original", FileOnly, "", sluice => SendAsync(sluice, "before"));
        CopyData("original", "copy", "sluice-data/journal");

        await RunAsync("copy", FileOnly, "", async sluice =>
        {
            await ExpectWarningAsync(sluice, "was not made for this data directory: it was copied or moved here");
            await SendAsync(sluice, "behind");
        });

        Assert.Equal(["before"], Bodies("original"));
        Assert.Equal(["behind"], Bodies("copy"));
    }

    [Fact]
    public async Task An_emptied_journal_directory_is_begun_again_and_said_to_be_gone()
    {
        await RunAsync("home", FileOnly, "", sluice => SendAsync(sluice, "before"));
        foreach (var file in Directory.GetFiles(JournalOf("home")))
        {
            File.Delete(file);
        }

        await RunAsync("home", FileOnly, "", async sluice =>
        {
            await ExpectWarningAsync(sluice, "The journal that this data directory had is gone");
            await SendAsync(sluice, "behind");
            await sluice.Api.ExpectSettledAsync("logs", 1, "file");
        });
    }

    [Fact]
    public async Task The_journal_of_another_instance_goes_on_and_is_named()
    {
        await RunAsync("home", FileOnly, "", sluice => SendAsync(sluice, "at home"));
        await RunAsync("other", FileOnly, Stalled, sluice => SendAsync(sluice, "of the other"), exitCode: null);
        Directory.Delete(JournalOf("home"), recursive: true);
        CopyData("other", "home", "sluice-data/journal");

        await RunAsync("home", FileOnly, "", async sluice =>
        {
            await ExpectWarningAsync(sluice, "is not the one that this data directory had before");
            await Eventually.TrueAsync(() => AllBodies("home").Contains("of the other"), "what the other had not delivered is delivered here");
        });
    }

    [Fact]
    public async Task A_second_process_is_told_who_holds_the_journal()
    {
        await using var first = await StartAsync("first", FileOnly);
        Directory.CreateDirectory(Path.Combine(_root, "second"));
        await File.WriteAllTextAsync(Path.Combine(_root, "second", "sluice.yaml"), Instance.Base + "\n");

        var second = await SluiceProcess.RunAsync(
            ["--config", "base.yaml", "--config", "test.yaml", "--data-dir", Path.Combine(_root, "second"), "--set", $"service::journal::directory={JournalOf("first")}"],
            first.Process.Directory);

        Assert.Equal((1, ""), (second.ExitCode, second.Output));
        Assert.Contains($"{JournalOf("first")} is in use by another Sluice", second.Error, StringComparison.Ordinal);
        Assert.Contains(first.Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), second.Error, StringComparison.Ordinal);
        await SendAsync(first, "still here");
        await Eventually.TrueAsync(() => BodiesSoFar("first").Count == 1, "the first goes on");
        Assert.Equal(0, await first.Process.StopAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_segment_of_zeros_or_noise_is_named_and_exactly_what_it_held_is_counted_as_corrupt(bool noise)
    {
        await RunAsync("home", FileOnly, Stalled, sluice => SendAsync(sluice, "find me", "and me"), exitCode: null);
        var segment = SegmentWith("home", "find me");
        var bytes = new byte[new FileInfo(segment).Length];
        if (noise)
        {
            RandomNumberGenerator.Fill(bytes);
        }

        await File.WriteAllBytesAsync(segment, bytes);

        await RunAsync("home", FileOnly, "", async sluice =>
        {
            // Zeros are what a file that was prepared for new entries has in it: then only the gap can be named.
            await ExpectWarningAsync(sluice, noise
                ? $"{segment} holds nothing that a segment of a journal holds; it was renamed to {Path.GetFileName(segment)}.damaged"
                : $"1 segment files of the journal in {JournalOf("home")} are missing or destroyed");
            await ExpectWarningAsync(sluice, "lost and counted as corrupt");
            await SendAsync(sluice, "behind");
            JsonNode file = null!;
            await Eventually.TrueAsync(
                async () =>
                {
                    file = (await sluice.Api.LedgerAsync("logs"))["exporters"]!.AsArray().Single()!;
                    return (long)file["pending"]! == 0;
                },
                () => $"what comes next is delivered: {file}");
            Assert.Equal(["behind"], Bodies("home"));
            Assert.Equal((3, 1, 2), ((long)file["subscribed"]!, (long)file["delivered"]!, (long)file["corrupt"]!));
        });
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Damaged_bytes_cost_what_they_held_and_nothing_else(bool inHeader, bool killed)
    {
        await using (var sluice = await StartAsync("home", FileOnly, Stalled))
        {
            // A group each, in a block of its own.
            await SendAsync(sluice, "the first");
            await SendAsync(sluice, "find me", "and me");
            await SendAsync(sluice, "the last");
            if (killed)
            {
                sluice.Process.Kill();
            }
            else
            {
                sluice.Process.Terminate();
            }

            await sluice.Process.WaitForExitAsync();
        }

        var segment = SegmentWith("home", "find me");
        var bytes = await File.ReadAllBytesAsync(segment);
        var at = bytes.AsSpan().IndexOf("find me"u8);
        bytes[inHeader ? at / 4096 * 4096 : at] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);

        await RunAsync("home", FileOnly, "", async sluice =>
        {
            // A group without a header is lost whole, and nobody knows any more whose it was. Damage in an entry is counted by who reads it.
            await ExpectWarningAsync(sluice, inHeader ? "1 groups that had been acknowledged are damaged or missing, with about 2 records" : "is damaged: 2 records");
            await SendAsync(sluice, "behind");
            JsonNode file = null!;
            await Eventually.TrueAsync(
                async () =>
                {
                    file = (await sluice.Api.LedgerAsync("logs"))["exporters"]!.AsArray().Single()!;
                    return (long)file["pending"]! == 0;
                },
                () => $"what comes next is delivered: {file}");
            Assert.Equal(inHeader ? (3, 3, 0) : (5, 3, 2), ((long)file["subscribed"]!, (long)file["delivered"]!, (long)file["corrupt"]!));
            Assert.Contains("sluice_journal_corrupt_groups_total 1\n", await sluice.GetAsync("metrics", "/metrics"), StringComparison.Ordinal);
            Assert.Equal(["the first", "the last", "behind"], Bodies("home"));
        });
    }

    [Fact]
    public async Task A_stray_file_of_zeros_or_noise_takes_nothing_along()
    {
        await RunAsync("home", FileOnly, Stalled, sluice => SendAsync(sluice, "one", "two"), exitCode: null);
        var names = Directory.GetFiles(JournalOf("home"), "*.segment").Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        var size = new FileInfo(Path.Combine(JournalOf("home"), names[0]!)).Length;
        await File.WriteAllBytesAsync(Path.Combine(JournalOf("home"), "90000001.segment"), new byte[size]);
        await File.WriteAllBytesAsync(Path.Combine(JournalOf("home"), "90000002.segment"), RandomNumberGenerator.GetBytes((int)size));
        await File.WriteAllBytesAsync(Path.Combine(JournalOf("home"), "90000003.segment"), []);
        await File.WriteAllTextAsync(Path.Combine(JournalOf("home"), "notes.txt"), "somebody's");

        await RunAsync("home", FileOnly, "", async sluice =>
        {
            await ExpectWarningAsync(sluice, "90000002.segment holds nothing that a segment of a journal holds");
            await sluice.Api.ExpectSettledAsync("logs", 2, "file");
        });
        Assert.Equal(["one", "two"], Bodies("home"));
        Assert.Equal("somebody's", await File.ReadAllTextAsync(Path.Combine(JournalOf("home"), "notes.txt")));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_stops_the_start_and_nothing_is_changed()
    {
        await RunAsync("home", FileOnly, Stalled, sluice => SendAsync(sluice, "find me"), exitCode: null);
        var segment = SegmentWith("home", "find me");
        SetVersion(segment, 2);
        var before = Snapshot("home");

        var started = await SluiceProcess.RunAsync(["--config", "base.yaml", "--config", "test.yaml"], Path.Combine(_root, "home"));

        Assert.Equal((1, ""), (started.ExitCode, started.Output));
        Assert.Contains($"{segment} was written by a later version of Sluice", started.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", started.Error, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot("home"));

        SetVersion(segment, 1);
        await RunAsync("home", FileOnly, "", sluice => sluice.Api.ExpectSettledAsync("logs", 1, "file"));
        Assert.Equal(["find me"], Bodies("home"));
    }

    private static void SetVersion(string segment, byte version)
    {
        // Behind eight bytes that say what the file is.
        using var file = File.OpenHandle(segment, access: FileAccess.Write);
        RandomAccess.Write(file, [version], 8);
    }

    private static Task SendAsync(Instance sluice, params string[] bodies) => sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", bodies));

    private static Task ExpectWarningAsync(Instance sluice, string text) =>
        Eventually.TrueAsync(() => sluice.Process.Output.Contains(text, StringComparison.Ordinal), $"it prints \"{text}\"");

    private string JournalOf(string home) => Path.Combine(_root, home, "sluice-data", "journal");

    private List<string> Bodies(string home) => [.. Envelopes.ReadFile(Path.Combine(_root, home, "out.jsonl")).Select(record => (string)record["body"]!)];

    private List<string> BodiesSoFar(string home) =>
        [.. Envelopes.ReadWholeLines(Path.Combine(_root, home, "out.jsonl")).Select(record => (string)record["body"]!)];

    private List<string> AllBodies(string home) =>
        [.. Directory.GetFiles(Path.Combine(_root, home), "*.jsonl").SelectMany(Envelopes.ReadWholeLines).Select(record => (string)record["body"]!)];

    private IEnumerable<string> Ids(string home) => Envelopes.ReadFile(Path.Combine(_root, home, "out.jsonl")).Select(record => (string)record["id"]!);

    private async Task<Instance> StartAsync(string home, string configuration, string extra = "")
    {
        var sluice = await Instance.StartAsync(configuration, Directory.CreateDirectory(Path.Combine(_root, home)).FullName, extra);
        sluice.Process.OwnsDirectory = false;
        return sluice;
    }

    /// <summary>Starts it, does something, lets it deliver what it can, and stops it.</summary>
    private async Task RunAsync(string home, string configuration, string extra, Func<Instance, Task> act, int? exitCode = 0)
    {
        await using var sluice = await StartAsync(home, configuration, extra);
        await act(sluice);
        var ended = await sluice.Process.StopAsync();
        Assert.True(exitCode is null || exitCode == ended, $"exit code {ended}:\n{sluice.Process.Output}");
    }

    private void CopyData(string from, string to, string part)
    {
        var source = Path.Combine(_root, from, part);
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_root, to, part, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private string SegmentWith(string home, string text) => Directory.GetFiles(JournalOf(home), "*.segment")
        .Single(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <summary>The files with what is in them, but for the one that says which process has the lock.</summary>
    private Dictionary<string, string> Snapshot(string home) => Directory.GetFiles(JournalOf(home)).Where(file => !file.EndsWith(".pid", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
}
