using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sluice.Configuration;

/// <summary>Go's notation for durations, which the Collector's files use: <c>300ms</c>, <c>1h15m</c>, <c>1.5s</c>, and a bare <c>0</c>.</summary>
public static class GoDuration
{
    /// <summary>For messages.</summary>
    public const string Expected = "a duration such as 300ms, 5s or 1h15m";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>In order of size. Micro is written u, µ (U+00B5) or μ (U+03BC).</summary>
    private static readonly (string Suffix, decimal Ticks)[] Units =
    [
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond), ("\u00B5s", TimeSpan.TicksPerMicrosecond), ("\u03BCs", TimeSpan.TicksPerMicrosecond),
        ("ns", 1m / TimeSpan.NanosecondsPerTick),
    ];

    /// <summary>Reads a duration. What is finer than 100 ns is rounded away from zero, so that a positive duration never becomes none.</summary>
    /// <param name="text">As written.</param>
    /// <param name="value">The duration, when true is returned.</param>
    /// <param name="problem">What is wrong, when false is returned; empty when only the expected form is worth saying.</param>
    public static bool TryParse(string text, out TimeSpan value, out string problem)
    {
        value = default;
        problem = "";
        var rest = text.AsSpan();
        var isNegative = rest.StartsWith("-");
        if (rest.Length > 0 && rest[0] is '+' or '-')
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        var ticks = 0m;
        while (!rest.IsEmpty)
        {
            if (!TryReadNumber(ref rest, out var count))
            {
                return false;
            }

            if (!TryReadUnit(ref rest, out var factor))
            {
                problem = "the unit is missing or unknown";
                return false;
            }

            // Both factors are below 10^19, so their product stays within decimal's 10^28 only if checked here.
            if (count > long.MaxValue / factor || (ticks += count * factor) > long.MaxValue)
            {
                problem = "the duration is too long";
                return false;
            }
        }

        var whole = (long)decimal.Ceiling(ticks);
        value = TimeSpan.FromTicks(isNegative ? -whole : whole);
        return true;
    }

    /// <summary>Writes a duration in its shortest exact form: <c>1h15m</c>, <c>1.5s</c>, <c>300ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var ticks = decimal.Abs(value.Ticks);
        var text = new StringBuilder(value.Ticks < 0 ? "-" : "");
        if (ticks < TimeSpan.TicksPerSecond)
        {
            var (suffix, factor) = ticks >= TimeSpan.TicksPerMillisecond ? Units[3] : ticks >= TimeSpan.TicksPerMicrosecond ? Units[4] : Units[7];
            return text.Append(Number(ticks / factor)).Append(suffix).ToString();
        }

        foreach (var (suffix, factor) in Units[..3])
        {
            var count = suffix == "s" ? ticks / factor : decimal.Floor(ticks / factor);
            if (count > 0)
            {
                text.Append(Number(count)).Append(suffix);
                ticks -= count * factor;
            }
        }

        return text.ToString();
    }

    private static string Number(decimal count) => count.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool TryReadNumber(ref ReadOnlySpan<char> rest, out decimal number)
    {
        var length = rest.IndexOfAnyExcept(NumberCharacters);
        length = length < 0 ? rest.Length : length;
        var read = decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
        rest = rest[length..];
        return read;
    }

    private static bool TryReadUnit(ref ReadOnlySpan<char> rest, out decimal ticks)
    {
        var length = rest.IndexOfAny(NumberCharacters);
        length = length < 0 ? rest.Length : length;
        foreach (var (suffix, factor) in Units)
        {
            if (rest[..length].SequenceEqual(suffix))
            {
                rest = rest[length..];
                ticks = factor;
                return true;
            }
        }

        ticks = 0;
        return false;
    }
}
