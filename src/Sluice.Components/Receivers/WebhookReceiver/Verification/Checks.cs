namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What was computed to check a request.</summary>
[Flags]
internal enum Checks
{
    /// <summary>Nothing that takes time.</summary>
    None,

    /// <summary>Message authentication codes of what is signed.</summary>
    Mac,

    /// <summary>Signatures under public keys.</summary>
    PublicKey,
}
