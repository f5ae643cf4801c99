namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What the text of a secret means.</summary>
internal enum SecretFormat
{
    /// <summary>Its UTF-8 bytes are the key.</summary>
    Text,

    /// <summary>Base64 of the key, with or without <c>whsec_</c> before it, as Standard Webhooks has it.</summary>
    Base64,

    /// <summary>As <see cref="Base64"/> with <c>whsec_</c> before it, else as <see cref="Text"/>.</summary>
    TextOrBase64,
}
