using System.Collections.Frozen;
using Sluice.Components.Receivers.WebhookReceiver.Verification;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <content>Senders of business events.</content>
internal static partial class Presets
{
    /// <summary>As Standard Webhooks has it, specification 1.0.</summary>
    private static SignatureScheme StandardSignature => new()
    {
        Header = "webhook-signature",
        Prefix = "v1,",
        Separator = SignatureSeparator.Space,
        Encoding = SignatureEncoding.Base64,
        Signed = SignedText.Parse("{id}.{timestamp}.{body}"),
        Timestamp = ValueSource.Header("webhook-timestamp"),
        IdHeader = "webhook-id",
    };

    /// <summary>Standard Webhooks, specification 1.0.</summary>
    private static readonly Preset Standard = new()
    {
        Signatures = [StandardSignature with { PublicKeyPrefix = "v1a," }],
        SecretFormat = SecretFormat.Standard,
        Mapping = new()
        {
            Name = [ValueSource.Body("type")],
            Time = [ValueSource.Body("timestamp"), ValueSource.Header("webhook-timestamp")],
            Id = [ValueSource.Header("webhook-id")],
        },
    };

    private static readonly Preset Stripe = new()
    {
        Signatures =
        [
            new()
            {
                Header = "Stripe-Signature",
                Prefix = "v1=",
                Separator = SignatureSeparator.Comma,
                Signed = SignedText.Parse("{timestamp}.{body}"),
                Timestamp = ValueSource.Field("t"),
            },
        ],
        Mapping = new()
        {
            NamePrefix = "stripe.",
            Name = [ValueSource.Body("type")],
            Time = [ValueSource.Body("created")],
            Id = [ValueSource.Body("id")],
            Attributes =
            [
                new("webhook.source", ValueSource.Body("account")),
                new("webhook.subject", ValueSource.Body("data.object.id")),
            ],
            Resource =
            [
                new("deployment.environment.name", ValueSource.Body("livemode"))
                {
                    Words = new Dictionary<string, string> { ["true"] = "production", ["false"] = "test" }.ToFrozenDictionary(),
                },
            ],
        },
    };

    private static readonly Preset Slack = new()
    {
        Signatures =
        [
            new()
            {
                Header = "X-Slack-Signature",
                Prefix = "v0=",
                Signed = SignedText.Parse("v0:{timestamp}:{body}"),
                Timestamp = ValueSource.Header("X-Slack-Request-Timestamp"),
            },
        ],
        TakesForms = true,
        HasChallenge = true,
        Mapping = new()
        {
            NamePrefix = "slack.",
            Name = [ValueSource.Body("type"), ValueSource.Body("event.type"), ValueSource.Body("command")],
            Time = [ValueSource.Body("event_time"), ValueSource.Header("X-Slack-Request-Timestamp")],
            Id = [ValueSource.Body("event_id"), ValueSource.Body("trigger_id")],
            Attributes =
            [
                new("webhook.source", ValueSource.Body("team_id"), ValueSource.Body("team.id")),
                new("webhook.subject", ValueSource.Body("event.channel"), ValueSource.Body("channel_id"), ValueSource.Body("channel.id")),
                new("user.id", ValueSource.Body("event.user"), ValueSource.Body("user_id"), ValueSource.Body("user.id")),
            ],
        },
    };

    private static readonly Preset Shopify = new()
    {
        Signatures = [new() { Header = "X-Shopify-Hmac-Sha256", Encoding = SignatureEncoding.Base64 }],
        Idempotency = WebhookIdempotency.Content,
        Mapping = new()
        {
            NamePrefix = "shopify.",
            Name = [ValueSource.Header("X-Shopify-Topic")],
            Time = [ValueSource.Header("X-Shopify-Triggered-At"), ValueSource.Body("updated_at")],
            Id = [ValueSource.Header("X-Shopify-Webhook-Id")],
            Attributes =
            [
                new("webhook.source", ValueSource.Header("X-Shopify-Shop-Domain")),
                new("webhook.subject", ValueSource.Body("admin_graphql_api_id")),
            ],
        },
    };
}
