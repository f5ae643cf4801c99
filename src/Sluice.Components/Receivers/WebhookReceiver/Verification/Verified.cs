namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What came of checking a request.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Secret">Index of the secret that matched, from 0; -1 for none.</param>
/// <param name="Checks">What was computed for that.</param>
internal readonly record struct Verified(VerificationStatus Status, int Secret, Checks Checks);
