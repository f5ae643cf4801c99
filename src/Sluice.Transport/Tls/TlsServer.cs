using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Sluice.Transport.Tls;

/// <summary>
/// What a server needs for TLS handshakes: who it is, and whom it asks for certificates. Files are read at creation, and again when a
/// handshake finds them due; when that fails, what was read before stays in use. Thread-safe.
/// </summary>
public sealed class TlsServer
{
    /// <summary>How often a file that is to be read again when it changes is looked at.</summary>
    private static readonly TimeSpan AuthoritiesInterval = TimeSpan.FromSeconds(1);

    private readonly TlsServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<SslApplicationProtocol> _protocols;
    private readonly CipherSuitesPolicy? _cipherSuites;
    private readonly Lock _gate = new();
    private SslStreamCertificateContext _identity;
    private X509Certificate2Collection? _authorities;
    private SslServerAuthenticationOptions _handshake;
    private long _identityReadAt;
    private long _authoritiesReadAt;

    /// <summary>Reads the files.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="protocols">What is offered by ALPN.</param>
    /// <param name="time">Says when files are read again.</param>
    /// <param name="logger">Told when that fails.</param>
    /// <exception cref="TlsFileException">A certificate or key cannot be used.</exception>
    public TlsServer(TlsServerOptions options, List<SslApplicationProtocol> protocols, TimeProvider time, ILogger logger)
    {
        _options = options;
        _protocols = protocols;
        _time = time;
        _logger = logger;
        _cipherSuites = TlsCipherSuites.Policy(options.CipherSuites);
        _identity = ReadIdentity();
        _authorities = ReadAuthorities();
        _identityReadAt = _authoritiesReadAt = time.GetTimestamp();
        _handshake = CreateHandshake();
    }

    /// <summary>What one handshake goes by; the same until a file was read again.</summary>
    public SslServerAuthenticationOptions GetHandshake()
    {
        lock (_gate)
        {
            // Handshakes under way may still use the certificates that are replaced, so nothing is disposed here.
            if (IsDue(_options.ReloadInterval, ref _identityReadAt) && TryRead(ReadIdentity) is { } identity)
            {
                _identity = identity;
                _handshake = CreateHandshake();
            }

            if (_options.ClientCaFileReload && IsDue(AuthoritiesInterval, ref _authoritiesReadAt) && TryRead(ReadAuthorities) is { } authorities)
            {
                _authorities = authorities;
                _handshake = CreateHandshake();
            }

            return _handshake;
        }
    }

    private bool IsDue(TimeSpan interval, ref long readAt)
    {
        if (interval <= TimeSpan.Zero || _time.GetElapsedTime(readAt) < interval)
        {
            return false;
        }

        readAt = _time.GetTimestamp();
        return true;
    }

    private T? TryRead<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (TlsFileException e)
        {
            _logger.LogWarning("The TLS files could not be read again, what was read before stays in use: {Problem}", e.Message);
            return default;
        }
    }

    private SslStreamCertificateContext ReadIdentity() =>
        PemCertificates.ReadIdentity(_options.CertFile, _options.CertPem, _options.KeyFile, _options.KeyPem);

    private X509Certificate2Collection? ReadAuthorities() =>
        _options.ClientCaFile is { } file ? PemCertificates.ReadAuthorities(file, null, "client_ca_file") : null;

    private SslServerAuthenticationOptions CreateHandshake() => new()
    {
        ServerCertificateContext = _identity,
        ApplicationProtocols = _protocols,
        EnabledSslProtocols = TlsVersions.Range(_options.MinVersion, _options.MaxVersion),
        CipherSuitesPolicy = _cipherSuites,
        AllowRenegotiation = false,
        ClientCertificateRequired = _authorities is not null,
        CertificateChainPolicy = _authorities is null ? null : CreatePolicy(_authorities),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    /// <summary>Trusts the roots among the authorities; the others help to build the chain.</summary>
    private static X509ChainPolicy CreatePolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        foreach (var authority in authorities)
        {
            var isRoot = authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData);
            (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(authority);
        }

        return policy;
    }
}
