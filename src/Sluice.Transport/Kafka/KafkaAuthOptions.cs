using Sluice.Configuration;

namespace Sluice.Transport.Kafka;

/// <summary>The Collector's <c>auth</c> of Kafka clients.</summary>
[UnsupportedOption("plain_text", "use sasl with mechanism: PLAIN")]
[UnsupportedOption("tls", "use tls beside auth")]
[UnsupportedOption("kerberos", "use sasl with another mechanism, such as SCRAM-SHA-512")]
public sealed record KafkaAuthOptions
{
    /// <summary>SASL; null for none.</summary>
    [Option("Proves by SASL who this is.")]
    public KafkaSaslOptions? Sasl { get; init; }
}

/// <summary>The Collector's <c>auth::sasl</c>.</summary>
[IgnoredOption("version", "the library asks the broker")]
[UnsupportedOption("aws_msk", "create SCRAM credentials for the cluster, and use mechanism: SCRAM-SHA-512")]
[UnsupportedOption("oidc_file", "use mechanism: OAUTHBEARER with oauthbearer")]
[UnsupportedOption("oauthbearer_token_source", "say in oauthbearer where tokens come from")]
public sealed record KafkaSaslOptions : IValidatableOptions
{
    /// <summary>The mechanism.</summary>
    [Option("How it is proven: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.", Required = true)]
    public KafkaMechanism Mechanism { get; init; }

    /// <summary>The user.</summary>
    [Option("The user, for PLAIN and SCRAM.")]
    public string? Username { get; init; }

    /// <summary>The password.</summary>
    [Option("The password, for PLAIN and SCRAM.")]
    public Secret? Password { get; init; }

    /// <summary>Where tokens come from.</summary>
    [Option("Where tokens come from, for OAUTHBEARER.", Key = "oauthbearer")]
    public KafkaTokenOptions? OAuthBearer { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Mechanism == KafkaMechanism.OAuthBearer)
        {
            if (OAuthBearer is null)
            {
                context.Error("oauthbearer", "is needed for OAUTHBEARER", "give token, token_file, or token_url with client_id and client_secret");
            }

            return;
        }

        if (string.IsNullOrEmpty(Username) || Password is null)
        {
            context.Error(Password is null ? "password" : "username", "PLAIN and SCRAM need a user and a password", "give both");
        }

        if (OAuthBearer is not null)
        {
            context.Error("oauthbearer", "has no effect on this mechanism", "remove it, or use mechanism: OAUTHBEARER");
        }
    }
}

/// <summary>Where tokens for OAUTHBEARER come from: one of three sources.</summary>
public sealed record KafkaTokenOptions : IValidatableOptions
{
    /// <summary>The token itself.</summary>
    [Option("The token itself.")]
    public Secret? Token { get; init; }

    /// <summary>A file with the token.</summary>
    [Option("A file with the token, read again before it expires, or every minute where the token does not say when that is.")]
    public string? TokenFile { get; init; }

    /// <summary>Where tokens are issued.</summary>
    [Option("Where tokens are issued to client_id (the client credentials grant of OAuth 2.0), such as https://idp.example.com/token.")]
    public string? TokenUrl { get; init; }

    /// <summary>Who asks for them.</summary>
    [Option("Who asks for tokens.")]
    public string? ClientId { get; init; }

    /// <summary>The proof.</summary>
    [Option("What proves it.")]
    public Secret? ClientSecret { get; init; }

    /// <summary>What is asked for.</summary>
    [Option("The scopes that are asked for.")]
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        var sources = (Token is null ? 0 : 1) + (TokenFile is null ? 0 : 1) + (TokenUrl is null ? 0 : 1);
        if (sources != 1)
        {
            context.Error("token", sources == 0 ? "there is no source of tokens" : "there are several sources of tokens", "give one of token, token_file and token_url");
        }

        if (TokenUrl is not null && !(Uri.TryCreate(TokenUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            context.Error("token_url", $"\"{TokenUrl}\" is not an address", "write one such as https://idp.example.com/token");
        }

        if ((TokenUrl is not null) != (ClientId is not null) || (TokenUrl is not null) != (ClientSecret is not null))
        {
            context.Error(TokenUrl is null ? "token_url" : ClientId is null ? "client_id" : "client_secret", "token_url, client_id and client_secret belong together", "give all three, or none");
        }
    }
}
