using System.Text.Json;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Cli;

/// <summary><c>sluice journal</c> on the journal of a real Sluice, while it runs and after it has stopped.</summary>
public sealed class JournalCommandTests : IDisposable
{
    private const string Configuration =
        """
        exporters: {file: {path: out.jsonl, format: json_lines}}
        service:
          journal: {type: disk, max_size: 64MiB, max_group_size: 1MiB}
          pipelines: {logs: {receivers: [otlp], exporters: [file]}}
        """;

    private readonly string _directory = SluiceProcess.CreateDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Status_verify_and_dump_tell_of_a_running_journal_and_of_one_left_behind()
    {
        await using (var instance = await StartAsync())
        {
            await SendAsync(instance);

            // Nothing is written to the journal any more when all is delivered: then it does not change while it is looked at.
            JsonElement running = default;
            await Eventually.TrueAsync(
                async () =>
                {
                    running = await StatusAsync();
                    return running.GetProperty("is_consistent").GetBoolean() && running.GetProperty("consumers").EnumerateArray().Select(consumer => consumer.GetProperty("lag_records").GetInt64()).ToArray() is [0];
                },
                () => $"the file is written, and the journal at rest: {running}");

            Assert.Equal(instance.Process.Id, running.GetProperty("holder").GetProperty("process_id").GetInt32());
            Assert.Equal(64 << 20, running.GetProperty("max_size").GetInt64());
            Assert.Equal(2, running.GetProperty("topics")[0].GetProperty("records").GetInt64());
            await AssertVerifiedAsync();
            Assert.Equal(0, await instance.Process.StopAsync());
        }

        var stopped = await StatusAsync();
        Assert.False(stopped.TryGetProperty("holder", out _));
        var (_, text, _) = await RunAsync("status");
        Assert.Contains("in use by nobody\n", text, StringComparison.Ordinal);
        Assert.Contains("consumers: 1\n", text, StringComparison.Ordinal);
        await AssertVerifiedAsync();

        var (dumped, groups, problems) = await RunAsync("dump", "--topic", "logs", "--json");
        Assert.Equal((0, ""), (dumped, problems));
        var group = JsonDocument.Parse(Assert.Single(groups.TrimEnd().Split('\n'))).RootElement;
        Assert.Equal((2, "logs"), (group.GetProperty("records").GetInt32(), group.GetProperty("entries")[0].GetProperty("topic").GetString()));

        // What the journal holds is what the exporter wrote, to the byte.
        var (exitCode, records, errors) = await RunAsync("dump", "--payload");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_directory, "out.jsonl")), records);
    }

    [Fact]
    public async Task A_flipped_bit_is_found_and_costs_the_exit_code()
    {
        await using (var instance = await StartAsync())
        {
            await SendAsync(instance);
            Assert.Equal(0, await instance.Process.StopAsync());
        }

        var segment = Path.Combine(_directory, "sluice-data", "journal", "00000001.segment");
        var bytes = await File.ReadAllBytesAsync(segment);
        var at = bytes.AsSpan().IndexOf("first record"u8);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);

        var (exitCode, output, _) = await RunAsync("verify");

        Assert.Equal(1, exitCode);
        Assert.Contains("its entry for topic 'logs' (2 records) do not match their checksum\n", output, StringComparison.Ordinal);
        Assert.Contains(": 1 fault in ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no directory", "status")]
    [InlineData("There is no directory", "verify", "--json")]
    [InlineData("--max-size takes a size such as", "status", "--max-size", "much")]
    [InlineData("--from takes the number of a group", "dump", "--from", "yesterday")]
    [InlineData("--payload prints records", "dump", "--payload", "--json")]
    [InlineData("--limit takes a number from 1", "dump", "--limit", "0")]
    public async Task What_is_wrong_is_explained_on_stderr_alone(string expected, params string[] arguments)
    {
        var (exitCode, output, error) = await SluiceProcess.RunAsync(["journal", .. arguments, "--directory", "nowhere"], _directory);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory, "nowhere")));
    }

    private static Task SendAsync(Instance instance) =>
        instance.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "first record", "second record"));

    private async Task<Instance> StartAsync()
    {
        var instance = await Instance.StartAsync(Configuration, _directory);
        instance.Process.OwnsDirectory = false;
        return instance;
    }

    private async Task<JsonElement> StatusAsync()
    {
        var (exitCode, output, error) = await RunAsync("status", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task AssertVerifiedAsync()
    {
        var (exitCode, output, error) = await RunAsync("verify", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var found = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, 2), (found.GetProperty("faults").GetArrayLength(), found.GetProperty("records").GetInt32()));
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params IEnumerable<string> arguments) => SluiceProcess.RunAsync(
        ["journal", .. arguments, "--config", "base.yaml", "--config", "test.yaml", "--data-dir", "sluice-data"], _directory);
}
