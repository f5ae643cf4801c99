using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Sluice.Transport.Tls;

/// <summary>
/// What a client needs for TLS handshakes: whom it trusts, and who it is. Files are read at creation and again at the configured interval;
/// when that fails, what was read before stays in use. Thread-safe.
/// </summary>
public sealed class TlsClient
{
    private readonly TlsClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CipherSuitesPolicy? _cipherSuites;
    private Material _material;
    private long _readAt;

    /// <summary>Reads the files.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="time">Says when files are read again.</param>
    /// <param name="logger">Told when that fails.</param>
    /// <exception cref="TlsFileException">A certificate or key cannot be used.</exception>
    public TlsClient(TlsClientOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _cipherSuites = TlsCipherSuites.Policy(options.CipherSuites);
        _material = Read();
        _readAt = time.GetTimestamp();
    }

    /// <summary>Whether each handshake needs options of its own: those of the connection pool are made once and know one name only.</summary>
    public bool NeedsOwnHandshake => _options.ReloadInterval > TimeSpan.Zero || _options.ServerNameOverride is not null;

    /// <summary>What one handshake goes by.</summary>
    /// <param name="host">The host of the endpoint; the configured name replaces it.</param>
    /// <param name="protocols">What to offer by ALPN; null for nothing.</param>
    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "Only where insecure_skip_verify asks for it.")]
    public SslClientAuthenticationOptions CreateOptions(string host, List<SslApplicationProtocol>? protocols)
    {
        var material = Current();
        return new SslClientAuthenticationOptions
        {
            TargetHost = _options.ServerNameOverride ?? host,
            ApplicationProtocols = protocols,
            EnabledSslProtocols = TlsVersions.Range(_options.MinVersion, _options.MaxVersion),
            CipherSuitesPolicy = _cipherSuites,
            ClientCertificateContext = material.Identity,
            CertificateChainPolicy = material.Authorities is null ? null : CreatePolicy(material.Authorities),
            RemoteCertificateValidationCallback = _options.InsecureSkipVerify ? AcceptAny : null,
        };
    }

    /// <summary>
    /// What the handshakes of a connection pool go by, which names the host of each request itself: a configured name is held against the certificate
    /// alone then.
    /// </summary>
    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "It checks what is left to be checked.")]
    public SslClientAuthenticationOptions CreatePoolOptions()
    {
        var options = CreateOptions("", null);
        options.TargetHost = null;
        if (_options.ServerNameOverride is { } name && !_options.InsecureSkipVerify)
        {
            options.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None && shown is X509Certificate2 certificate && certificate.MatchesHostname(name);
        }

        return options;
    }

    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    /// <summary>Trusts the roots among the authorities; the others help to build the chain.</summary>
    private X509ChainPolicy CreatePolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        foreach (var authority in authorities)
        {
            var isRoot = authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData);
            (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(authority);
        }

        if (_options.IncludeSystemCaCertsPool)
        {
            using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            policy.CustomTrustStore.AddRange(system.Certificates);
        }

        return policy;
    }

    private Material Current()
    {
        lock (_gate)
        {
            if (_options.ReloadInterval <= TimeSpan.Zero || _time.GetElapsedTime(_readAt) < _options.ReloadInterval)
            {
                return _material;
            }

            // Handshakes under way may still use the certificates that are replaced, so nothing is disposed here.
            _readAt = _time.GetTimestamp();
            try
            {
                _material = Read();
            }
            catch (TlsFileException e)
            {
                _logger.LogWarning("The TLS files could not be read again, what was read before stays in use: {Problem}", e.Message);
            }

            return _material;
        }
    }

    private Material Read() => new(
        _options.HasOwnAuthorities ? PemCertificates.ReadAuthorities(_options.CaFile, _options.CaPem) : null,
        _options.HasCertificate ? PemCertificates.ReadIdentity(_options.CertFile, _options.CertPem, _options.KeyFile, _options.KeyPem) : null);

    private sealed record Material(X509Certificate2Collection? Authorities, SslStreamCertificateContext? Identity);
}
