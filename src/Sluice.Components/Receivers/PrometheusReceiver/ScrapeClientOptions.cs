using System.Buffers;
using Sluice.Configuration;
using Sluice.Transport.Tls;

namespace Sluice.Components.Receivers.PrometheusReceiver;

/// <summary><c>basic_auth</c>.</summary>
public sealed record ScrapeBasicAuthOptions : IValidatableOptions
{
    /// <summary>The name.</summary>
    [Option("The name.")]
    public string? Username { get; init; }

    /// <summary>A file with the name.</summary>
    [Option("A file with the name, read for every scrape.")]
    public string? UsernameFile { get; init; }

    /// <summary>The password.</summary>
    [Option("The password.")]
    public Secret? Password { get; init; }

    /// <summary>A file with the password.</summary>
    [Option("A file with the password, read for every scrape.")]
    public string? PasswordFile { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (string.IsNullOrEmpty(Username) == UsernameFile is null)
        {
            context.Error("username", UsernameFile is null ? "is missing" : "stands beside username_file", "give one of username and username_file");
        }

        if (Password is not null && PasswordFile is not null)
        {
            context.Error("password_file", "stands beside password", "remove one");
        }
    }
}

/// <summary><c>authorization</c>.</summary>
public sealed record ScrapeAuthorizationOptions : IValidatableOptions
{
    /// <summary>Those of RFC 9110, section 5.6.2.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>What stands before the credentials.</summary>
    [Option("What stands before the credentials.")]
    public string Type { get; init; } = "Bearer";

    /// <summary>The credentials.</summary>
    [Option("The credentials.")]
    public Secret? Credentials { get; init; }

    /// <summary>A file with them.</summary>
    [Option("A file with the credentials, read for every scrape.")]
    public string? CredentialsFile { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Type.Length == 0 || Type.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            context.Error("type", $"\"{Type}\" is no name of a scheme", "write one word, such as Bearer, and the rest as credentials");
        }

        if (Credentials is { } credentials && credentials.Reveal().AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            context.Error("credentials", "has more than one line, which a header cannot", "write it in one line");
        }

        if ((Credentials is null) == (CredentialsFile is null))
        {
            context.Error("credentials", Credentials is null ? "is missing" : "stands beside credentials_file", "give one of credentials and credentials_file");
        }
    }
}

/// <summary><c>tls_config</c>, by the names that Prometheus has for it.</summary>
[UnsupportedOption("ca", "put it into a file, and name that as ca_file")]
[UnsupportedOption("cert", "put it into a file, and name that as cert_file")]
[UnsupportedOption("key", "put it into a file, and name that as key_file")]
public sealed record ScrapeTlsOptions : IValidatableOptions
{
    /// <summary>Authorities.</summary>
    [Option("A PEM file with the authorities that certificates of targets must come from; absent for those of the system.")]
    public string? CaFile { get; init; }

    /// <summary>The certificate.</summary>
    [Option("A PEM file with the certificate that is shown to targets.")]
    public string? CertFile { get; init; }

    /// <summary>Its key.</summary>
    [Option("A PEM file with the key of the certificate.")]
    public string? KeyFile { get; init; }

    /// <summary>The name that certificates must have.</summary>
    [Option("The name that the certificates of targets must have, where it is not that of the target.")]
    public string? ServerName { get; init; }

    /// <summary>The oldest version of TLS.</summary>
    [Option("The oldest version of TLS to speak.")]
    public ScrapeTlsVersion MinVersion { get; init; }

    /// <summary>The newest version of TLS; null for the newest there is.</summary>
    [Option("The newest version of TLS to speak; absent for the newest there is.")]
    public ScrapeTlsVersion? MaxVersion { get; init; }

    /// <summary>Whether certificates are not checked.</summary>
    [Option("Whether the certificates of targets are not checked.")]
    public bool InsecureSkipVerify { get; init; }

    /// <summary>The same by the names that our clients have for it.</summary>
    internal TlsClientOptions ToClient() => new()
    {
        CaFile = CaFile,
        CertFile = CertFile,
        KeyFile = KeyFile,
        ServerNameOverride = ServerName,
        InsecureSkipVerify = InsecureSkipVerify,

        // Prometheus sees new certificates at once; nobody else says how often here.
        ReloadInterval = CaFile is null && CertFile is null ? TimeSpan.Zero : TimeSpan.FromSeconds(10),
        MinVersion = Version(MinVersion),
        MaxVersion = MaxVersion is { } newest ? Version(newest) : null,
    };

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if ((CertFile is null) != (KeyFile is null))
        {
            context.Error(CertFile is null ? "key_file" : "cert_file", CertFile is null ? "a key is given without its certificate" : "a certificate is given without its key", "give cert_file and key_file");
        }

        if (MaxVersion < MinVersion)
        {
            context.Error("max_version", "is older than min_version", "raise it, or leave it out");
        }
    }

    private static TlsVersion Version(ScrapeTlsVersion version) => version == ScrapeTlsVersion.Tls12 ? TlsVersion.Tls12 : TlsVersion.Tls13;
}

/// <summary>Versions of TLS as Prometheus names them; RFC 8996 retired those before.</summary>
public enum ScrapeTlsVersion
{
    /// <summary>RFC 5246.</summary>
    [OptionValue("TLS12")]
    Tls12,

    /// <summary>RFC 8446.</summary>
    [OptionValue("TLS13")]
    Tls13,
}
