namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>How a sender signs and what its events look like.</summary>
public enum WebhookScheme
{
    /// <summary>HMAC-SHA256 of the body in X-Signature, with X-Event-Type and X-Request-ID.</summary>
    Plain,

    /// <summary>What <c>signature</c> says.</summary>
    Custom,
}
