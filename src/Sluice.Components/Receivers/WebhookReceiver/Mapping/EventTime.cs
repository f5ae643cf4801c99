using System.Globalization;
using Sluice.Telemetry;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>Reads the times of events.</summary>
internal static class EventTime
{
    private const int TickDigits = 7;
    private const int NanoDigits = 9;

    /// <summary>Reads one.</summary>
    /// <param name="text">As in RFC 3339, to the nanosecond; or seconds since 1970, or milli-, micro- or nanoseconds, told by its size.</param>
    /// <returns>Nanoseconds since 1970; 0 when it is none, or not after 1970.</returns>
    public static ulong Read(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            return ReadNumber(text, number);
        }

        var (ticks, rest) = SplitFraction(text);
        if (!DateTimeOffset.TryParse(ticks, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || time <= DateTimeOffset.UnixEpoch)
        {
            return 0;
        }

        return (ulong)(UnixTime.ToNano(time) + rest);
    }

    private static ulong ReadNumber(string text, double number)
    {
        // Seconds reach 1e11 in the year 5138, milliseconds 1e14 then; none of the larger units is below those after 1973.
        var scale = number switch { < 1e11 => 1_000_000_000UL, < 1e14 => 1_000_000UL, < 1e17 => 1_000UL, < 1e19 => 1UL, _ => 0UL };
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return whole * scale;
        }

        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var exact)
            ? (ulong)(exact * scale)
            : 0;
    }

    /// <summary>Takes away the digits beyond what the framework reads, and gives what they are worth.</summary>
    private static (string Ticks, long Nanoseconds) SplitFraction(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var end = point + 1;
        while (point >= 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var digits = end - point - 1;
        if (point < 0 || digits <= TickDigits)
        {
            return (text, 0);
        }

        var rest = 0;
        for (var i = TickDigits; i < NanoDigits; i++)
        {
            rest = (rest * 10) + (i < digits ? text[point + 1 + i] - '0' : 0);
        }

        return (text.Remove(point + 1 + TickDigits, digits - TickDigits), rest);
    }
}
