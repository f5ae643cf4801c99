using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Replays;

/// <summary>What a destination refuses in part of a request that it takes.</summary>
public sealed class DeadLetterNoteTests
{
    [Fact]
    public async Task A_partial_success_is_counted_and_listed_by_the_instance_and_from_files_where_the_configuration_puts_them()
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.PartialSuccess(1, "one is too old"));
        await using var sluice = await Instance.StartAsync(
            $$"""
            exporters:
              otlp_http: {endpoint: "{{sink.Http}}"}
            service:
              dead_letters: {directory: refused}
              pipelines:
                logs: {receivers: [otlp], exporters: [otlp_http]}
            """);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "a", "b"));
        await Eventually.TrueAsync(
            async () => (long)(await sluice.Api.LedgerAsync("logs"))["exporters"]![0]!["rejected"]! == 1, () => "one is rejected");

        var list = await SluiceProcess.RunAsync(["dead-letters", "list", "--api", $"http://{sluice.Process.Endpoints["api"]}"]);
        await sluice.Process.StopAsync();
        string[] configuration = ["--config", sluice.PathOf("base.yaml"), "--config", sluice.PathOf("test.yaml")];
        var offline = await SluiceProcess.RunAsync(["dead-letters", "list", "--json", .. configuration, "--data-dir", sluice.Process.DataDirectory]);
        var elsewhere = await SluiceProcess.RunAsync(["dead-letters", "list", "--json", "--data-dir", sluice.Process.DataDirectory]);
        var wrong = await SluiceProcess.RunAsync(["dead-letters", "list", .. configuration, "--set", "service::dead_letters::directori=x"]);

        Assert.Contains("otlp_http refused 1 of 2 logs without saying which: ", list.Output, StringComparison.Ordinal);
        Assert.Contains("one is too old", list.Output, StringComparison.Ordinal);
        Assert.Equal("rejected", (string?)Assert.Single(Envelopes.ReadLines(offline.Output))["note"]);
        Assert.Equal((0, "", ""), elsewhere);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("dead_letters::directori", wrong.Error, StringComparison.Ordinal);
    }
}
