using System.Numerics;

namespace Sluice.Transport.Signatures;

/// <summary>
/// Whether the bytes of a public key are a point of the curve edwards25519 (RFC 8032, 5.1) that only the owner of a secret can sign for. OpenSSL
/// does not look before it checks a signature. Slow, for keys as they are configured.
/// </summary>
internal static class Ed25519Point
{
    /// <summary>A point has eight forms that differ by one of so few points that everybody can sign for those.</summary>
    private const int DoublingsOfCofactor = 3;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger D = Reduce(-121665 * Invert(121666));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);

    /// <summary>Why a key cannot be used; null when it can.</summary>
    /// <param name="key">32 bytes.</param>
    public static string? FindFault(ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[key.Length];
        key.CopyTo(bytes);
        var isOdd = (bytes[^1] & 0x80) != 0;
        bytes[^1] &= 0x7f;
        var y = new BigInteger(bytes, isUnsigned: true);
        if (y >= P || TryRecover(y, isOdd) is not { } x)
        {
            return "is not a public key of Ed25519, although it is as long as one";
        }

        for (var i = 0; i < DoublingsOfCofactor; i++)
        {
            (x, y) = Double(x, y);
        }

        return x.IsZero && y.IsOne ? "is a key that everybody can sign for" : null;
    }

    /// <summary>The other coordinate (RFC 8032, 5.1.3); null when there is none.</summary>
    private static BigInteger? TryRecover(BigInteger y, bool isOdd)
    {
        var square = Reduce(((y * y) - 1) * Invert(Reduce((D * y * y) + 1)));
        var x = BigInteger.ModPow(square, (P + 3) / 8, P);
        if (Reduce(x * x) != square)
        {
            x = Reduce(x * RootOfMinusOne);
        }

        if (Reduce(x * x) != square || (x.IsZero && isOdd))
        {
            return null;
        }

        return x.IsEven == isOdd ? P - x : x;
    }

    private static (BigInteger X, BigInteger Y) Double(BigInteger x, BigInteger y)
    {
        var product = Reduce(D * x * x * y * y);
        return (Reduce(2 * x * y * Invert(Reduce(1 + product))), Reduce(((y * y) + (x * x)) * Invert(Reduce(1 - product))));
    }

    private static BigInteger Invert(BigInteger number) => BigInteger.ModPow(number, P - 2, P);

    private static BigInteger Reduce(BigInteger number)
    {
        var remainder = BigInteger.Remainder(number, P);
        return remainder.Sign < 0 ? remainder + P : remainder;
    }
}
