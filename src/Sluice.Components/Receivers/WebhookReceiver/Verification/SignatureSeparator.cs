namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What stands between several signatures.</summary>
public enum SignatureSeparator
{
    /// <summary>Nothing: there is one.</summary>
    None,

    /// <summary>A comma.</summary>
    Comma,

    /// <summary>A space.</summary>
    Space,
}
