using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using Sluice.Configuration;

namespace Sluice.Transport.Tls;

/// <summary>Versions of TLS that are still safe; RFC 8996 retired those before.</summary>
public enum TlsVersion
{
    /// <summary>RFC 5246.</summary>
    [OptionValue("1.2")]
    Tls12,

    /// <summary>RFC 8446.</summary>
    [OptionValue("1.3")]
    Tls13,
}

/// <summary>Ranges of <see cref="TlsVersion"/>.</summary>
internal static class TlsVersions
{
    /// <summary>The protocols from one version to another; null for the latest.</summary>
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The user names the versions; only safe ones can be named.")]
    public static SslProtocols Range(TlsVersion min, TlsVersion? max) => (min, max) switch
    {
        (TlsVersion.Tls12, TlsVersion.Tls12) => SslProtocols.Tls12,
        (TlsVersion.Tls12, _) => SslProtocols.Tls12 | SslProtocols.Tls13,
        _ => SslProtocols.Tls13,
    };
}
