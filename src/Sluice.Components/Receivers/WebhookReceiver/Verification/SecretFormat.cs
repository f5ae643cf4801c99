namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What the text of a secret means.</summary>
internal enum SecretFormat
{
    /// <summary>Its UTF-8 bytes are the key.</summary>
    Text,

    /// <summary>As Standard Webhooks has it: base64 of the key, with or without <c>whsec_</c> before it; with <c>whpk_</c> a public key of Ed25519.</summary>
    Standard,

    /// <summary>Base64 of the key with <c>whsec_</c> before it, else as <see cref="Text"/>.</summary>
    TextOrBase64,

    /// <summary>A public key of Ed25519.</summary>
    PublicKey,
}
