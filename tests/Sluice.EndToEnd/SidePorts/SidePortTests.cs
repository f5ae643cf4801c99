using System.Net;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.EndToEnd.SidePorts;

/// <summary>The ports beside the data: own metrics, health, status.</summary>
public sealed class SidePortTests
{
    private const string Nop =
        """
        exporters: {nop: }
        service:
          pipelines:
            logs: {receivers: [otlp], exporters: [nop]}
        """;

    /// <summary>A journal on disk is degraded for a minute after a flush that took a second: where all has to be healthy, no disk may be in the way.</summary>
    private static readonly string[] InMemory = ["--set", "service::journal::type=memory"];

    [Fact]
    public async Task The_metrics_page_is_prometheus_text_with_what_was_taken_and_delivered()
    {
        await using var sluice = await Instance.StartAsync(Nop, arguments: InMemory);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one", "two", "three"));
        PrometheusPage page = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                page = PrometheusPage.Parse(await sluice.GetAsync("metrics", "/metrics"));
                return page.Has("sluice_consumer_lag_records{exporter=\"nop\"}") && page["sluice_consumer_lag_records{exporter=\"nop\"}"] == 0;
            },
            () => "everything is settled");

        Assert.Equal(3, page["sluice_receiver_accepted_records_total{receiver=\"otlp\",signal=\"logs\"}"]);
        Assert.Equal(3, page["sluice_pipeline_records_total{pipeline=\"logs\",account=\"committed\"}"]);
        Assert.Equal(3, page["sluice_journal_committed_records_total"]);
        Assert.Equal(1, page["sluice_component_state{kind=\"receiver\",component=\"otlp\",state=\"healthy\"}"]);
        Assert.Equal(0, page["sluice_component_state{kind=\"exporter\",component=\"nop\",state=\"failed\"}"]);
        Assert.Equal(1, page["sluice_component_state{kind=\"journal\",component=\"journal\",state=\"healthy\"}"]);
        Assert.Equal(1, page["sluice_consumer_running{exporter=\"nop\"}"]);
        Assert.Equal(0, page["sluice_journal_orphans"]);
        Assert.Equal("gauge", page.Types["sluice_journal_size_bytes"]);
        Assert.Equal("counter", page.Types["sluice_journal_committed_groups_total"]);
        Assert.All(page.Types.Keys, name => Assert.StartsWith("sluice_", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_pages_tell_of_life_and_of_every_component()
    {
        await using var sluice = await Instance.StartAsync(Nop, arguments: InMemory);

        var alive = JsonNode.Parse(await sluice.GetAsync("health_check", "/"))!;
        Assert.Equal("Server available", (string?)alive["status"]);
        var ready = JsonNode.Parse(await sluice.GetAsync("health_check", "/ready"))!;
        Assert.Equal("ready", (string?)ready["status"]);
        Assert.Equal(
            ["exporter nop healthy", "extension health_check healthy", "journal journal healthy", "receiver otlp healthy"],
            ready["components"]!.AsArray().Select(entry => $"{entry!["kind"]} {entry["id"]} {entry["state"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Side_ports_can_be_moved_and_a_health_page_has_the_path_that_is_set()
    {
        await using var sluice = await Instance.StartAsync(Nop, extra: "extensions: {health_check: {endpoint: \"[::1]:0\", path: /healthz}}");
        using var http = new HttpClient();

        Assert.StartsWith("[::1]:", sluice.Process.Endpoints["health_check"], StringComparison.Ordinal);
        using var page = await http.GetAsync(new Uri($"http://{sluice.Process.Endpoints["health_check"]}/healthz"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var old = await http.GetAsync(new Uri($"http://{sluice.Process.Endpoints["health_check"]}/"));
        Assert.Equal(HttpStatusCode.NotFound, old.StatusCode);
    }

    [Fact]
    public async Task Side_ports_can_be_switched_off()
    {
        await using var sluice = await Instance.StartAsync(Nop, extra: "service: {extensions: [], api: {enabled: false}, telemetry: {metrics: {level: none}}}");

        Assert.Equal(["otlp/grpc", "otlp/http"], sluice.Process.Endpoints.Keys.Order(StringComparer.Ordinal));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "taken"));
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Fact]
    public async Task The_api_tells_the_state_of_components_pipelines_and_journal()
    {
        await using var sluice = await Instance.StartAsync(Nop, arguments: InMemory);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "one", "two"));
        await sluice.Api.ExpectSettledAsync("logs", 2, "nop");

        var status = await sluice.Api.GetAsync("status");
        Assert.True((bool)status["started"]!);
        Assert.All(status["components"]!.AsArray(), component => Assert.Equal("healthy", (string?)component!["health"]));
        var pipeline = Assert.Single(status["pipelines"]!.AsArray())!;
        Assert.Equal("""{"id":"logs","receivers":["otlp"],"processors":[],"exporters":["nop"]}""", pipeline.ToJsonString());
        Assert.Equal(2, (long)status["journal"]!["records"]!);
        var consumer = Assert.Single(status["journal"]!["consumers"]!.AsArray())!;
        Assert.Equal("nop", (string?)consumer["name"]);
        Assert.True((bool)consumer["open"]!);
        Assert.Equal((0, 0, 0), ((long)consumer["lag_records"]!, (long)consumer["lag_bytes"]!, (double)consumer["lag_seconds"]!));
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "http://evil.example")]
    public async Task The_api_refuses_pages_of_other_sites(string header, string value)
    {
        await using var sluice = await Instance.StartAsync(Nop);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{sluice.Process.Endpoints["api"]}/api/v1/status"));
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain(response.Headers, field => field.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }
}
