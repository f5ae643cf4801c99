using System.Security.Cryptography;

namespace Sluice.Transport.Signatures;

/// <summary>
/// Checks signatures of Ed25519 (RFC 8032) with the system's OpenSSL. Thread-safe. It lives as long as it is referred to, so that a request may
/// still use a key that was replaced meanwhile; its native memory goes with it.
/// </summary>
public sealed class Ed25519PublicKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureLength = 64;

    /// <summary>The number of Ed25519 among the types of keys (<c>EVP_PKEY_ED25519</c>).</summary>
    private const int Type = 1087;

    private readonly EvpKey _key;

    /// <summary>Makes a key of its bytes.</summary>
    /// <param name="key">32 bytes, as <see cref="Ed25519KeyText.Read"/> gives them.</param>
    /// <exception cref="PlatformNotSupportedException">The system has no OpenSSL, or one without Ed25519; the message says what is needed.</exception>
    public Ed25519PublicKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Length);
        OpenSsl.Load();
        _key = OpenSsl.NewPublicKey(Type, engine: 0, key, Length);
        if (_key.IsInvalid)
        {
            OpenSsl.ForgetErrors();
            throw new PlatformNotSupportedException("the system's OpenSSL refuses keys of Ed25519, as it does when it is confined to older FIPS rules; allow Ed25519 in its configuration");
        }
    }

    /// <summary>A key to which nobody has the other half.</summary>
    /// <exception cref="PlatformNotSupportedException">As for any other key.</exception>
    public static Ed25519PublicKey Nobodys()
    {
        // About every second number is the coordinate of a point.
        Span<byte> key = stackalloc byte[Length];
        do
        {
            RandomNumberGenerator.Fill(key);
        }
        while (Ed25519Point.FindFault(key) is not null);

        return new(key);
    }

    /// <summary>
    /// Whether the signature of a message is right. A signature of another length, or one whose second half is not the smallest number that it
    /// can be (RFC 8032, 5.1.7), is not, so that nobody can change one signature into another.
    /// </summary>
    /// <exception cref="CryptographicException">OpenSSL has no memory.</exception>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var context = OpenSsl.NewContext();
        if (context.IsInvalid || OpenSsl.BeginVerify(context, keyContext: 0, digest: 0, engine: 0, _key) != 1)
        {
            OpenSsl.ForgetErrors();
            throw new CryptographicException("OpenSSL cannot check a signature of Ed25519, as for want of memory.");
        }

        var isRight = OpenSsl.Verify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        if (!isRight)
        {
            OpenSsl.ForgetErrors();
        }

        return isRight;
    }
}
