using System.Net.Security;

namespace Sluice.Transport.Tls;

/// <summary>Cipher suites by their IANA names.</summary>
internal static class TlsCipherSuites
{
    /// <summary>The suite of that name; null when there is none.</summary>
    public static TlsCipherSuite? Find(string name) =>
        name.StartsWith("TLS_", StringComparison.Ordinal) && Enum.TryParse<TlsCipherSuite>(name, out var suite) && Enum.IsDefined(suite) ? suite : null;

    /// <summary>The policy for names that are known; null for none, which leaves the choice to the system.</summary>
    /// <exception cref="TlsFileException">The system's library does not let programs choose.</exception>
    public static CipherSuitesPolicy? Policy(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return null;
        }

        if (OperatingSystem.IsWindows() || OperatingSystem.IsAndroid())
        {
            throw new TlsFileException("cipher_suites", "cipher_suites can be chosen on Linux and macOS only");
        }

        TlsCipherSuite[] always = [TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256];
        try
        {
            return new CipherSuitesPolicy(names.Select(name => Find(name)!.Value).Concat(always).Distinct());
        }
        catch (PlatformNotSupportedException e)
        {
            throw new TlsFileException("cipher_suites", e.Message);
        }
    }
}
