namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>Whether requests are checked.</summary>
public enum WebhookVerify
{
    /// <summary>By the signature or token of the scheme.</summary>
    Signature,

    /// <summary>Not at all.</summary>
    None,
}
