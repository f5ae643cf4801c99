namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What a signature covers.</summary>
internal enum SignedPart
{
    Literal,
    Body,
    Timestamp,
    Id,
}
