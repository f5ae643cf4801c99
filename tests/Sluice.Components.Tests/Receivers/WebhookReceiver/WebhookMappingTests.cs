namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>What the records of each preset carry, so that they can be laid over telemetry.</summary>
public sealed class WebhookMappingTests
{
    [Theory]
    [InlineData("Standard Webhooks", "invoice.paid", 500, 0, "webhook.delivery.id=msg_1", "")]
    [InlineData(
        "GitHub", "github.deployment_status.created", 0, 9,
        "deployment.id=42 deployment.name=deploy deployment.status=succeeded user.name=ann vcs.owner.name=acme vcs.ref.head.name=main vcs.ref.head.revision=9fceb02 "
        + "vcs.repository.name=shop vcs.repository.url.full=https://github.com/acme/shop webhook.delivery.id=72d3162e",
        "deployment.environment.name=production service.name=shop service.version=9fceb02")]
    [InlineData(
        "GitLab", "gitlab.deployment", 0, 17,
        "deployment.id=15 deployment.status=failed user.name=ann vcs.ref.head.name=main vcs.repository.name=shop vcs.repository.url.full=https://gitlab.example/shop webhook.delivery.id=f5e5f430",
        "deployment.environment.name=staging service.name=shop service.version=279484c0")]
    [InlineData("Stripe", "stripe.charge.failed", -1000, 0, "webhook.delivery.id=evt_1 webhook.subject=ch_1", "deployment.environment.name=production")]
    [InlineData("Slack", "slack.event_callback.app_mention", -2000, 0, "user.id=U1 webhook.delivery.id=Ev1 webhook.source=T1 webhook.subject=C1", "")]
    [InlineData("Shopify", "shopify.orders/create", 0, 0, "webhook.delivery.id=w1 webhook.source=acme.myshopify.com webhook.subject=gid://shopify/Order/1", "")]
    [InlineData(
        "PagerDuty", "pagerduty.incident.triggered", 123, 17,
        "alert.name=Disk*full alert.status=triggered url.full=https://acme.pagerduty.com/incidents/P1 user.name=Ann webhook.delivery.id=01 webhook.subject=P1", "service.name=shop")]
    [InlineData(
        "Argo CD", "argocd.sync", 0, 9,
        "deployment.name=shop deployment.status=succeeded vcs.ref.head.revision=9fceb02 vcs.repository.url.full=https://git.example/shop webhook.subject=shop",
        "deployment.environment.name=production service.name=shop service.version=9fceb02")]
    public async Task A_record_carries_what_its_preset_says(string name, string eventName, int milliseconds, int severity, string attributes, string resource)
    {
        var vector = WebhookVectors.Named(name);
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now);

        Assert.Equal(202, (await vector.SendAsync(test)).Status);

        var (about, record) = Assert.Single(test.Intake.Records);
        Assert.Equal(eventName, record.EventName);
        Assert.Equal((vector.Seconds * 1000) + milliseconds, (long)(record.TimeUnixNano / 1_000_000));
        Assert.Equal(severity, (int)record.SeverityNumber);
        var all = WebhookUnderTest.Attributes(record);
        Assert.True(all.Remove("webhook.endpoint"));
        Assert.Equal(attributes, Text(all));
        Assert.Equal(resource, Text(WebhookUnderTest.Resource(about)));
    }

    [Theory]
    [InlineData("Alertmanager")]
    [InlineData("Grafana, HMAC")]
    public async Task Alerts_become_a_record_each(string name)
    {
        var vector = WebhookVectors.Named(name);
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now);

        Assert.Equal(202, (await vector.SendAsync(test)).Status);

        var ((firedAt, fired), (resolvedAt, resolved)) = (test.Intake.Records[0], test.Intake.Records[1]);
        Assert.Equal(2, test.Intake.Records.Count);
        Assert.Equal(("alert.firing", (ulong)vector.Seconds * 1_000_000_000 + 1, 18), (fired.EventName, fired.TimeUnixNano, (int)fired.SeverityNumber));
        Assert.Equal(("alert.resolved", (ulong)(vector.Seconds + 60) * 1_000_000_000, 9), (resolved.EventName, resolved.TimeUnixNano, (int)resolved.SeverityNumber));
        Assert.Equal("deployment.environment.name=prod service.name=shop", Text(WebhookUnderTest.Resource(firedAt)));
        Assert.Equal("service.name=db", Text(WebhookUnderTest.Resource(resolvedAt)));
        var attributes = WebhookUnderTest.Attributes(fired);
        Assert.Equal(("Slow", "a1", "http://am:9093"), (attributes["alert.name"], attributes["webhook.subject"], attributes["webhook.source"]));
        Assert.Equal(attributes["webhook.batch.id"], WebhookUnderTest.Attributes(resolved)["webhook.batch.id"]);
        Assert.Equal("resolved", resolved.Body.KvlistValue.Values.Single(value => value.Key == "status").Value.StringValue);
    }

    [Theory]
    [InlineData("alertmanager", """[{"labels":{}}]""")]
    [InlineData("github", "{}")]
    [InlineData("plain", "1")]
    public async Task What_has_no_name_was_received(string scheme, string body)
    {
        await using var test = await WebhookUnderTest.StartAsync($"  hook: {{path: /hook, scheme: {scheme}, verify: none}}");

        Assert.Equal(202, (await test.PostAsync("/hook", body)).Status);

        Assert.Equal("webhook.received", Assert.Single(test.Intake.Records).Record.EventName);
    }

    [Fact]
    public async Task A_form_becomes_a_map_of_its_fields()
    {
        var vector = WebhookVectors.Named("Slack, published");
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now);

        await vector.SendAsync(test);

        var (_, record) = Assert.Single(test.Intake.Records);
        Assert.Equal("slack./webhook-collect", record.EventName);
        var body = record.Body.KvlistValue.Values.ToDictionary(value => value.Key, value => value.Value.StringValue);
        Assert.Equal(("roadrunner", "/webhook-collect", ""), (body["user_name"], body["command"], body["text"]));
        Assert.StartsWith("https://hooks.slack.com/commands/T1DC2JH3J/", body["response_url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_challenge_of_Slack_is_sent_back_and_is_no_event()
    {
        // printf 'v0:1767225600:BODY' | openssl dgst -sha256 -hmac 'a secret of the tests'
        const string Body = """{"type":"url_verification","challenge":"3eZbrw1a"}""";
        var vector = WebhookVectors.Named("Slack");
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now);

        var reply = await test.PostAsync("/hook", Body, ("X-Slack-Request-Timestamp", "1767225600"), ("X-Slack-Signature", "v0=fd21d594b8d50a30614228d2792be8955bec6d670781e75a454fcb5688da4792"));

        Assert.Equal((200, """{"challenge":"3eZbrw1a"}"""), (reply.Status, reply.Body));
        Assert.Empty(test.Intake.Records);
    }

    private static string Text(Dictionary<string, string> attributes) =>
        string.Join(" ", attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value.Replace(' ', '*')}"));
}
