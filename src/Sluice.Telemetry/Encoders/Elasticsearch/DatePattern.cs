using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>A date in the name of an index, in the letters of <c>strftime</c>: <c>%Y %y %m %d %j %H %M %S</c>, <c>%%</c>, and text.</summary>
public sealed class DatePattern
{
    private const string Letters = "YymdjHMS%";

    private readonly string _pattern;

    private DatePattern(string pattern) => _pattern = pattern;

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">Such as <c>%Y.%m.%d</c>.</param>
    /// <param name="result">The pattern.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out DatePattern? result, [NotNullWhen(false)] out string? fault)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '%' && (++i == pattern.Length || !Letters.Contains(pattern[i], StringComparison.Ordinal)))
            {
                fault = i == pattern.Length ? "ends with a single %" : $"has %{pattern[i]}, which is not known";
                result = null;
                return false;
            }
        }

        (result, fault) = (new DatePattern(pattern), null);
        return true;
    }

    /// <summary>The date of a point in time, in UTC.</summary>
    /// <param name="unixNano">Nanoseconds since 1970.</param>
    /// <param name="destination">Gets the text; four characters for each of the pattern are enough.</param>
    /// <returns>How many characters it is.</returns>
    public int Format(ulong unixNano, Span<char> destination)
    {
        var time = DateTime.UnixEpoch.AddTicks((long)(unixNano / TimeSpan.NanosecondsPerTick));
        var length = 0;
        for (var i = 0; i < _pattern.Length; i++)
        {
            if (_pattern[i] != '%')
            {
                destination[length++] = _pattern[i];
                continue;
            }

            var (number, digits) = _pattern[++i] switch
            {
                'Y' => (time.Year, "D4"),
                'y' => (time.Year % 100, "D2"),
                'm' => (time.Month, "D2"),
                'd' => (time.Day, "D2"),
                'j' => (time.DayOfYear, "D3"),
                'H' => (time.Hour, "D2"),
                'M' => (time.Minute, "D2"),
                'S' => (time.Second, "D2"),
                _ => (-1, ""),
            };
            if (number < 0)
            {
                destination[length++] = '%';
                continue;
            }

            number.TryFormat(destination[length..], out var written, digits, CultureInfo.InvariantCulture);
            length += written;
        }

        return length;
    }

    /// <summary>Characters that <see cref="Format"/> may write.</summary>
    public int MaxLength => _pattern.Length * 4;

    /// <inheritdoc/>
    public override string ToString() => _pattern;
}
