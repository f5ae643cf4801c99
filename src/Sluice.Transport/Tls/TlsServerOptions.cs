using Sluice.Configuration;

namespace Sluice.Transport.Tls;

/// <summary>How a server speaks TLS: the keys of the Collector's <c>configtls</c> server.</summary>
[IgnoredOption("ca_file", "a server trusts the authorities of client_ca_file only, as in the Collector")]
[IgnoredOption("ca_pem", "a server trusts the authorities of client_ca_file only, as in the Collector")]
[IgnoredOption("include_system_ca_certs_pool", "a server trusts the authorities of client_ca_file only, as in the Collector")]
[UnsupportedOption("include_insecure_cipher_suites", "leave it out, and choose from the suites of the system in cipher_suites")]
[UnsupportedOption("curve_preferences", "leave it out: the system's TLS library chooses the curves")]
[UnsupportedOption("tpm", "keep the key in a file that only this user may read")]
public sealed record TlsServerOptions : IValidatableOptions
{
    /// <summary>The server's certificate.</summary>
    [Option("A PEM file with the server's certificate, followed by those between it and its authority.")]
    public string? CertFile { get; init; }

    /// <summary>The server's certificate, written here.</summary>
    [Option("The server's certificate, in PEM.")]
    public string? CertPem { get; init; }

    /// <summary>Its key.</summary>
    [Option("A PEM file with the key of the certificate, not encrypted.")]
    public string? KeyFile { get; init; }

    /// <summary>Its key, written here.</summary>
    [Option("The key of the certificate, in PEM.")]
    public Secret? KeyPem { get; init; }

    /// <summary>Whom clients must be vouched for by; null to ask for no certificate.</summary>
    [Option("A PEM file with the authorities that clients' certificates must come from; with it, a client without such a certificate is refused.")]
    public string? ClientCaFile { get; init; }

    /// <summary>Whether that file is read again when it changes.</summary>
    [Option("Whether client_ca_file is read again when it changes, for connections that are made from then on.")]
    public bool ClientCaFileReload { get; init; }

    /// <summary>The oldest version.</summary>
    [Option("The oldest version of TLS to speak.")]
    public TlsVersion MinVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>The newest version; null for the newest there is.</summary>
    [Option("The newest version of TLS to speak; absent for the newest there is.")]
    public TlsVersion? MaxVersion { get; init; }

    /// <summary>Cipher suites; empty for the system's.</summary>
    [Option("The cipher suites of TLS 1.2 to accept, by their IANA names, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; those of TLS 1.3 are always accepted. Empty for the system's choice.")]
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    /// <summary>How often certificate and key are read again; zero for never.</summary>
    [Option("How often certificate and key are read again, for connections that are made from then on; 0s for never.", Min = 0)]
    public TimeSpan ReloadInterval { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        RequireOne(context, "cert_file", CertFile is not null, "cert_pem", CertPem is not null);
        RequireOne(context, "key_file", KeyFile is not null, "key_pem", KeyPem is not null);
        if (MaxVersion < MinVersion)
        {
            context.Error("max_version", "is older than min_version", "raise it, or leave it out");
        }

        if (ClientCaFileReload && ClientCaFile is null)
        {
            context.Error("client_ca_file_reload", "there is no client_ca_file to read again", "give client_ca_file, or leave it out");
        }

        foreach (var name in CipherSuites.Where(name => TlsCipherSuites.Find(name) is null))
        {
            context.Error("cipher_suites", $"\"{name}\" is not a cipher suite", "use an IANA name such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        }
    }

    private static void RequireOne(OptionsValidation context, string file, bool hasFile, string pem, bool hasPem)
    {
        if (hasFile && hasPem)
        {
            context.Error(pem, $"is given beside {file}", "keep one of them");
        }
        else if (!hasFile && !hasPem)
        {
            context.Error(file, $"a server of TLS needs {file} or {pem}", "give one of them, or remove tls");
        }
    }
}
