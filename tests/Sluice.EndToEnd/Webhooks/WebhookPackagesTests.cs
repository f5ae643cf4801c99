using System.Diagnostics;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Webhooks;

/// <summary>The packages with which senders sign, as their projects publish them.</summary>
public sealed class WebhookPackagesTests
{
    private const string Secret = "whsec_between you and me";
    private const string StandardSecret = "whsec_3q2+7wABAgMEBQYHCAkKCwwNDg8=";

    private const string Configuration =
        $$"""
        receivers:
          webhook:
            endpoint: 127.0.0.1:0
            endpoints:
              github: {path: /github, scheme: github, secrets: ["{{Secret}}"]}
              stripe: {path: /stripe, scheme: stripe, secrets: ["{{Secret}}"]}
              standard: {path: /standard, scheme: standard, secrets: ["{{StandardSecret}}"]}
        exporters:
          file: {path: out.jsonl, format: json_lines}
        service:
          pipelines:
            events: {receivers: [webhook], exporters: [file]}
        """;

    [Fact]
    public async Task What_octokit_stripe_and_standardwebhooks_sign_is_taken_once_and_what_was_changed_since_is_not()
    {
        NodeScript.SkipUnlessInstalled();
        await using var sluice = await Instance.StartAsync(Configuration);

        var answers = Envelopes.ReadLines(await NodeScript.RunAsync("webhooks.mjs", $"http://{sluice.Process.Endpoints["webhook"]}", Secret, StandardSecret));

        Assert.Equal(
            from path in new[] { "github", "stripe", "standard" }
            from answer in new[] { ("signed", 202), ("repeated", 202), ("changed", 401) }
            select (path, answer.Item1, answer.Item2),
            answers.Select(answer => ((string)answer["path"]!, (string)answer["kind"]!, (int)answer["status"]!)));

        // An event of each, and one of each refusal.
        await sluice.Api.ExpectSettledAsync("events", 6, "file");
        var records = Envelopes.ReadFile(sluice.PathOf("out.jsonl"));
        Assert.Equal(
            ["github.issues.opened", "invoice.paid", "sluice.webhook.rejected", "sluice.webhook.rejected", "sluice.webhook.rejected", "stripe.charge.failed"],
            records.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.Equal("shöp", (string?)records.Single(record => NameOf(record) == "github.issues.opened")["body"]!["repository"]!["name"]);
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Fact]
    public async Task What_Sluice_signs_is_verified_by_standardwebhooks_with_every_secret_and_keeps_its_id_when_it_is_sent_again()
    {
        const string next = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";
        const string last = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk";
        const string other = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXI=";
        NodeScript.SkipUnlessInstalled();
        using var sink = NodeScript.Start("webhook-sink.mjs", next, last, other);
        var port = await LineAsync(sink);
        await using var sluice = await Instance.StartAsync(
            $$"""
            exporters:
              http:
                endpoint: http://127.0.0.1:{{port}}/hooks
                format: webhook
                signing: {secrets: ["{{next}}", "{{last}}"]}
                retry_on_failure: {initial_interval: 10ms}
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [http]}
            """);
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "grüße ✓"));

        var first = JsonNode.Parse(await LineAsync(sink))!;
        var second = JsonNode.Parse(await LineAsync(sink))!;

        Assert.Equal((503, 204), ((int)first["status"]!, (int)second["status"]!));
        Assert.NotEmpty((string)first["id"]!);
        Assert.Equal((string?)first["id"], (string?)second["id"]);
        Assert.Equal("grüße ✓", (string?)second["payload"]!["data"]!["body"]);
        foreach (var request in new[] { first, second })
        {
            Assert.Null(request["problems"]![0]);
            Assert.Null(request["problems"]![1]);
            Assert.NotNull(request["problems"]![2]);
        }

        await sluice.Api.ExpectSettledAsync("logs", 1, "http");
        Assert.Equal(0, await sluice.Process.StopAsync());
        sink.StandardInput.Close();
        await sink.WaitForExitAsync();
        Assert.Equal(0, sink.ExitCode);
    }

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.DefaultDeadline) ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());

    private static string NameOf(JsonNode record) => (string)record["name"]!;
}
