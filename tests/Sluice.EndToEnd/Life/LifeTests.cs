using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Life;

/// <summary>From start to exit, as a user and a service manager see it.</summary>
public sealed class LifeTests
{
    private const string StoreAndFile =
        """
        exporters:
          store:
          file: {path: out.jsonl, format: json_lines, append: true}
        service:
          pipelines:
            logs: {receivers: [otlp], exporters: [store, file]}
        """;

    /// <summary>An exporter that cannot deliver: its directory is missing.</summary>
    private const string Stalled =
        """
        exporters:
          file: {path: missing/out.jsonl, format: json_lines, retry_on_failure: {initial_interval: 100ms, max_interval: 100ms}}
        service:
          shutdown_timeout: 300ms
          pipelines:
            logs: {receivers: [otlp], exporters: [file]}
        """;

    /// <summary>The exit code then tells whether the drain came to its deadline.</summary>
    private static readonly string[] InMemory = ["--set", "service::journal::type=memory"];

    [Fact]
    public async Task The_default_configuration_starts_says_what_listens_and_makes_a_record_searchable()
    {
        await using var sluice = await Instance.StartDefaultAsync();

        Assert.Equal(["api", "health_check", "metrics", "otlp/grpc", "otlp/http"], sluice.Process.Endpoints.Keys.Order(StringComparer.Ordinal));
        foreach (var said in sluice.Process.Endpoints.Values.Append("sluice search"))
        {
            await sluice.Process.ExpectOutputAsync(said);
        }


        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "the kettle is hot"));
        var found = await Eventually.NotNullAsync(
            async () => (await sluice.Api.LogsAsync("q=kettle")).SingleOrDefault(), "the record is searchable");
        Assert.Equal("the kettle is hot", (string?)found["body"]);
        Assert.Equal("shop", (string?)found["service"]);
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Fact]
    public async Task Stopped_under_load_it_delivers_every_acknowledged_record_and_exits_with_0()
    {
        await using var sluice = await Instance.StartAsync(StoreAndFile);
        await using var flood = Flood.Start(sluice.Otlp, maxRequests: 10_000 / Flood.RecordsPerRequest);
        await Eventually.TrueAsync(() => flood.Acknowledged.Count > 1000, "records are acknowledged");
        sluice.Process.Terminate();
        await flood.WhenEndedAsync();

        Assert.Equal(0, await sluice.Process.WaitForExitAsync());
        var written = Envelopes.ReadFile(sluice.PathOf("out.jsonl")).Select(record => (string)record["body"]!).ToList();
        var stored = (await SearchTool.FindOfflineAsync(sluice.Process)).Select(record => (string)record["body"]!).ToList();
        Assert.Equal(written.Count, written.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(flood.Acknowledged.Except(written, StringComparer.Ordinal));
        Assert.Equal(written.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task On_one_processor_searches_and_senders_are_answered_beside_each_other()
    {
        var oneProcessor = new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "1" };
        await using var sluice = await Instance.StartAsync(StoreAndFile, environment: oneProcessor);
        await using var flood = Flood.Start(sluice.Otlp, maxRequests: 10_000 / Flood.RecordsPerRequest);
        for (var searches = 0; searches < 10; searches++)
        {
            var before = flood.Acknowledged.Count;
            await sluice.Api.LogsAsync("q=request");
            await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", $"between {before} and more"));
        }

        await flood.WhenEndedAsync();
        Assert.Equal(0, await sluice.Process.StopAsync());
        var written = Envelopes.ReadFile(sluice.PathOf("out.jsonl")).Select(record => (string)record["body"]!).ToList();
        Assert.Empty(flood.Acknowledged.Except(written, StringComparer.Ordinal));
        Assert.Equal(10, written.Count(body => body.StartsWith("between", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_second_instance_on_the_same_data_directory_is_refused()
    {
        await using var first = await Instance.StartDefaultAsync();

        var second = await SluiceProcess.RunAsync(["--data-dir", first.Process.DataDirectory, .. SluiceProcess.FreePorts], first.Process.Directory);

        Assert.Equal(1, second.ExitCode);
        Assert.Empty(second.Output);
        Assert.Contains(first.Process.DataDirectory, second.Error, StringComparison.Ordinal);
        Assert.Contains($"process id {first.Process.Id}", second.Error, StringComparison.Ordinal);
        await first.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "still here"));
        Assert.Equal(0, await first.Process.StopAsync());
    }

    [Theory]
    [InlineData("otlp/grpc", "receivers::otlp::protocols::grpc::endpoint")]
    [InlineData("otlp/http", "receivers::otlp::protocols::http::endpoint")]
    [InlineData("health_check", "extensions::health_check::endpoint")]
    [InlineData("metrics", "service::telemetry::metrics::address")]
    [InlineData("api", "service::api::endpoint")]
    public async Task A_port_in_use_is_named_with_its_key(string endpoint, string key)
    {
        await using var first = await Instance.StartDefaultAsync();
        var address = first.Process.Endpoints[endpoint];

        var second = await SluiceProcess.RunAsync(
            ["--data-dir", first.PathOf("other"), .. SluiceProcess.FreePorts, "--set", $"{key}={address}"], first.Process.Directory);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains(key, second.Error, StringComparison.Ordinal);
        Assert.Contains(address, second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ready_file_that_cannot_be_written_is_named()
    {
        var directory = SluiceProcess.CreateDirectory();
        var (exitCode, output, error) = await SluiceProcess.RunAsync(["--ready-file", "nowhere/ready.json", .. SluiceProcess.FreePorts], directory);
        Directory.Delete(directory, recursive: true);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("--ready-file: nowhere/ready.json cannot be written", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drain_that_reaches_its_deadline_reports_how_many_records_a_journal_in_memory_loses_and_exits_with_3()
    {
        await using var sluice = await Instance.StartAsync(Stalled, arguments: InMemory);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "a", "b", "c"));

        Assert.Equal(3, await sluice.Process.StopAsync());
        Assert.Contains("3 deliveries undone; the journal is in memory, so they are lost", sluice.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_the_drain_at_once()
    {
        await using var sluice = await Instance.StartAsync(Stalled, arguments: ["--set", "service::shutdown_timeout=1h"]);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "a"));
        sluice.Process.Terminate();
        var exit = sluice.Process.WaitForExitAsync();
        await Eventually.TrueAsync(
            () =>
            {
                if (!exit.IsCompleted)
                {
                    sluice.Process.Terminate();
                }

                return exit.IsCompleted;
            },
            "a signal behind the first ends it");

        Assert.Equal(128 + 15, await exit);
        Assert.Contains("Stopping", sluice.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_request_to_stop_that_arrives_twice_does_not_cut_the_drain_off()
    {
        await using var sluice = await Instance.StartAsync(Stalled, arguments: ["--set", "service::shutdown_timeout=2s", .. InMemory]);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "a"));
        sluice.Process.Terminate();
        sluice.Process.Terminate();

        Assert.Equal(3, await sluice.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task A_restart_keeps_what_the_store_and_the_file_have_and_adds_nothing_twice()
    {
        await using var first = await Instance.StartAsync(StoreAndFile);
        await first.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "before one", "before two"));
        Assert.Equal(0, await first.Process.StopAsync());
        var before = await SearchTool.FindOfflineAsync(first.Process);
        Assert.Equal(2, before.Count);

        await using var second = await Instance.StartAsync(StoreAndFile, first.Process.Directory);
        Assert.Equal(Texts(before), Texts(await second.Api.LogsAsync("service=shop")));
        await second.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "after"));
        await Eventually.TrueAsync(async () => (await second.Api.LogsAsync("service=shop")).Count == 3, () => "the new record is searchable beside the old ones");
        Assert.Equal(0, await second.Process.StopAsync());
        Assert.Equal(["before one", "before two", "after"], Envelopes.ReadFile(second.PathOf("out.jsonl")).Select(record => (string?)record["body"]));
    }

    private static IEnumerable<string> Texts(IEnumerable<JsonObject> records) => records.Select(record => Envelopes.Canonical(record)).Order(StringComparer.Ordinal);
}
