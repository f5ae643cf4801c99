using System.Security.Cryptography;

namespace Sluice.Transport.Signatures;

/// <summary>Reads public keys of Ed25519 in the forms in which senders show them.</summary>
public static class Ed25519KeyText
{
    /// <summary>What stands before one in Standard Webhooks.</summary>
    public const string PublicPrefix = "whpk_";

    /// <summary>What stands before the other half, which nobody but the sender should have.</summary>
    public const string PrivatePrefix = "whsk_";

    private const string PemLabel = "PUBLIC KEY";

    /// <summary>Reads one: 64 hexadecimal digits, base64 with or without <c>whpk_</c> before it, or PEM; in the last two also as <c>SubjectPublicKeyInfo</c> (RFC 8410).</summary>
    /// <returns>Its 32 bytes.</returns>
    /// <exception cref="FormatException">It is none, or one that proves nothing. The message goes on after the name of the key, and does not show it.</exception>
    public static byte[] Read(string text)
    {
        var key = Decode(text.Trim());
        return Ed25519Point.FindFault(key) is { } fault ? throw new FormatException(fault) : key;
    }

    private static byte[] Decode(string text)
    {
        const string Expected = "is no public key of Ed25519; write 64 hexadecimal digits, base64 of 32 bytes with or without whpk_ before it, or PEM";
        if (text.StartsWith(PrivatePrefix, StringComparison.Ordinal))
        {
            throw new FormatException("is the private half of a key; give the public one, which begins with whpk_, and let nobody but the sender have the other");
        }

        if (PemEncoding.TryFind(text, out var pem))
        {
            return text[pem.Label] == PemLabel
                ? FromInfo(Convert.FromBase64String(text[pem.Base64Data])) ?? throw new FormatException("is a public key in PEM, but not one of Ed25519")
                : throw new FormatException($"is PEM of something that is no public key; give what stands between BEGIN {PemLabel} and END {PemLabel}");
        }

        if (text.Length == Ed25519PublicKey.Length * 2 && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }

        var encoded = text.StartsWith(PublicPrefix, StringComparison.Ordinal) ? text[PublicPrefix.Length..] : text;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            throw new FormatException(Expected);
        }

        return length == Ed25519PublicKey.Length ? bytes[..length] : FromInfo(bytes.AsSpan(0, length)) ?? throw new FormatException(Expected);
    }

    /// <summary>The key in a <c>SubjectPublicKeyInfo</c>; null when it is of another kind. There is one way to write it, so what stands before the key is always the same.</summary>
    private static byte[]? FromInfo(ReadOnlySpan<byte> der)
    {
        ReadOnlySpan<byte> start = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        return der.Length == start.Length + Ed25519PublicKey.Length && der.StartsWith(start) ? der[start.Length..].ToArray() : null;
    }
}
