using Sluice.Standins.Elasticsearch;
using Sluice.Testing.Processes;

namespace Sluice.Tests.Setup;

/// <summary>The command as a script calls it: what goes to stdout, what to stderr, and the exit code.</summary>
public sealed class SetupCommandTests
{
    [Fact]
    public async Task It_says_what_it_does_and_ends_with_0()
    {
        await using var run = await SetupRun.StartAsync("elasticsearch-9.2.1");

        var dry = await SluiceProcess.RunAsync(["setup", "elasticsearch", "--endpoint", run.Node.Address, "--dry-run"]);
        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        Assert.StartsWith("Elasticsearch 9.2.1 at ", dry.Output, StringComparison.Ordinal);
        Assert.Contains("  would create index template sluice-logs-otel\n", dry.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ecs", dry.Output, StringComparison.Ordinal);

        var done = await SluiceProcess.RunAsync(["setup", "elasticsearch", "--endpoint", run.Node.Address, "--mode", "all", "--retention", "7d"]);
        Assert.Equal((0, ""), (done.ExitCode, done.Error));
        Assert.Contains("  created      index template sluice-logs-ecs\n", done.Output, StringComparison.Ordinal);
        Assert.Equal("7d", (string)(await run.SendAsync("GET", "/_ilm/policy/sluice")).Body["sluice"]!["policy"]!["phases"]!["delete"]!["min_age"]!);
    }

    [Fact]
    public async Task What_it_did_not_make_ends_it_with_1()
    {
        await using var run = await SetupRun.StartAsync("elasticsearch-9.2.1");
        await run.SendAsync("PUT", "/_component_template/sluice-settings", """{"template":{}}""");

        var refused = await SluiceProcess.RunAsync(["setup", "elasticsearch", "--endpoint", run.Node.Address]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("nothing was changed", refused.Error, StringComparison.Ordinal);
        Assert.Contains("component template sluice-settings", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_come_from_the_environment()
    {
        await using var run = await SetupRun.StartAsync(
            "elasticsearch-8.19.8",
            new StandinOptions { Users = new Dictionary<string, string> { ["setup"] = "secret" }, ApiKeys = new HashSet<string> { "a2V5" } });
        string[] plain = ["setup", "elasticsearch", "--endpoint", run.Node.Address];

        Assert.Contains("401", (await SluiceProcess.RunAsync(plain)).Error, StringComparison.Ordinal);
        Assert.Contains("ELASTICSEARCH_PASSWORD", (await SluiceProcess.RunAsync([.. plain, "--user", "setup"])).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync([.. plain, "--user", "setup"], "ELASTICSEARCH_PASSWORD", "secret")).ExitCode);
        Assert.Equal(0, (await RunAsync(plain, "ELASTICSEARCH_API_KEY", "a2V5")).ExitCode);

        static Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, string variable, string value) =>
            SluiceProcess.RunAsync(arguments, null, new Dictionary<string, string> { [variable] = value });
    }

    [Theory]
    [InlineData("days or hours such as 30d", "--retention", "30")]
    [InlineData("address such as http", "--endpoint", "es:9200")]
    [InlineData("otel", "--mode", "raw")]
    [InlineData("--ca-file", "--ca-file", "missing.pem")]
    public async Task What_is_mistyped_is_explained_on_stderr(string expected, params string[] arguments)
    {
        var wrong = await SluiceProcess.RunAsync(["setup", "elasticsearch", .. arguments]);

        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains(expected, wrong.Error, StringComparison.Ordinal);
    }
}
