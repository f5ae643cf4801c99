using Sluice.Components.Receivers.WebhookReceiver.Mapping;
using Sluice.Components.Receivers.WebhookReceiver.Verification;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <content>Senders of alerts.</content>
internal static partial class Presets
{
    /// <summary>Each alert is a record. One that is resolved has an end, which is when it happened; one that fires has none, or one in the year 1.</summary>
    private static readonly EventMapping Alerts = new()
    {
        NamePrefix = "alert.",
        Name = [ValueSource.Item("status")],
        Time = [ValueSource.Item("endsAt"), ValueSource.Item("startsAt")],
        Severity = [ValueSource.Item("status"), ValueSource.Item("labels.severity")],
        Elements = "alerts",
        Attributes =
        [
            new("webhook.source", ValueSource.Body("externalURL")),
            new("webhook.subject", ValueSource.Item("fingerprint")),
            new("alert.name", ValueSource.Item("labels.alertname")),
            new("alert.status", ValueSource.Item("status")),
            new("alert.group", ValueSource.Body("groupKey")),
            new("alert.summary", ValueSource.Item("annotations.summary")),
            new("url.full", ValueSource.Item("generatorURL")),
        ],
        Resource =
        [
            new("service.name", ValueSource.Item("labels.service"), ValueSource.Item("labels.service_name"), ValueSource.Item("labels.job")),
            new("service.version", ValueSource.Item("labels.version"), ValueSource.Item("labels.service_version")),
            new("service.instance.id", ValueSource.Item("labels.instance")),
            new(
                "deployment.environment.name",
                ValueSource.Item("labels.environment"), ValueSource.Item("labels.env"), ValueSource.Item("labels.deployment_environment_name")),
        ],
    };

    private static readonly Preset Alertmanager = new() { Signatures = [Authorization], Idempotency = WebhookIdempotency.Content, Mapping = Alerts };

    private static readonly Preset Grafana = Alertmanager with
    {
        Signatures = [new() { Header = "X-Grafana-Alerting-Signature" }, Authorization],
    };

    private static readonly Preset Pagerduty = new()
    {
        Signatures = [new() { Header = "X-PagerDuty-Signature", Prefix = "v1=", Separator = SignatureSeparator.Comma }],
        Mapping = new()
        {
            NamePrefix = "pagerduty.",
            Name = [ValueSource.Body("event.event_type")],
            Time = [ValueSource.Body("event.occurred_at")],
            Id = [ValueSource.Body("event.id")],
            Severity = [ValueSource.Body("event.data.urgency")],
            Attributes =
            [
                new("user.name", ValueSource.Body("event.agent.summary")),
                new("webhook.subject", ValueSource.Body("event.data.id")),
                new("alert.name", ValueSource.Body("event.data.title")),
                new("alert.status", ValueSource.Body("event.data.status")),
                new("url.full", ValueSource.Body("event.data.html_url")),
            ],
            Resource = [new("service.name", ValueSource.Body("event.data.service.summary"))],
        },
    };

    /// <summary>A bearer token, or name and password.</summary>
    private static SignatureScheme Authorization => new() { Kind = SignatureKind.Authorization, Header = "Authorization" };
}
