using System.Buffers.Text;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>What holds a number of a JSON text whole.</summary>
internal enum JsonNumberKind
{
    /// <summary>An integer of 64 bits.</summary>
    Integer,

    /// <summary>A double: it has a fraction or an exponent.</summary>
    Double,

    /// <summary>Its digits, since it is beyond the range of both.</summary>
    Digits,
}

/// <summary>Reads the numbers of JSON texts.</summary>
internal static class JsonNumber
{
    /// <summary>Digits that are below 2^53 whatever they are, and so make an exact double.</summary>
    private const int ExactDigits = 15;

    /// <summary>Powers of ten that are exact doubles: a quotient of two of these is rounded once, and so as the standard wants it (IEEE 754).</summary>
    private static ReadOnlySpan<double> Powers => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads one.</summary>
    /// <param name="digits">As it stands in a text without faults.</param>
    /// <param name="integer">The number, when it is an integer.</param>
    /// <param name="number">The number, when it is a double.</param>
    public static JsonNumberKind Read(ReadOnlySpan<byte> digits, out long integer, out double number) =>
        TryReadShort(digits, out integer, out number) is { } kind ? kind : ReadLong(digits, out integer, out number);

    private static JsonNumberKind? TryReadShort(ReadOnlySpan<byte> digits, out long integer, out double number)
    {
        integer = 0;
        number = 0;
        var isNegative = digits is [(byte)'-', ..];
        var unsigned = isNegative ? digits[1..] : digits;
        if (unsigned.Length > ExactDigits)
        {
            return null;
        }

        var value = 0L;
        var point = -1;
        for (var i = 0; i < unsigned.Length; i++)
        {
            var digit = (uint)(unsigned[i] - '0');
            if (digit <= 9)
            {
                value = (value * 10) + digit;
            }
            else if (unsigned[i] == '.')
            {
                point = i;
            }
            else
            {
                return null;
            }
        }

        if (point < 0)
        {
            integer = isNegative ? -value : value;
            return JsonNumberKind.Integer;
        }

        var magnitude = value / Powers[unsigned.Length - point - 1];
        number = isNegative ? -magnitude : magnitude;
        return JsonNumberKind.Double;
    }

    private static JsonNumberKind ReadLong(ReadOnlySpan<byte> digits, out long integer, out double number)
    {
        number = 0;
        if (Utf8Parser.TryParse(digits, out integer, out var length) && length == digits.Length)
        {
            return JsonNumberKind.Integer;
        }

        return digits.ContainsAny(".eE"u8) && Utf8Parser.TryParse(digits, out number, out length) && length == digits.Length && double.IsFinite(number)
            ? JsonNumberKind.Double
            : JsonNumberKind.Digits;
    }
}
