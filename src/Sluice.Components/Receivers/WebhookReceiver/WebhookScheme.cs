namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>How a sender signs and what its events look like.</summary>
public enum WebhookScheme
{
    /// <summary>HMAC-SHA256 of the body in X-Signature, with X-Event-Type and X-Request-ID.</summary>
    Plain,

    /// <summary>Standard Webhooks 1.0.</summary>
    Standard,

    /// <summary>GitHub.</summary>
    Github,

    /// <summary>GitLab.</summary>
    Gitlab,

    /// <summary>Stripe.</summary>
    Stripe,

    /// <summary>Slack: Events API, interactions and slash commands.</summary>
    Slack,

    /// <summary>Shopify.</summary>
    Shopify,

    /// <summary>PagerDuty webhooks V3.</summary>
    Pagerduty,

    /// <summary>Notifications of Argo CD.</summary>
    Argocd,

    /// <summary>Prometheus Alertmanager.</summary>
    Alertmanager,

    /// <summary>Grafana Alerting.</summary>
    Grafana,

    /// <summary>What <c>signature</c> says.</summary>
    Custom,
}
