using Sluice.Components.Receivers.WebhookReceiver.Verification;
using Sluice.Configuration;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>One sender, or several that share secrets.</summary>
public sealed record WebhookEndpointOptions : IValidatableOptions
{
    /// <summary>The path.</summary>
    [Option("The path that it is sent to.", Required = true)]
    public string Path { get; init; } = "";

    /// <summary>How it signs, and what its events look like.</summary>
    [Option("How the sender signs, and what its events look like.")]
    public WebhookScheme Scheme { get; init; }

    /// <summary>Whether it is checked.</summary>
    [Option("Whether requests are checked. none takes from everybody, and has to be said.")]
    public WebhookVerify Verify { get; init; }

    /// <summary>Live secrets.</summary>
    [Option("Secrets that are all accepted, so that one can be changed while senders still use the other. For Ed25519 they are public keys.")]
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>A file with secrets.</summary>
    [Option("A file with secrets, one a line or public keys in PEM, instead of secrets; read again when it changes.")]
    public string? SecretsFile { get; init; }

    /// <summary>How requests are signed.</summary>
    [Option("How requests are signed, for scheme: custom.")]
    public WebhookSignatureOptions? Signature { get; init; }

    /// <summary>How far a signed time may be from now.</summary>
    [Option("How far a signed time may be from now, before and after, for schemes that sign one.", Min = 1)]
    public TimeSpan ReplayWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Where the name of the event stands.</summary>
    [Option("Where the name of the event stands, instead of where the scheme has it.")]
    public ValueSource? EventName { get; init; }

    /// <summary>Where its time stands.</summary>
    [Option("Where the time of the event stands, instead of where the scheme has it: RFC 3339, or a number since 1970 in seconds, milli-, micro- or nanoseconds.")]
    public ValueSource? Time { get; init; }

    /// <summary>Where its id stands.</summary>
    [Option("Where the id of the delivery stands, instead of where the scheme has it.")]
    public ValueSource? Id { get; init; }

    /// <summary>By what repeats are known.</summary>
    [Option("By what a repeated delivery is known: its id, or its content, byte for byte; auto takes what suits the scheme.")]
    public WebhookIdempotency Idempotency { get; init; }

    /// <summary>How long deliveries are remembered.</summary>
    [Option("How long a delivery is remembered, to know a repeat.", Min = 1)]
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many deliveries are remembered.</summary>
    [Option("How many deliveries are remembered at most; the oldest go first. Each takes about 120 bytes of memory.", Unit = "deliveries", Min = 1)]
    public int RememberAtMost { get; init; } = 1_000_000;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (!Path.StartsWith('/') || Path.AsSpan().ContainsAny('?', '#'))
        {
            context.Error("path", $"\"{Path}\" is not a path", "begin it with a slash, without a query");
        }

        ValidateSecrets(context);
        if (Scheme == WebhookScheme.Custom && Verify == WebhookVerify.Signature && Signature is null)
        {
            context.Error("signature", "scheme: custom needs it", "say how requests are signed, or take another scheme");
        }
        else if (Scheme != WebhookScheme.Custom && Signature is not null)
        {
            context.Error("signature", "the scheme says how requests are signed", "remove it, or set scheme: custom");
        }

        (string Key, ValueSource? Source)[] sources = [("event_name", EventName), ("time", Time), ("id", Id)];
        foreach (var (key, _) in sources.Where(source => source.Source is { Kind: ValueSourceKind.Field }))
        {
            context.Error(key, "field: is for the time in a signature", "write header:… or body:…");
        }
    }

    private void ValidateSecrets(OptionsValidation context)
    {
        if (Secrets.Count > 0 && SecretsFile is not null)
        {
            context.Error("secrets_file", "is given beside secrets", "keep one of them");
        }

        var hasSecrets = Secrets.Count > 0 || SecretsFile is not null;
        if (Verify == WebhookVerify.Signature && !hasSecrets && !context.IsFaulty("secrets"))
        {
            context.Error("secrets", "there is no secret, so nobody could be told from a forger", "give secrets or secrets_file; to take from everybody, say verify: none");
        }
        else if (Verify == WebhookVerify.None && hasSecrets)
        {
            context.Error("verify", "with none, the secrets would be ignored", "remove it, or remove the secrets");
        }

        if (SecretKeys.FindFault([.. Secrets.Select(secret => secret.Reveal())], Presets.SecretFormatOf(this)) is { } fault)
        {
            context.Error("secrets", fault, "give the secret as the sender shows it");
        }
    }
}
