using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;

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

    private static string NameOf(JsonNode record) => (string)record["name"]!;
}
