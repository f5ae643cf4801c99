namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>The parts of a request that values are taken from.</summary>
public enum ValueSourceKind
{
    /// <summary>A header.</summary>
    Header,

    /// <summary>A path into the body.</summary>
    Body,

    /// <summary>A path into the element of the body that a record is made of.</summary>
    Item,

    /// <summary>A field of the header that carries the signature.</summary>
    Field,
}
