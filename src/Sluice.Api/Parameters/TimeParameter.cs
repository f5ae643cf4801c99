using System.Globalization;
using Sluice.Configuration;
using Sluice.Telemetry;

namespace Sluice.Api.Parameters;

/// <summary>Reads times in the forms that users of other systems are used to.</summary>
internal static class TimeParameter
{
    public const string Expected = "a time such as 2026-11-21T10:00:00Z, a Unix time in seconds, milliseconds, microseconds or nanoseconds, now, or -15m, -2h, -7d";

    private const string SecondsFormat = "yyyy-MM-dd'T'HH:mm:ss";
    private const int NanosecondDigits = 9;

    /// <summary>Reads a time as nanoseconds since 1970.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out long unixNano)
    {
        var nowNano = UnixTime.ToNano(now);
        if (text == "now")
        {
            unixNano = nowNano;
            return true;
        }

        if (TryParseDuration(text.StartsWith("now-", StringComparison.Ordinal) ? text[3..] : text, out var back) && text[0] is 'n' or '-')
        {
            // Further back than the store's times reach is from the beginning.
            unixNano = (long)Math.Max(nowNano + ((decimal)back.Ticks * TimeSpan.NanosecondsPerTick), long.MinValue);
            return back <= TimeSpan.Zero;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TryScale(number, out unixNano)
            : TryParseRfc3339(text, out unixNano);
    }

    /// <summary>Reads Go's durations, and whole days.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        if (text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var days))
        {
            duration = TimeSpan.FromDays(days % 1_000_000);
            return days is > -1_000_000 and < 1_000_000;
        }

        return GoDuration.TryParse(text, out duration, out _);
    }

    /// <summary>A number's unit shows in its size: for times between 1973 and 2286 the four ranges do not meet.</summary>
    private static bool TryScale(long number, out long unixNano)
    {
        var factor = number switch
        {
            < 100_000_000_000 => 1_000_000_000,
            < 100_000_000_000_000 => 1_000_000,
            < 100_000_000_000_000_000 => 1_000,
            _ => 1,
        };
        var isInRange = number <= long.MaxValue / factor;
        unixNano = isInRange ? number * factor : 0;
        return isInRange;
    }

    private static bool TryParseRfc3339(string text, out long unixNano)
    {
        unixNano = 0;
        if (text.Length < 20)
        {
            return false;
        }

        var rest = text.AsSpan(19);
        var fraction = 0L;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > NanosecondDigits)
            {
                return false;
            }

            fraction = long.Parse(rest.Slice(1, digits), NumberStyles.None, CultureInfo.InvariantCulture);
            for (var i = digits; i < NanosecondDigits; i++)
            {
                fraction *= 10;
            }

            rest = rest[(digits + 1)..];
        }

        // A plus sign in a query string arrives as a space unless it was escaped.
        var zone = rest is "Z" or "z" ? "+00:00" : rest.ToString().Replace(' ', '+');
        if (!DateTimeOffset.TryParseExact(
            string.Concat(text.AsSpan(0, 19), zone), SecondsFormat + "zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return false;
        }

        var seconds = time.ToUnixTimeSeconds();
        if (seconds is < -9_000_000_000 or > 9_000_000_000)
        {
            return false;
        }

        unixNano = (seconds * 1_000_000_000) + fraction;
        return true;
    }
}
