using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>Reads single values as the types of fields do.</summary>
internal static class FieldValues
{
    /// <summary>The longest term that the index can hold, in bytes of UTF-8.</summary>
    private const int LongestTerm = 32766;

    private static readonly Int128 MaxNanos = long.MaxValue;

    /// <summary>Reads a value, which is no array and not null.</summary>
    /// <param name="field">Whose value it is.</param>
    /// <param name="value">As it is in the document.</param>
    /// <param name="coerces">Whether strings are taken for numbers, and fractions cut.</param>
    /// <exception cref="MalformedValueException">It is none.</exception>
    public static object Read(LeafField field, JsonElement value, bool coerces)
    {
        if (value.ValueKind == JsonValueKind.Object && field.Kind != FieldKind.GeoPoint)
        {
            throw field.Kind is FieldKind.Integer or FieldKind.Decimal
                ? new MalformedValueException("Cannot parse object as number")
                : new MalformedValueException("Can't get text on a START_OBJECT", "illegal_state_exception");
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return field.Kind switch
        {
            FieldKind.Keyword => Term(field, text),
            FieldKind.Text => text,
            FieldKind.Integer => Integer(field.Type, value, text, coerces),
            FieldKind.Decimal => Decimal(field, value, text, coerces),
            FieldKind.Date or FieldKind.DateNanos => Date(field, value, text),
            FieldKind.Boolean => Boolean(text),
            FieldKind.Ip => Ip(text),
            FieldKind.Binary => Binary(text),
            _ => text,
        };
    }

    /// <summary>An address as it is compared: sixteen bytes in hexadecimal digits.</summary>
    public static string Ip(string text)
    {
        // The parser also takes numbers and shortened forms, which the product does not.
        var isPlain = text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3;
        return isPlain && !text.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address)
            ? Convert.ToHexStringLower(address.MapToIPv6().GetAddressBytes())
            : throw new MalformedValueException($"'{text}' is not an IP string literal.");
    }

    /// <summary>Reads a query's text as a value of a numeric field.</summary>
    public static bool TryNumber(LeafField field, string text, out object number)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var wide))
        {
            number = field.Kind == FieldKind.Decimal
                ? Narrow(field, wide)
                : Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : wide;
            return true;
        }

        number = 0.0;
        return false;
    }

    private static string Term(LeafField field, string text)
    {
        if (field.Type == "constant_keyword")
        {
            field.Constant ??= text;
            return field.Constant == text
                ? text
                : throw new MalformedValueException($"[constant_keyword] field [{field.Path}] only accepts values that are equal to the value defined in the mappings [{field.Constant}], but got [{text}]");
        }

        return text.Length > field.IgnoreAbove || field.Type == "wildcard" || Encoding.UTF8.GetByteCount(text) <= LongestTerm
            ? text
            : throw new MalformedValueException($"Document contains at least one immense term in field=\"{field.Path}\" (whose UTF8 encoding is longer than the max length {LongestTerm}), all of which were skipped.");
    }

    private static object Integer(string type, JsonElement value, string text, bool coerces)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            throw new MalformedValueException($"Current token (VALUE_{text.ToUpperInvariant()}) not numeric, can not use numeric value accessors", "input_coercion_exception");
        }

        if (value.ValueKind == JsonValueKind.String && (!coerces || text.Length == 0))
        {
            throw new MalformedValueException(text.Length == 0 ? "For input string: \"\"" : $"{(type == "long" ? "Long" : "Integer")} value passed as String");
        }

        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                throw new MalformedValueException($"For input string: \"{text}\"");
            }

            if (number != Math.Truncate(number) && !coerces)
            {
                throw new MalformedValueException($"{text} cannot be converted to {(type == "long" ? "Long" : "Integer")} without data loss");
            }

            whole = new BigInteger(Math.Truncate(number));
        }

        var (least, most) = type switch
        {
            "byte" => (sbyte.MinValue, sbyte.MaxValue),
            "short" => (short.MinValue, short.MaxValue),
            "integer" => (int.MinValue, int.MaxValue),
            "unsigned_long" => (0, (BigInteger)ulong.MaxValue),
            _ => ((BigInteger)long.MinValue, (BigInteger)long.MaxValue),
        };
        return whole >= least && whole <= most
            ? (Int128)whole
            : throw new MalformedValueException($"Value [{text}] is out of range for a{(type is "integer" or "unsigned_long" ? "n" : "")} {type}");
    }

    private static object Decimal(LeafField field, JsonElement value, string text, bool coerces)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            throw new MalformedValueException($"Current token (VALUE_{text.ToUpperInvariant()}) not numeric, can not use numeric value accessors", "input_coercion_exception");
        }

        if ((value.ValueKind == JsonValueKind.String && !coerces) || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw new MalformedValueException($"For input string: \"{text}\"");
        }

        var narrow = Narrow(field, number);
        return double.IsFinite(narrow) ? narrow : throw new MalformedValueException($"[{field.Type}] supports only finite values, but got [{text}]");
    }

    private static double Narrow(LeafField field, double number) => field.Type switch
    {
        "float" => (float)number,
        "half_float" => (double)(Half)number,
        "scaled_float" => Math.Round(number * field.ScalingFactor) / field.ScalingFactor,
        _ => number,
    };

    private static object Date(LeafField field, JsonElement value, string text)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False || !field.Format!.TryParse(text, out var nanos))
        {
            throw new MalformedValueException($"failed to parse date field [{text}] with format [{field.Format!.Text}]");
        }

        if (field.Kind == FieldKind.Date)
        {
            // A date keeps milliseconds, cut towards the past.
            var rest = nanos % 1_000_000;
            return nanos - (rest < 0 ? rest + 1_000_000 : rest);
        }

        return nanos >= 0 && nanos <= MaxNanos
            ? nanos
            : throw new MalformedValueException(nanos < 0
                ? $"date[{text}] is before the epoch in 1970 and cannot be stored in nanosecond resolution"
                : $"date[{text}] is after 2262-04-11T23:47:16.854775807 and cannot be stored in nanosecond resolution");
    }

    private static object Boolean(string text) => text switch
    {
        "true" => true,
        "false" or "" => false,
        _ => throw new MalformedValueException($"Failed to parse value [{text}] as only [true] or [false] are allowed."),
    };

    private static string Binary(string text)
    {
        try
        {
            _ = Convert.FromBase64String(text);
            return text;
        }
        catch (FormatException)
        {
            throw new MalformedValueException("Illegal base64 character");
        }
    }
}
