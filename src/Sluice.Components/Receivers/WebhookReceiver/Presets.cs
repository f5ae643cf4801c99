using Sluice.Components.Receivers.WebhookReceiver.Mapping;
using Sluice.Components.Receivers.WebhookReceiver.Verification;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>The schemes that senders sign by, as data.</summary>
internal static partial class Presets
{
    private const string EventType = "X-Event-Type";
    private const string RequestId = "X-Request-ID";

    private static readonly Preset Plain = new()
    {
        Signatures = [new() { Header = "X-Signature", Prefix = "sha256=", IsPrefixOptional = true, Encoding = SignatureEncoding.Any }],
        Mapping = new()
        {
            Name = [ValueSource.Header(EventType)],
            Id = [ValueSource.Header(RequestId)],
        },
    };

    /// <summary>The preset of an endpoint, with what its options say instead.</summary>
    public static Preset For(WebhookEndpointOptions options)
    {
        var preset = Of(options);
        var mapping = preset.Mapping;
        return preset with
        {
            Idempotency = options.Idempotency == WebhookIdempotency.Auto ? preset.Idempotency : options.Idempotency,
            Mapping = mapping with
            {
                Name = options.EventName is { } name ? [name] : mapping.Name,
                NamePrefix = options.EventName is null ? mapping.NamePrefix : "",
                Time = options.Time is { } time ? [time] : mapping.Time,
                Id = options.Id is { } id ? [id] : mapping.Id,
            },
        };
    }

    /// <summary>What the secrets of an endpoint mean; also where the rest of its options is wrong.</summary>
    public static SecretFormat SecretFormatOf(WebhookEndpointOptions options) =>
        options.Scheme == WebhookScheme.Custom ? SecretFormatOf(options.Signature?.Algorithm) : Of(options).SecretFormat;

    private static SecretFormat SecretFormatOf(SignatureAlgorithm? algorithm) =>
        algorithm == SignatureAlgorithm.Ed25519 ? SecretFormat.PublicKey : SecretFormat.Text;

    private static Preset Of(WebhookEndpointOptions options) => options.Scheme switch
    {
        WebhookScheme.Plain => Plain,
        WebhookScheme.Standard => Standard,
        WebhookScheme.Github => Github,
        WebhookScheme.Gitlab => Gitlab,
        WebhookScheme.Stripe => Stripe,
        WebhookScheme.Slack => Slack,
        WebhookScheme.Shopify => Shopify,
        WebhookScheme.Pagerduty => Pagerduty,
        WebhookScheme.Argocd => Argocd,
        WebhookScheme.Alertmanager => Alertmanager,
        WebhookScheme.Grafana => Grafana,
        _ => Custom(options.Signature),
    };

    private static Preset Custom(WebhookSignatureOptions? signature) => Plain with
    {
        Signatures = signature is null ? Plain.Signatures :
        [
            new()
            {
                Header = signature.Header,
                Prefix = signature.Prefix,
                PublicKeyPrefix = signature.Algorithm == SignatureAlgorithm.Ed25519 ? signature.Prefix : null,
                Separator = signature.Separator,
                Algorithm = signature.Algorithm,
                Encoding = signature.Encoding,
                Signed = SignedText.Parse(signature.Signed),
                Timestamp = signature.Timestamp,
                TimestampFormat = signature.TimestampFormat,
                IdHeader = signature.Id?.Name,
            },
        ],
        SecretFormat = SecretFormatOf(signature?.Algorithm),
        Mapping = Plain.Mapping with { Id = signature?.Id is { } id ? [id] : Plain.Mapping.Id },
    };
}
