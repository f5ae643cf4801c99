using System.Globalization;

namespace Sluice.Telemetry.Sampling;

/// <summary>
/// The rejection threshold of consistent probability sampling (OpenTelemetry specification, "TraceState: Probability Sampling"): how many
/// of the 2^56 values of <see cref="SamplingRandomness"/> are left out. A record is kept when its randomness is at least the threshold.
/// </summary>
/// <param name="Value">0 to 2^56: 0 keeps everything, 2^56 nothing.</param>
public readonly record struct RejectionThreshold(ulong Value)
{
    /// <summary>Hexadecimal digits of full precision; also the longest text.</summary>
    public const int MaxDigits = 14;

    private const int BitsPerDigit = 4;
    private const ulong Limit = 1UL << (MaxDigits * BitsPerDigit);
    private const double Scale = Limit;

    /// <summary>The smallest probability above 0 that a threshold can stand for.</summary>
    public const double MinProbability = 1 / Scale;

    /// <summary>Keeps everything.</summary>
    public static RejectionThreshold Always => new(0);

    /// <summary>Keeps nothing. It has no text.</summary>
    public static RejectionThreshold Never => new(Limit);

    /// <summary>The probability with which a record is kept.</summary>
    public double Probability => (Limit - Value) / Scale;

    /// <summary>Whether a record with this randomness is kept.</summary>
    public bool Keeps(ulong randomness) => Value <= randomness;

    /// <summary>
    /// The threshold of a probability, rounded to a number of significant digits. Leading digits 0 and f add to them, so that
    /// probabilities near 0 and 1 are as exact as others.
    /// </summary>
    /// <param name="probability">From <see cref="MinProbability"/> to 1.</param>
    /// <param name="digits">Significant hexadecimal digits, 1 to <see cref="MaxDigits"/>.</param>
    /// <param name="threshold">The threshold.</param>
    /// <returns>False when the probability is out of range, or not a number.</returns>
    public static bool TryFromProbability(double probability, int digits, out RejectionThreshold threshold)
    {
        threshold = Always;
        if (!(probability is >= MinProbability and <= 1))
        {
            return false;
        }

        if (probability == 1)
        {
            return true;
        }

        digits = Math.Min(MaxDigits, digits + Math.Max(LeadingDigits(probability), LeadingDigits(1 - probability)));
        var value = Limit - (ulong)Math.Round(probability * Scale, MidpointRounding.AwayFromZero);
        var dropped = BitsPerDigit * (MaxDigits - digits);
        if (dropped > 0)
        {
            value = (value + (1UL << (dropped - 1))) >> dropped << dropped;
        }

        threshold = new RejectionThreshold(value);
        return true;
    }

    /// <summary>Reads the text form: 1 to 14 hexadecimal digits, in which trailing zeros may be left out.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RejectionThreshold threshold)
    {
        threshold = Always;
        if (text.Length is 0 or > MaxDigits || !SamplingRandomness.TryParseHex(text, out var value))
        {
            return false;
        }

        threshold = new RejectionThreshold(value << (BitsPerDigit * (MaxDigits - text.Length)));
        return true;
    }

    /// <summary>Writes the text form without trailing zeros, in lower case. Not for <see cref="Never"/>.</summary>
    /// <param name="destination">At least <see cref="MaxDigits"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        if (Value == 0)
        {
            destination[0] = (byte)'0';
            return 1;
        }

        SamplingRandomness.Write(Value, destination);
        return destination[..MaxDigits].LastIndexOfAnyExcept((byte)'0') + 1;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x14", CultureInfo.InvariantCulture);

    /// <summary>How many hexadecimal digits 0 a fraction starts with.</summary>
    private static int LeadingDigits(double fraction) => (Math.ILogB(fraction) + 1) / -BitsPerDigit;
}
