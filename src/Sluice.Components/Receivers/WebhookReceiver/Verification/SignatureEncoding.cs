namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>How the bytes of a signature are written.</summary>
public enum SignatureEncoding
{
    /// <summary>Hexadecimal digits of either case.</summary>
    Hex,

    /// <summary>Base64 with padding (RFC 4648, 4).</summary>
    Base64,

    /// <summary>Either, told apart by their lengths.</summary>
    Any,
}
