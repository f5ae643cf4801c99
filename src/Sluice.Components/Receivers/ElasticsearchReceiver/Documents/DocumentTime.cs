using System.Buffers.Text;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>Reads times as the default format of Elasticsearch's dates does, <c>strict_date_optional_time||epoch_millis</c>, to the nanosecond.</summary>
internal static class DocumentTime
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong NanosecondsPerMillisecond = 1_000_000;
    private const int FractionDigits = 9;

    /// <summary>The last year whose every moment fits the signed nanoseconds of OTLP.</summary>
    private const int LastYear = 2261;
    private const ulong LastMillisecond = long.MaxValue / NanosecondsPerMillisecond;

    /// <summary>Reads the text of a JSON string or number.</summary>
    /// <param name="text">Such as <c>2026-01-02T03:04:05.123456789+01:00</c>, with less from the day on; or milliseconds since 1970.</param>
    /// <param name="unixNano">Nanoseconds since 1970.</param>
    /// <returns>False when it is not a time, or not after 1970.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out ulong unixNano)
    {
        if (text.Length > 4 && Utf8Parser.TryParse(text, out ulong milliseconds, out var read) && read == text.Length)
        {
            unixNano = milliseconds * NanosecondsPerMillisecond;
            return milliseconds is > 0 and <= LastMillisecond;
        }

        unixNano = 0;
        return TryReadDate(ref text, out var seconds) && TryReadClock(ref text, ref seconds, out var fraction) && TryReadOffset(ref text, ref seconds)
            && text.IsEmpty && TryCombine(seconds, fraction, out unixNano);
    }

    private static bool TryCombine(long seconds, ulong fraction, out ulong unixNano)
    {
        unixNano = ((ulong)Math.Max(seconds, 0) * NanosecondsPerSecond) + fraction;
        return seconds >= 0 && unixNano > 0;
    }

    private static bool TryReadDate(ref ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        int month = 1, day = 1;
        if (!TryTake(ref text, 4, out var year) || (TryTake(ref text, (byte)'-') && !TryTake(ref text, 2, out month))
            || (TryTake(ref text, (byte)'-') && !TryTake(ref text, 2, out day)))
        {
            return false;
        }

        if (year is < 1970 or > LastYear || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        seconds = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        return true;
    }

    private static bool TryReadClock(ref ReadOnlySpan<byte> text, ref long seconds, out ulong fraction)
    {
        fraction = 0;
        if (!TryTake(ref text, (byte)'T'))
        {
            return true;
        }

        int minute = 0, second = 0;
        if (!TryTake(ref text, 2, out var hour) || (TryTake(ref text, (byte)':') && !TryTake(ref text, 2, out minute))
            || (TryTake(ref text, (byte)':') && !TryTake(ref text, 2, out second)) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        seconds += (hour * 3600L) + (minute * 60L) + second;
        return (!TryTake(ref text, (byte)'.') && !TryTake(ref text, (byte)',')) || TryReadFraction(ref text, out fraction);
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> text, out ulong nanoseconds)
    {
        nanoseconds = 0;
        var digits = 0;
        for (; digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'9'; digits++)
        {
            // What is below a nanosecond cannot be kept.
            if (digits < FractionDigits)
            {
                nanoseconds = (nanoseconds * 10) + (ulong)(text[digits] - '0');
            }
        }

        for (var i = digits; i < FractionDigits; i++)
        {
            nanoseconds *= 10;
        }

        text = text[digits..];
        return digits > 0;
    }

    /// <summary>Without an offset a time is UTC.</summary>
    private static bool TryReadOffset(ref ReadOnlySpan<byte> text, ref long seconds)
    {
        if (text.IsEmpty || TryTake(ref text, (byte)'Z'))
        {
            return true;
        }

        var isEast = TryTake(ref text, (byte)'+');
        if (!isEast && !TryTake(ref text, (byte)'-'))
        {
            return false;
        }

        var minutes = 0;
        if (!TryTake(ref text, 2, out var hours) || ((TryTake(ref text, (byte)':') || !text.IsEmpty) && !TryTake(ref text, 2, out minutes))
            || hours > 18 || minutes > 59)
        {
            return false;
        }

        var offset = (hours * 3600L) + (minutes * 60L);
        seconds += isEast ? -offset : offset;
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, int digits, out int value)
    {
        value = 0;
        if (text.Length < digits)
        {
            return false;
        }

        foreach (var digit in text[..digits])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        text = text[digits..];
        return true;
    }
}
