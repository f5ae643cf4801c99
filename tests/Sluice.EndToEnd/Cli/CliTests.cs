using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Cli;

/// <summary>The commands, as a script calls them: what goes to stdout, what to stderr, and the exit code.</summary>
public sealed class CliTests : IDisposable
{
    private const string Good =
        """
        receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}
        exporters: {file: {path: "${env:OUT:-out.jsonl}", sending_queue: {queue_size: 1000}}}
        service: {pipelines: {logs: {receivers: [otlp], exporters: [file]}}}
        """;

    private readonly string _directory = SluiceProcess.CreateDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Version_prints_the_version()
    {
        var (exitCode, output, error) = await RunAsync("version");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches(@"^sluice \d+\.\d+\.\d+ \(.+\)\n$", output);
    }

    [Fact]
    public async Task Components_lists_every_type_under_its_kind()
    {
        var (exitCode, output, error) = await RunAsync("components");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches(
            @"(?s)receivers:\n  cloudevents .*  elasticsearch .*  hostmetrics, .*  kafka .*  otlp .*  prometheus .*  webhook .*processors:\n  attributes .*  batch .*  memory_limiter .*  probabilistic_sampler .*  resource .*connectors:\n  count .*  forward .*  routing .*  spanmetrics, .*exporters:\n  debug .*  elasticsearch .*  file .*  http .*  kafka .*  nop .*  otlp_grpc, .*  otlp_http, .*  prometheus .*  prometheusremotewrite, .*  store .*extensions:\n.*  health_check ",
            output);
    }

    [Fact]
    public async Task Components_with_a_type_prints_its_options_and_suggests_when_there_is_none()
    {
        var (exitCode, output, _) = await RunAsync("components", "file");
        Assert.Equal(0, exitCode);
        Assert.Contains("exporter file:", output, StringComparison.Ordinal);
        Assert.Contains("`path`", output, StringComparison.Ordinal);
        Assert.Contains("`rotation::max_megabytes`", output, StringComparison.Ordinal);

        var wrong = await RunAsync("components", "fiel");
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("did you mean \"file\"", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serch", "search", "serch", "kettle")]
    [InlineData("--confg", "--config", "--confg", "my.yaml")]
    [InlineData("there", "", "search", "hello", "there")]
    [InlineData("many", "from 0.01 to 1000", "demo", "--rate", "many")]
    [InlineData("NaN", "from 0.01 to 1000", "demo", "--rate", "NaN")]
    public async Task What_is_mistyped_is_explained_on_stderr_alone(string mistake, string right, params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(mistake, error, StringComparison.Ordinal);
        Assert.Contains(right, error, StringComparison.Ordinal);
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_accepts_a_good_file_and_names_what_has_no_effect()
    {
        var (exitCode, output, error) = await RunAsync("validate", "--config", Write("good.yaml", Good));

        Assert.Equal(0, exitCode);
        Assert.Equal("The configuration is valid: 1 pipeline, 2 components.\n", output);
        Assert.Contains("good.yaml:2:", error, StringComparison.Ordinal);
        Assert.Contains("queue_size", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_strict_makes_warnings_errors()
    {
        var file = Write("good.yaml", Good);

        var (exitCode, output, error) = await RunAsync("validate", "--strict", "--config", file);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches(@"good\.yaml:2:\d+: error: exporters::file::sending_queue::queue_size: .*\nThe configuration has 1 error;", error);
        Assert.Equal(0, (await RunAsync("validate", "--strict", "--config", Write("clean.yaml", Good.Replace(", sending_queue: {queue_size: 1000}", "", StringComparison.Ordinal)))).ExitCode);
    }

    [Fact]
    public async Task Schema_prints_the_schema_that_is_in_the_repository()
    {
        var (exitCode, output, error) = await RunAsync("schema");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(await File.ReadAllTextAsync(GoldenFile.PathOf("config/sluice.schema.json")), output);
    }

    [Fact]
    public async Task Validate_reports_all_errors_on_stderr_with_their_places()
    {
        var file = Write("bad.yaml", Good.Replace("exporters: [file]", "exporters: [fiel]", StringComparison.Ordinal).Replace("path:", "pth:", StringComparison.Ordinal));
        var (exitCode, output, error) = await RunAsync("validate", "--config", file);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("bad.yaml:2:", error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:3:", error, StringComparison.Ordinal);
        Assert.Contains("did you mean \"file\"", error, StringComparison.Ordinal);
        Assert.Contains("nothing was started", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_that_is_not_there_is_named()
    {
        var (exitCode, output, error) = await RunAsync("validate", "--config", "nowhere.yaml");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("nowhere.yaml", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Print_config_shows_files_merged_set_over_them_and_variables_substituted()
    {
        var (exitCode, output, error) = await SluiceProcess.RunAsync(
            [
                "print-config", "--config", Write("good.yaml", Good), "--config", Write("over.yaml", "service: {shutdown_timeout: 5s}"),
                "--set", "service::api::enabled=false",
            ],
            _directory,
            new Dictionary<string, string> { ["OUT"] = "elsewhere.jsonl" });

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("path: elsewhere.jsonl", output, StringComparison.Ordinal);
        Assert.Contains("shutdown_timeout: 5s", output, StringComparison.Ordinal);
        Assert.Contains("enabled: false", output, StringComparison.Ordinal);

        // What it prints is a configuration again, with the same meaning.
        var again = await RunAsync("print-config", "--config", Write("printed.yaml", output));
        Assert.Equal(output, again.Output);
    }

    [Fact]
    public async Task Print_config_shows_nothing_from_outside_of_a_component_that_it_does_not_know()
    {
        var (exitCode, output, _) = await SluiceProcess.RunAsync(
            ["print-config", "--config", Write("unknown.yaml", "exporters: {kafka: {auth: {password: '${env:PASSWORD}'}}}")],
            _directory,
            new Dictionary<string, string> { ["PASSWORD"] = "s3cr3t" });

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("s3cr3t", output, StringComparison.Ordinal);
        Assert.Contains("[redacted]", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serach")]
    [InlineData("--confg", "x.yaml")]
    [InlineData("demo", "--rate", "0")]
    public async Task A_wrong_command_line_is_refused_on_stderr(params string[] arguments)
    {
        var (exitCode, _, error) = await RunAsync(arguments);

        Assert.Equal(1, exitCode);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_finds_by_text_and_filters_and_prints_a_line_per_record()
    {
        await using var sluice = await Instance.StartDefaultAsync();
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "red kettle", "blue kettle", "green\nlamp"));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("depot", "kettle shipped"));
        await sluice.Api.ExpectSettledAsync("logs", 4, "store");
        var api = $"http://{sluice.Process.Endpoints["api"]}";

        var (exitCode, output, error) = await RunAsync("search", "kettle", "--api", api, "--service", "shop", "--order", "oldest");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Collection(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Contains("shop red kettle", line, StringComparison.Ordinal),
            line => Assert.Contains("shop blue kettle", line, StringComparison.Ordinal));

        Assert.Equal("green\nlamp", (string?)Assert.Single(await SearchTool.FindAsync(sluice, "lamp"))["body"]);
        Assert.Single((await RunAsync("search", "lamp", "--api", api)).Output.TrimEnd('\n').Split('\n'));
        Assert.Equal((0, "", ""), await RunAsync("search", "nothingofthesort", "--api", api));
        var wrong = await RunAsync("search", "--api", api, "--severity", "loud");
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("loud", wrong.Error, StringComparison.Ordinal);

        // The store can be read beside the running process, and after it.
        Assert.Equal(4, (await SearchTool.FindOfflineAsync(sluice.Process)).Count);
        Assert.Equal(0, await sluice.Process.StopAsync());
        Assert.Equal(3, (await SearchTool.FindOfflineAsync(sluice.Process, "kettle")).Count);
    }

    [Fact]
    public async Task Search_says_what_to_do_when_nothing_answers_and_when_there_is_no_store()
    {
        var nobody = await RunAsync("search", "x", "--api", "http://127.0.0.1:9");
        Assert.Equal((1, ""), (nobody.ExitCode, nobody.Output));
        Assert.Contains("--data-dir", nobody.Error, StringComparison.Ordinal);

        var empty = await RunAsync("search", "x", "--data-dir", _directory);
        Assert.Equal((1, ""), (empty.ExitCode, empty.Output));
        Assert.Contains("no store", empty.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_fills_the_store_with_traces_of_three_services_with_logs_and_metrics()
    {
        await using var sluice = await Instance.StartDefaultAsync(null, "demo", "--rate", "100");
        await Eventually.TrueAsync(
            async () => (await sluice.Api.LogsAsync("q=placed")).Count > 10 && (await sluice.Api.MetricsAsync("name=shop.orders")).Count > 0,
            () => "orders are placed and counted");

        var placed = (await sluice.Api.LogsAsync("q=placed&service=orders"))[^1];

        // Each service sends its spans and its logs at times of its own.
        List<JsonObject> spans = [], logs = [];
        await Eventually.TrueAsync(
            async () =>
            {
                (spans, logs) = await sluice.Api.TraceAsync((string)placed["trace_id"]!);
                return spans.Count == 3 && logs.Any(log => (string?)log["service"] == "frontend");
            },
            () => "the trace is whole");
        Assert.Equal(["frontend", "orders", "payments"], spans.Select(span => (string?)span["service"]).Order(StringComparer.Ordinal));
        Assert.Contains(logs, log => (string?)log["span_id"] == (string?)placed["span_id"]);

        // What the README's other requests find.
        var services = (await sluice.Api.GetAsync("services"))["services"]!.AsArray();
        Assert.Equal(["frontend", "orders", "payments"], services.Select(service => (string?)service!["name"]).Order(StringComparer.Ordinal));
        Assert.All(services, service => Assert.True((long)service!["spans"]! > 0, service!.ToString()));
        await Eventually.TrueAsync(
            async () => (await sluice.Api.GetAsync("traces?error=true&limit=3"))["traces"]!.AsArray().Count == 3, () => "some orders are declined");
        Assert.All(
            (await sluice.Api.GetAsync("traces?error=true&limit=3"))["traces"]!.AsArray(), trace => Assert.True((long)trace!["error_count"]! > 0, trace!.ToString()));
        await Eventually.TrueAsync(
            async () => (await sluice.Api.GetAsync("traces?service=payments&min_duration=200ms&limit=5"))["traces"]!.AsArray().Count > 0,
            () => "some payments are slow");
        var histogram = (await sluice.Api.GetAsync("histogram?signal=spans&service=orders&from=-10m"))["buckets"]!.AsArray();
        Assert.True(histogram.Sum(bucket => (long)bucket!["total"]!) > 10, histogram.ToString());
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => SluiceProcess.RunAsync(arguments, _directory);

    private string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_directory, name), text);
        return name;
    }
}
