using System.Globalization;

namespace Sluice.Configuration;

/// <summary>The tag resolution of the YAML 1.2 core schema (section 10.3.2 of the specification) for plain scalars.</summary>
internal static class CoreSchema
{
    public static ScalarKind Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Bool,
        _ when IsInteger(text) => ScalarKind.Int,
        _ when IsFloat(text) => ScalarKind.Float,
        _ => ScalarKind.String,
    };

    public static bool ReadBool(string text) => text[0] is 't' or 'T';

    /// <summary>Reads an integer scalar; false when it does not fit 64 bits.</summary>
    public static bool TryReadInteger(string text, out long value)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return TryReadDigits(text.AsSpan(2), 16, out value);
        }

        return text.StartsWith("0o", StringComparison.Ordinal)
            ? TryReadDigits(text.AsSpan(2), 8, out value)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public static double ReadFloat(string text)
    {
        if (TryReadInteger(text, out var integer) && IsInteger(text))
        {
            return integer;
        }

        return text.TrimStart('+', '-') switch
        {
            ".inf" or ".Inf" or ".INF" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            ".nan" or ".NaN" or ".NAN" => double.NaN,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
    }

    private static bool TryReadDigits(ReadOnlySpan<char> digits, int radix, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            var number = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (number >= radix || value > (long.MaxValue - number) / radix)
            {
                return false;
            }

            value = (value * radix) + number;
        }

        return digits.Length > 0;
    }

    private static bool IsInteger(string text)
    {
        var span = text.AsSpan();
        if (span.StartsWith("0x"))
        {
            return span.Length > 2 && text.Skip(2).All(char.IsAsciiHexDigit);
        }

        if (span.StartsWith("0o"))
        {
            return span.Length > 2 && !span[2..].ContainsAnyExceptInRange('0', '7');
        }

        span = SkipSign(span);
        return span.Length > 0 && !span.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsFloat(string text)
    {
        var span = text.AsSpan();
        if (span is ".nan" or ".NaN" or ".NAN")
        {
            return true;
        }

        span = SkipSign(span);
        if (span is ".inf" or ".Inf" or ".INF")
        {
            return true;
        }

        var whole = Digits(ref span);
        var fraction = 0;
        if (span.StartsWith("."))
        {
            span = span[1..];
            fraction = Digits(ref span);
        }

        if (whole + fraction == 0)
        {
            return false;
        }

        if (span.Length > 0 && span[0] is 'e' or 'E')
        {
            span = SkipSign(span[1..]);
            return Digits(ref span) > 0 && span.Length == 0;
        }

        return span.Length == 0;
    }

    private static ReadOnlySpan<char> SkipSign(ReadOnlySpan<char> span) => span.Length > 0 && span[0] is '+' or '-' ? span[1..] : span;

    private static int Digits(ref ReadOnlySpan<char> span)
    {
        var count = span.IndexOfAnyExceptInRange('0', '9');
        count = count < 0 ? span.Length : count;
        span = span[count..];
        return count;
    }
}
