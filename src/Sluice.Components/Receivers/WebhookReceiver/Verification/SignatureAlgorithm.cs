using Sluice.Configuration;

namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>How a signature is made.</summary>
public enum SignatureAlgorithm
{
    /// <summary>HMAC (RFC 2104) with SHA-1, for senders that know nothing better: still unbroken as an HMAC.</summary>
    [OptionValue("hmac-sha1")]
    HmacSha1,

    /// <summary>HMAC with SHA-256.</summary>
    [OptionValue("hmac-sha256")]
    HmacSha256,

    /// <summary>HMAC with SHA-512.</summary>
    [OptionValue("hmac-sha512")]
    HmacSha512,

    /// <summary>Ed25519 (RFC 8032): the secrets of the endpoint are public keys.</summary>
    [OptionValue("ed25519")]
    Ed25519,
}
