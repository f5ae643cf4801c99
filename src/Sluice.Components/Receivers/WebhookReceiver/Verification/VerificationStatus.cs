namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What came of checking a request.</summary>
internal enum VerificationStatus
{
    /// <summary>It comes from one who has the secret.</summary>
    Valid,

    /// <summary>It has no signature or token, or lacks a time or id that has to be signed.</summary>
    Missing,

    /// <summary>Signature or token are wrong.</summary>
    Wrong,

    /// <summary>It is rightly signed, too long ago or for a time to come.</summary>
    Stale,

    /// <summary>It was not checked: there is no memory for a copy of what is signed.</summary>
    NoRoom,

    /// <summary>It was not checked: what is signed is larger than any buffer.</summary>
    TooLarge,
}
