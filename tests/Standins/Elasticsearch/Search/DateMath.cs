using System.Globalization;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>Instants in queries: <c>now-1h/d</c>, <c>2026-08-01||+1M</c>, parts of dates.</summary>
internal static class DateMath
{
    private const long NanosPerTick = 100;

    /// <summary>Reads an instant as nanoseconds since 1970.</summary>
    /// <param name="text">What the query says.</param>
    /// <param name="format">The formats of the field, or of the query.</param>
    /// <param name="now">What <c>now</c> is.</param>
    /// <param name="roundsUp">Whether a part of a date stands for its last nanosecond rather than for its first.</param>
    public static Int128 Parse(string text, DateFormat format, DateTimeOffset now, bool roundsUp)
    {
        var bars = text.IndexOf("||", StringComparison.Ordinal);
        if (!text.StartsWith("now", StringComparison.Ordinal) && bars < 0)
        {
            if (!format.TryParse(text, out var nanos))
            {
                throw new ApiException(new ApiError(400, "parse_exception", $"failed to parse date field [{text}] with format [{format.Text}]") { IsOfSearch = true });
            }

            return roundsUp && Precision(text) is { } unit ? Nanos(Add(Time(nanos), unit, 1)) - 1 : nanos;
        }

        DateTimeOffset time;
        ReadOnlySpan<char> math;
        if (bars < 0)
        {
            time = now;
            math = text.AsSpan(3);
        }
        else
        {
            time = format.TryParse(text[..bars], out var nanos) ? Time(nanos) : throw Wrong(text);
            math = text.AsSpan(bars + 2);
        }

        var rest = (Int128)0;
        while (math.Length > 0)
        {
            var operation = math[0];
            math = math[1..];
            var digits = 0;
            while (digits < math.Length && char.IsAsciiDigit(math[digits]))
            {
                digits++;
            }

            if (digits >= math.Length || operation is not ('+' or '-' or '/') || (operation == '/' && digits > 0))
            {
                throw Wrong(text);
            }

            var number = digits == 0 ? 1 : int.Parse(math[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            var unit = math[digits];
            math = math[(digits + 1)..];
            if (operation == '/')
            {
                time = Floor(time, unit);
                if (roundsUp)
                {
                    time = Add(time, unit, 1);
                    rest = -1;
                }
            }
            else
            {
                time = Add(time, unit, operation == '-' ? -number : number);
            }
        }

        return Nanos(time) + rest;
    }

    /// <summary>The beginning of the unit of time that an instant is in.</summary>
    public static DateTimeOffset Floor(DateTimeOffset time, char unit) => unit switch
    {
        'y' => new DateTimeOffset(time.Year, 1, 1, 0, 0, 0, TimeSpan.Zero),
        'q' => new DateTimeOffset(time.Year, ((time.Month - 1) / 3 * 3) + 1, 1, 0, 0, 0, TimeSpan.Zero),
        'M' => new DateTimeOffset(time.Year, time.Month, 1, 0, 0, 0, TimeSpan.Zero),
        'w' => new DateTimeOffset(time.UtcDateTime.Date.AddDays(-(((int)time.DayOfWeek + 6) % 7)), TimeSpan.Zero),
        'd' => new DateTimeOffset(time.UtcDateTime.Date, TimeSpan.Zero),
        'h' or 'H' => new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero),
        'm' => new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero),
        's' => new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero),
        _ => throw ApiException.IllegalArgument($"unit [{unit}] not supported for date math"),
    };

    public static DateTimeOffset Add(DateTimeOffset time, char unit, int number) => unit switch
    {
        'y' => time.AddYears(number),
        'q' => time.AddMonths(3 * number),
        'M' => time.AddMonths(number),
        'w' => time.AddDays(7 * number),
        'd' => time.AddDays(number),
        'h' or 'H' => time.AddHours(number),
        'm' => time.AddMinutes(number),
        's' => time.AddSeconds(number),
        _ => throw ApiException.IllegalArgument($"unit [{unit}] not supported for date math"),
    };

    public static DateTimeOffset Time(Int128 nanos) => new(DateTime.UnixEpoch.Ticks + (long)(nanos / NanosPerTick), TimeSpan.Zero);

    public static Int128 Nanos(DateTimeOffset time) => (Int128)(time.UtcTicks - DateTime.UnixEpoch.Ticks) * NanosPerTick;

    /// <summary>The finest unit that a date without fractions says.</summary>
    private static char? Precision(string text) => text.Contains('-', StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal)
        ? text.TrimEnd('Z').Split('+')[0].Length switch { 4 => 'y', 7 => 'M', 10 => 'd', 13 => 'h', 16 => 'm', 19 => 's', _ => null }
        : null;

    private static ApiException Wrong(string text) => new(new ApiError(400, "parse_exception", $"failed to parse date math [{text}]") { IsOfSearch = true });
}
