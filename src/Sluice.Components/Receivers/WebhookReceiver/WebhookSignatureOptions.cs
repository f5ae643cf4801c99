using Sluice.Components.Receivers.WebhookReceiver.Verification;
using Sluice.Configuration;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>How requests of a sender without a scheme of its own are signed.</summary>
public sealed record WebhookSignatureOptions : IValidatableOptions
{
    /// <summary>The header.</summary>
    [Option("The header that carries the signature.", Required = true)]
    public string Header { get; init; } = "";

    /// <summary>What stands before it.</summary>
    [Option("What stands before the signature in its header, such as `sha256=`. A signature without it is none.")]
    public string Prefix { get; init; } = "";

    /// <summary>What stands between several.</summary>
    [Option("What stands between several signatures or fields in the header; absent, it holds one signature.")]
    public SignatureSeparator Separator { get; init; }

    /// <summary>The algorithm.</summary>
    [Option("The algorithm. With ed25519 the secrets of the endpoint are public keys.")]
    public SignatureAlgorithm Algorithm { get; init; } = SignatureAlgorithm.HmacSha256;

    /// <summary>The encoding.</summary>
    [Option("How the bytes of the signature are written.")]
    public SignatureEncoding Encoding { get; init; } = SignatureEncoding.Hex;

    /// <summary>What is signed.</summary>
    [Option("What is signed: text with {body}, and {timestamp} and {id} where they are signed too.")]
    public string Signed { get; init; } = "{body}";

    /// <summary>Where the time stands.</summary>
    [Option("Where the signed time stands: a header, or as field:t a field of the signature's header.")]
    public ValueSource? Timestamp { get; init; }

    /// <summary>How the time is written.</summary>
    [Option("How the signed time is written.")]
    public TimestampFormat TimestampFormat { get; init; }

    /// <summary>Where the id stands.</summary>
    [Option("The header with the signed id, for {id}.")]
    public ValueSource? Id { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (!HeaderRules.IsName(Header))
        {
            context.Error("header", $"\"{Header}\" is not the name of a header", "write a name such as X-Signature");
        }

        if (!SignedText.TryParse(Signed, out var signed, out var problem))
        {
            context.Error("signed", problem, "write for example {timestamp}.{body}");
            return;
        }

        if (signed.Has(SignedPart.Timestamp) != Timestamp is not null)
        {
            context.Error("timestamp", "a time that is signed has to be found, and one that is not signed proves nothing", "give timestamp and {timestamp} in signed, or neither");
        }

        if (signed.Has(SignedPart.Id) != Id is not null)
        {
            context.Error("id", "an id that is signed has to be found, and one that is not signed proves nothing", "give id and {id} in signed, or neither; an unsigned id is set by id beside signature");
        }

        if (Timestamp is { Kind: ValueSourceKind.Body })
        {
            context.Error("timestamp", "it cannot stand in the body", "write header:… or field:…");
        }

        if (Timestamp is { Kind: ValueSourceKind.Field } && Separator == SignatureSeparator.None)
        {
            context.Error("timestamp", "a field needs a separator between it and the signature", "set separator: comma");
        }

        if (Id is { Kind: not ValueSourceKind.Header })
        {
            context.Error("id", "it has to stand in a header", "write header:…");
        }
    }
}
