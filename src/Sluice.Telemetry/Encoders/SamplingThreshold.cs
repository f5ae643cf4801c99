using System.Buffers;
using System.Globalization;

namespace Sluice.Telemetry.Encoders;

/// <summary>
/// The rejection threshold of consistent probability sampling, which samplers leave in the trace state as <c>ot=th:…</c>
/// (OpenTelemetry specification, "TraceState: Probability Sampling"): up to 14 hexadecimal digits, trailing zeros left out, of a 56-bit
/// number. A span was kept because its randomness is at least the threshold.
/// </summary>
public static class SamplingThreshold
{
    private const int MaximumDigits = 14;
    private const int Bits = 56;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Finds the threshold in a W3C trace state.</summary>
    /// <param name="traceState">The header's text.</param>
    /// <param name="digits">The threshold as it stands there.</param>
    /// <param name="probability">The probability with which a span like this was kept: above 0, at most 1.</param>
    /// <returns>False when there is none, or not a valid one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> traceState, out ReadOnlySpan<byte> digits, out double probability)
    {
        foreach (var range in traceState.Split((byte)','))
        {
            var member = traceState[range].Trim(" \t"u8);
            if (member.StartsWith("ot="u8))
            {
                return TryReadMember(member[3..], out digits, out probability);
            }
        }

        digits = default;
        probability = 0;
        return false;
    }

    private static bool TryReadMember(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> digits, out double probability)
    {
        foreach (var range in value.Split((byte)';'))
        {
            var field = value[range];
            if (field.StartsWith("th:"u8))
            {
                digits = field[3..];
                return TryParse(digits, out probability);
            }
        }

        digits = default;
        probability = 0;
        return false;
    }

    private static bool TryParse(ReadOnlySpan<byte> digits, out double probability)
    {
        probability = 0;
        if (digits.Length is 0 or > MaximumDigits
            || digits.IndexOfAnyExcept(HexDigits) >= 0
            || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var threshold))
        {
            return false;
        }

        threshold <<= 4 * (MaximumDigits - digits.Length);
        probability = ((1UL << Bits) - threshold) / (double)(1UL << Bits);
        return true;
    }
}
