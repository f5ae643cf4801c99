using System.Buffers;
using System.Globalization;

namespace Sluice.Telemetry.Sampling;

/// <summary>The 56 bits that consistent probability sampling compares with a <see cref="RejectionThreshold"/>, as a number below 2^56.</summary>
public static class SamplingRandomness
{
    /// <summary>Hexadecimal digits of the text form.</summary>
    public const int Digits = 14;

    /// <summary>The greatest value: kept at every probability above 0.</summary>
    public const ulong Max = (1UL << 56) - 1;

    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;
    private const int HashBits = 14;
    private const uint HashMask = (1 << HashBits) - 1;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>The last seven bytes of a trace id, which W3C Trace Context Level 2 wants to be random.</summary>
    public static ulong FromTraceId(TraceId id) => id.Low & Max;

    /// <summary>
    /// The Collector's <c>hash_seed</c> mode: 32-bit FNV-1a over the seed, little-endian, and the bytes. Its low 14 bits alone
    /// decide, taken from 2^14 - 1 so that the smaller hashes are kept; they become the leading bits, the others follow.
    /// </summary>
    public static ulong FromHash(uint seed, ReadOnlySpan<byte> bytes)
    {
        var hash = FnvOffset;
        for (var shift = 0; shift < 32; shift += 8)
        {
            hash = (hash ^ ((seed >> shift) & 0xFF)) * FnvPrime;
        }

        foreach (var b in bytes)
        {
            hash = (hash ^ b) * FnvPrime;
        }

        ulong deciding = hash & HashMask;
        ulong rest = hash >> (32 - HashBits);
        return ((HashMask - deciding) << 42) | ((rest ^ (rest << 10)) << HashBits) | deciding;
    }

    /// <summary>Reads the text form: exactly 14 hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong randomness)
    {
        randomness = 0;
        return text.Length == Digits && TryParseHex(text, out randomness);
    }

    /// <summary>Writes the text form in lower case.</summary>
    /// <param name="randomness">A number below 2^56.</param>
    /// <param name="destination">At least <see cref="Digits"/> bytes.</param>
    public static void Write(ulong randomness, Span<byte> destination)
    {
        for (var i = Digits - 1; i >= 0; i--)
        {
            destination[i] = "0123456789abcdef"u8[(int)(randomness & 15)];
            randomness >>= 4;
        }
    }

    internal static bool TryParseHex(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        return text.IndexOfAnyExcept(HexDigits) < 0
            && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
