using Sluice.Configuration;

namespace Sluice.Transport.Tls;

/// <summary>How a client speaks TLS: the keys of the Collector's <c>configtls</c> client.</summary>
[UnsupportedOption("curve_preferences", "leave it out: the system's TLS library chooses the curves")]
[UnsupportedOption("tpm", "keep the key in a file that only this user may read")]
public sealed record TlsClientOptions : IValidatableOptions
{
    /// <summary>Whether a protocol without schemes is spoken in the clear.</summary>
    [Option("gRPC: whether to connect without TLS. HTTP: without effect, the scheme of the endpoint decides.")]
    public bool Insecure { get; init; }

    /// <summary>Whether any certificate is good enough.</summary>
    [Option("Whether any certificate of the server is accepted. Whoever is in between can then read and change everything.")]
    public bool InsecureSkipVerify { get; init; }

    /// <summary>The name to ask for and to check.</summary>
    [Option("The name that is asked for and that the server's certificate must have; absent for the host of the endpoint.")]
    public string? ServerNameOverride { get; init; }

    /// <summary>Whom to trust.</summary>
    [Option("A PEM file with the certificates of the authorities to trust; absent for the system's.")]
    public string? CaFile { get; init; }

    /// <summary>Whom to trust, written here.</summary>
    [Option("The certificates of the authorities to trust, in PEM.")]
    public string? CaPem { get; init; }

    /// <summary>Whether the system's authorities are trusted too.</summary>
    [Option("Whether the system's authorities are trusted beside those of ca_file or ca_pem.")]
    public bool IncludeSystemCaCertsPool { get; init; }

    /// <summary>The certificate of this client.</summary>
    [Option("A PEM file with this client's certificate, followed by those between it and the authority.")]
    public string? CertFile { get; init; }

    /// <summary>The certificate of this client, written here.</summary>
    [Option("This client's certificate, in PEM.")]
    public string? CertPem { get; init; }

    /// <summary>Its key.</summary>
    [Option("A PEM file with the key of the certificate.")]
    public string? KeyFile { get; init; }

    /// <summary>Its key, written here.</summary>
    [Option("The key of the certificate, in PEM.")]
    public Secret? KeyPem { get; init; }

    /// <summary>The oldest version.</summary>
    [Option("The oldest version of TLS to speak.")]
    public TlsVersion MinVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>The newest version; null for the newest there is.</summary>
    [Option("The newest version of TLS to speak; absent for the newest there is.")]
    public TlsVersion? MaxVersion { get; init; }

    /// <summary>Cipher suites; empty for the system's.</summary>
    [Option("The cipher suites of TLS 1.2 to offer, by their IANA names, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; those of TLS 1.3 are always offered. Empty for the system's choice.")]
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    /// <summary>How often the files are read again; zero for never.</summary>
    [Option("How often the files are read again, for connections that are made from then on; 0s for never.", Min = 0)]
    public TimeSpan ReloadInterval { get; init; }

    /// <summary>Whether anything but the system's authorities is trusted.</summary>
    internal bool HasOwnAuthorities => CaFile is not null || CaPem is not null;

    /// <summary>Whether a client certificate is sent when the server asks for one.</summary>
    internal bool HasCertificate => CertFile is not null || CertPem is not null;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        Exclude(context, "ca_file", CaFile is not null, "ca_pem", CaPem is not null);
        Exclude(context, "cert_file", CertFile is not null, "cert_pem", CertPem is not null);
        Exclude(context, "key_file", KeyFile is not null, "key_pem", KeyPem is not null);
        var hasKey = KeyFile is not null || KeyPem is not null;
        if (HasCertificate != hasKey)
        {
            context.Error(
                HasCertificate ? "cert_file" : "key_file",
                HasCertificate ? "a certificate is given without its key" : "a key is given without its certificate",
                "give cert_file and key_file, or cert_pem and key_pem");
        }

        if (MaxVersion < MinVersion)
        {
            context.Error("max_version", "is older than min_version", "raise it, or leave it out");
        }

        if (IncludeSystemCaCertsPool && !HasOwnAuthorities)
        {
            context.Warning("include_system_ca_certs_pool", "has no effect without ca_file or ca_pem: the system's authorities are trusted anyway", "leave it out");
        }

        foreach (var name in CipherSuites.Where(name => TlsCipherSuites.Find(name) is null))
        {
            context.Error("cipher_suites", $"\"{name}\" is not a cipher suite", "use an IANA name such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        }
    }

    private static void Exclude(OptionsValidation context, string file, bool hasFile, string pem, bool hasPem)
    {
        if (hasFile && hasPem)
        {
            context.Error(pem, $"is given beside {file}", "keep one of them");
        }
    }
}
