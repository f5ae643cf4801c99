namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>Where the proof of a request stands and what it covers.</summary>
internal sealed record SignatureScheme
{
    /// <summary>What it is.</summary>
    public SignatureKind Kind { get; init; }

    /// <summary>The header that carries it.</summary>
    public required string Header { get; init; }

    /// <summary>What stands before it.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What stands before a signature that a public key checks; null where public keys are not for this scheme.</summary>
    public string? PublicKeyPrefix { get; init; }

    /// <summary>Whether it counts without the prefix too.</summary>
    public bool IsPrefixOptional { get; init; }

    /// <summary>What stands between several.</summary>
    public SignatureSeparator Separator { get; init; }

    /// <summary>How it is made, but for those that a public key checks, which are always of Ed25519.</summary>
    public SignatureAlgorithm Algorithm { get; init; } = SignatureAlgorithm.HmacSha256;

    /// <summary>How it is written.</summary>
    public SignatureEncoding Encoding { get; init; }

    /// <summary>What it covers.</summary>
    public SignedText Signed { get; init; } = SignedText.BodyAlone;

    /// <summary>Where the signed time stands; null when none is signed.</summary>
    public ValueSource? Timestamp { get; init; }

    /// <summary>How it is written.</summary>
    public TimestampFormat TimestampFormat { get; init; }

    /// <summary>The header with the signed id; null when none is signed.</summary>
    public string? IdHeader { get; init; }
}
