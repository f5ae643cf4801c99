namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>By what a repeated delivery is known.</summary>
public enum WebhookIdempotency
{
    /// <summary>By what suits the scheme.</summary>
    Auto,

    /// <summary>By the id of the delivery.</summary>
    Id,

    /// <summary>By its body, byte for byte.</summary>
    Content,

    /// <summary>Not at all.</summary>
    None,
}
