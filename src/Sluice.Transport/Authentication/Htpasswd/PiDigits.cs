using System.Numerics;

namespace Sluice.Transport.Authentication.Htpasswd;

/// <summary>The binary digits of pi, from which Blowfish takes its initial state so that nobody chose it.</summary>
internal static class PiDigits
{
    private const int GuardBits = 64;

    /// <summary>The first digits behind the point, in words of 32 bits, the most significant first.</summary>
    public static uint[] Fraction(int words)
    {
        var bits = (words * 32) + GuardBits;
        var one = BigInteger.One << bits;

        // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239).
        var pi = (16 * ArcTanOfInverse(5, one)) - (4 * ArcTanOfInverse(239, one));
        var digits = ((pi - (3 * one)) >> GuardBits).ToByteArray(isUnsigned: true, isBigEndian: true);
        var result = new uint[words];
        var padding = (words * 4) - digits.Length;
        for (var i = 0; i < digits.Length; i++)
        {
            result[(i + padding) / 4] |= (uint)digits[i] << (24 - (((i + padding) % 4) * 8));
        }

        return result;
    }

    /// <summary>arctan(1/x) = 1/x - 1/3x³ + 1/5x⁵ - …</summary>
    private static BigInteger ArcTanOfInverse(int x, BigInteger one)
    {
        var power = one / x;
        var sum = power;
        for (var n = 3; !power.IsZero; n += 2)
        {
            power /= x * x;
            sum += (n & 2) == 0 ? power / n : -(power / n);
        }

        return sum;
    }
}
