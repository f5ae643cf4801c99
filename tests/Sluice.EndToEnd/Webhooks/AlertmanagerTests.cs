using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;

namespace Sluice.EndToEnd.Webhooks;

/// <summary>Prometheus Alertmanager as a sender.</summary>
public sealed class AlertmanagerTests
{
    private const string Configuration =
        """
        receivers:
          webhook:
            endpoint: 127.0.0.1:0
            endpoints:
              bearer: {path: /bearer, scheme: alertmanager, secrets: [a token]}
              basic: {path: /basic, scheme: alertmanager, secrets: ["ann:her password"]}
        exporters:
          file: {path: out.jsonl, format: json_lines}
        service:
          pipelines:
            events: {receivers: [webhook], exporters: [file]}
        """;

    [Fact]
    public async Task An_alert_that_fires_and_ends_becomes_two_events()
    {
        Alertmanager.SkipUnlessInstalled();
        await using var sluice = await Instance.StartAsync(Configuration);
        var address = sluice.Process.Endpoints["webhook"];
        await using var alertmanager = await Alertmanager.StartAsync(
            $$"""
            route: {receiver: sluice, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
            receivers:
              - name: sluice
                webhook_configs:
                  - {url: "http://{{address}}/bearer", send_resolved: true, http_config: {authorization: {type: Bearer, credentials: a token} } }
                  - {url: "http://{{address}}/basic", send_resolved: true, http_config: {basic_auth: {username: ann, password: her password} } }
            """);
        var labels = new { alertname = "Slow", severity = "critical", service = "shop", env = "prod" };
        var annotations = new { summary = "p99 is 2 s" };
        var start = TimeProvider.System.GetUtcNow().AddMinutes(-1);

        await alertmanager.PostAsync(new { labels, annotations, startsAt = start, generatorURL = "http://prometheus/graph" });
        await sluice.Api.ExpectSettledAsync("events", 2, "file");
        await alertmanager.PostAsync(new { labels, annotations, startsAt = start, endsAt = start.AddSeconds(30), generatorURL = "http://prometheus/graph" });
        await sluice.Api.ExpectSettledAsync("events", 4, "file");

        var records = Envelopes.ReadFile(sluice.PathOf("out.jsonl"));
        foreach (var endpoint in new[] { "bearer", "basic" })
        {
            var (fired, ended) = (Find(records, endpoint, "alert.firing"), Find(records, endpoint, "alert.resolved"));
            Assert.Equal("shop", (string?)fired["service"]);
            Assert.Equal("prod", (string?)fired["resource"]!["attributes"]!["deployment.environment.name"]);
            Assert.Equal("Slow", (string?)fired["attributes"]!["alert.name"]);
            Assert.Equal("p99 is 2 s", (string?)fired["attributes"]!["alert.summary"]);
            Assert.Equal("http://prometheus/graph", (string?)fired["attributes"]!["url.full"]);
            Assert.Equal(18, (int)fired["severity_number"]!);
            Assert.Equal((string?)fired["attributes"]!["webhook.subject"], (string?)ended["attributes"]!["webhook.subject"]);
        }

        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    private static JsonObject Find(IEnumerable<JsonObject> records, string endpoint, string name) =>
        Assert.Single(records, record => (string?)record["name"] == name && (string?)record["attributes"]!["webhook.endpoint"] == endpoint);
}
