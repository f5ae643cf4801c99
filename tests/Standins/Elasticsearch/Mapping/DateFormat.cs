using System.Globalization;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>The formats of a date field: the first that reads a value wins.</summary>
internal sealed class DateFormat
{
    private const long NanosPerMilli = 1_000_000;

    private static readonly string[] Known =
    [
        "strict_date_optional_time", "strict_date_optional_time_nanos", "date_optional_time", "epoch_millis", "epoch_second", "strict_date_time",
        "strict_date", "date", "date_time", "strict_date_hour_minute_second", "strict_date_time_no_millis", "basic_date", "iso8601",
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssZ",
    ];

    private readonly string[] _formats;

    /// <exception cref="ApiException">There is no such format.</exception>
    public DateFormat(string text)
    {
        Text = text;
        _formats = text.Split("||");
        foreach (var format in _formats)
        {
            if (!Known.Contains(format))
            {
                throw ApiException.NotModelled($"the date format [{format}]");
            }
        }
    }

    public static DateFormat Millis { get; } = new("strict_date_optional_time||epoch_millis");

    public static DateFormat Nanos { get; } = new("strict_date_optional_time_nanos||epoch_millis");

    public string Text { get; }

    /// <summary>Reads an instant as nanoseconds since 1970.</summary>
    public bool TryParse(string value, out Int128 nanos)
    {
        foreach (var format in _formats)
        {
            var isRead = format switch
            {
                "epoch_millis" => TryParseEpoch(value, NanosPerMilli, 6, out nanos),
                "epoch_second" => TryParseEpoch(value, 1000 * NanosPerMilli, 9, out nanos),
                "basic_date" or "yyyy/MM/dd" or "yyyy/MM/dd HH:mm:ss" or "yyyy-MM-dd HH:mm:ss" => TryParseExact(value, format == "basic_date" ? "yyyyMMdd" : format, out nanos),
                _ => TryParseIso(value, out nanos),
            };
            if (isRead)
            {
                return true;
            }
        }

        nanos = 0;
        return false;
    }

    /// <summary>Writes nanoseconds since 1970 as ISO 8601 with milliseconds, or with all digits that are not zero.</summary>
    public static string Write(Int128 nanos, bool allDigits = false)
    {
        var (seconds, rest) = DivideFloor(nanos, 1_000_000_000);
        var time = DateTimeOffset.FromUnixTimeSeconds((long)seconds).UtcDateTime;
        var fraction = allDigits && rest % NanosPerMilli != 0
            ? rest.ToString("D9", CultureInfo.InvariantCulture)
            : (rest / NanosPerMilli).ToString("D3", CultureInfo.InvariantCulture);
        return time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + "." + fraction + "Z";
    }

    private static (Int128 Quotient, Int128 Remainder) DivideFloor(Int128 value, Int128 by)
    {
        var quotient = value / by;
        var rest = value % by;
        return rest < 0 ? (quotient - 1, rest + by) : (quotient, rest);
    }

    /// <summary>A number with a fraction as fine as nanoseconds.</summary>
    private static bool TryParseEpoch(string value, long nanosPerUnit, int digits, out Int128 nanos)
    {
        nanos = 0;
        var span = value.AsSpan();
        var isNegative = span.StartsWith("-");
        span = isNegative ? span[1..] : span;
        var dot = span.IndexOf('.');
        var whole = dot < 0 ? span : span[..dot];
        if (!long.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out var units))
        {
            return false;
        }

        nanos = (Int128)units * nanosPerUnit;
        if (dot >= 0)
        {
            var fraction = span[(dot + 1)..];
            if (fraction.Length > digits || !long.TryParse(fraction, NumberStyles.None, CultureInfo.InvariantCulture, out var part))
            {
                return false;
            }

            for (var i = fraction.Length; i < digits; i++)
            {
                part *= 10;
            }

            nanos += part;
        }

        nanos = isNegative ? -nanos : nanos;
        return true;
    }

    private static bool TryParseExact(string value, string format, out Int128 nanos)
    {
        var isRead = DateTime.TryParseExact(value, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time);
        nanos = isRead ? (Int128)(time - DateTime.UnixEpoch).Ticks * 100 : 0;
        return isRead;
    }

    /// <summary>A date, and after it, as far as wanted, a time and an offset: <c>2026-08-01T12:00:00.123456789+02:00</c>.</summary>
    private static bool TryParseIso(string value, out Int128 nanos)
    {
        nanos = 0;
        var rest = value.AsSpan();
        int month = 1, day = 1, hour = 0, minute = 0, second = 0, offset = 0;
        Int128 fraction = 0;
        if (!Take(ref rest, 4, out var year))
        {
            return false;
        }

        if (Skip(ref rest, '-') && (!Take(ref rest, 2, out month) || (Skip(ref rest, '-') && !Take(ref rest, 2, out day))))
        {
            return false;
        }

        if (Skip(ref rest, 'T') && rest.Length > 0)
        {
            if (!Take(ref rest, 2, out hour)
                || (Skip(ref rest, ':') && (!Take(ref rest, 2, out minute) || (Skip(ref rest, ':') && !Take(ref rest, 2, out second)))))
            {
                return false;
            }

            if ((Skip(ref rest, '.') || Skip(ref rest, ',')) && !TakeFraction(ref rest, out fraction))
            {
                return false;
            }

            if (!Skip(ref rest, 'Z') && rest.Length > 0 && !TakeOffset(ref rest, out offset))
            {
                return false;
            }
        }

        if (rest.Length > 0 || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks - (offset * TimeSpan.TicksPerMinute);
        nanos = ((Int128)ticks * 100) + fraction;
        return true;
    }

    private static bool TakeFraction(ref ReadOnlySpan<char> rest, out Int128 nanos)
    {
        var length = 0;
        while (length < rest.Length && char.IsAsciiDigit(rest[length]))
        {
            length++;
        }

        nanos = 0;
        if (length is 0 or > 9)
        {
            return false;
        }

        var digits = long.Parse(rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        for (var i = length; i < 9; i++)
        {
            digits *= 10;
        }

        rest = rest[length..];
        nanos = digits;
        return true;
    }

    private static bool TakeOffset(ref ReadOnlySpan<char> rest, out int minutes)
    {
        minutes = 0;
        var sign = rest[0];
        if (sign is not ('+' or '-'))
        {
            return false;
        }

        rest = rest[1..];
        if (!Take(ref rest, 2, out var hours))
        {
            return false;
        }

        Skip(ref rest, ':');
        if (rest.Length > 0 && !Take(ref rest, 2, out minutes))
        {
            return false;
        }

        minutes = (sign == '-' ? -1 : 1) * ((hours * 60) + minutes);
        return true;
    }

    private static bool Skip(ref ReadOnlySpan<char> rest, char expected)
    {
        if (rest.Length == 0 || rest[0] != expected)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static bool Take(ref ReadOnlySpan<char> rest, int digits, out int number)
    {
        number = 0;
        if (rest.Length < digits || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        rest = rest[digits..];
        return true;
    }
}
