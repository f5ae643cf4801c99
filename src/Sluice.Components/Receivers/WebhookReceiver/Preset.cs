using Sluice.Components.Receivers.WebhookReceiver.Mapping;
using Sluice.Components.Receivers.WebhookReceiver.Verification;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>All that is known of a kind of sender.</summary>
internal sealed record Preset
{
    /// <summary>How it may prove that it may send.</summary>
    public required IReadOnlyList<SignatureScheme> Signatures { get; init; }

    /// <summary>What the text of its secrets means.</summary>
    public SecretFormat SecretFormat { get; init; }

    /// <summary>What its events look like.</summary>
    public required EventMapping Mapping { get; init; }

    /// <summary>
    /// By what its repeats are known: the id where it is signed or nothing else is there, else the content, since an id that is not signed can
    /// be changed by whoever repeats a request.
    /// </summary>
    public WebhookIdempotency Idempotency { get; init; } = WebhookIdempotency.Id;

    /// <summary>Whether it posts forms.</summary>
    public bool TakesForms { get; init; }

    /// <summary>Whether it asks for a <see cref="Challenge"/> before it sends events.</summary>
    public bool HasChallenge { get; init; }
}
