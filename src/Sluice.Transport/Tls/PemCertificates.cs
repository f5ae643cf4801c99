using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Configuration;

namespace Sluice.Transport.Tls;

/// <summary>Reads certificates and keys from PEM, and says which key of the configuration is wrong when it cannot.</summary>
internal static class PemCertificates
{
    /// <summary>Reads a certificate with its key and what stands between it and its authority.</summary>
    /// <exception cref="TlsFileException">It cannot be used.</exception>
    public static SslStreamCertificateContext ReadIdentity(string? certFile, string? certPem, string? keyFile, Secret? keyPem)
    {
        var certKey = certFile is null ? "cert_pem" : "cert_file";
        var key = keyFile is null ? "key_pem" : "key_file";
        var certText = certPem ?? ReadFile(certKey, certFile!);
        var keyText = keyPem?.Reveal() ?? ReadFile(key, keyFile!);
        var chain = ReadAll(certKey, certText);
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(certText, keyText);

            // A key read from PEM is ephemeral, which Windows does not take for TLS; elsewhere this copy is cheap and does no harm.
            var usable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(usable, chain, offline: true);
        }
        catch (CryptographicException e)
        {
            throw new TlsFileException(key, $"is not the key of the certificate, or is encrypted ({e.Message.TrimEnd('.')}); give the unencrypted key in PEM");
        }
        catch (ArgumentException e)
        {
            throw new TlsFileException(key, $"is not the key of the certificate ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>Reads the certificates of authorities.</summary>
    /// <param name="file">The file; null for <paramref name="pem"/>.</param>
    /// <param name="pem">The certificates themselves.</param>
    /// <param name="fileKey">The key that holds the file.</param>
    /// <exception cref="TlsFileException">There is none.</exception>
    public static X509Certificate2Collection ReadAuthorities(string? file, string? pem, string fileKey = "ca_file")
    {
        var key = file is null ? "ca_pem" : fileKey;
        return ReadAll(key, pem ?? ReadFile(key, file!));
    }

    private static X509Certificate2Collection ReadAll(string key, string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new TlsFileException(key, $"holds a certificate that cannot be read ({e.Message.TrimEnd('.')})");
        }

        return certificates.Count > 0
            ? certificates
            : throw new TlsFileException(key, "holds no certificate; it begins with -----BEGIN CERTIFICATE-----");
    }

    private static string ReadFile(string key, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsFileException(key, $"cannot be read: {e.Message}");
        }
    }
}
