namespace Sluice.Telemetry.Otlp.Json;

/// <summary>
/// Tells quickly that a text is JSON (RFC 8259) as <see cref="JsonText"/> takes it. What it does not recognize may still be: it knows no reasons,
/// and leaves rare forms, such as surrogate pairs in escapes, to a reader that does.
/// </summary>
internal static class JsonChecker
{
    /// <summary>Levels that a word has a bit for.</summary>
    private const int DeepestDepth = 64;

    /// <summary>Stands for a place that there is none of.</summary>
    private const int Nowhere = -1;

    /// <summary>Checks a text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="maxDepth">Levels of objects and arrays that it may have.</param>
    /// <param name="isLines">Whether it holds values with white space between them, rather than one.</param>
    /// <returns>True when it has no fault; false when it has one, or has to be read to know.</returns>
    public static bool IsPlain(ReadOnlySpan<byte> json, int maxDepth, bool isLines)
    {
        var depth = 0;
        var deepest = Math.Min(maxDepth, DeepestDepth);

        // What is open, the innermost last: a bit that is set is an array.
        var arrays = 0UL;
        for (var at = JsonScan.SkipSpace(json, 0); (uint)at < (uint)json.Length; at = JsonScan.SkipSpace(json, at))
        {
            var first = json[at];
            if (first is (byte)'{' or (byte)'[')
            {
                if (depth == deepest)
                {
                    return false;
                }

                depth++;
                arrays = (arrays << 1) | (first == '[' ? 1UL : 0);
                at = JsonScan.SkipSpace(json, at + 1);
                if ((uint)at >= (uint)json.Length)
                {
                    return false;
                }

                // '{' and '}' are as far apart as '[' and ']'.
                if (json[at] != first + 2)
                {
                    if (first == '[' || (at = SkipName(json, at)) != Nowhere)
                    {
                        continue;
                    }

                    return false;
                }
            }
            else if ((at = first == '"' ? SkipText(json, at + 1) : SkipScalar(json, at)) == Nowhere)
            {
                return false;
            }
            else if (depth > 0)
            {
                at = JsonScan.SkipSpace(json, at);
            }

            // A value has ended, or its end is next; so may what it stands in.
            while (depth > 0 && (uint)at < (uint)json.Length && json[at] == ((arrays & 1) != 0 ? ']' : '}'))
            {
                arrays >>= 1;
                depth--;
                at++;
                if (depth > 0)
                {
                    at = JsonScan.SkipSpace(json, at);
                }
            }

            if (depth > 0)
            {
                if ((uint)at >= (uint)json.Length || json[at] != ',')
                {
                    return false;
                }

                at++;
                if ((arrays & 1) == 0 && (at = SkipName(json, JsonScan.SkipSpace(json, at))) == Nowhere)
                {
                    return false;
                }

                continue;
            }

            var next = JsonScan.SkipSpace(json, at);
            if (next == json.Length)
            {
                return true;
            }

            if (!isLines || next == at)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Passes the name of a member and its colon.</summary>
    private static int SkipName(ReadOnlySpan<byte> json, int at)
    {
        if ((uint)at >= (uint)json.Length || json[at] != '"' || (at = SkipText(json, at + 1)) == Nowhere)
        {
            return Nowhere;
        }

        at = JsonScan.SkipSpace(json, at);
        return (uint)at < (uint)json.Length && json[at] == ':' ? at + 1 : Nowhere;
    }

    /// <summary>Passes a text to behind its closing quote.</summary>
    private static int SkipText(ReadOnlySpan<byte> json, int at)
    {
        while (at != Nowhere && (at = JsonScan.EndOfPlainText(json, at)) < json.Length)
        {
            if (json[at] == '"')
            {
                return at + 1;
            }

            at = SkipEscape(json, at);
        }

        return Nowhere;
    }

    private static int SkipEscape(ReadOnlySpan<byte> json, int at)
    {
        const int LengthOfUnicode = 6;
        const int LastBeforeSurrogates = 0xD7FF;
        var escape = json[at..];
        if (escape.Length < LengthOfUnicode || escape[0] != '\\')
        {
            return Nowhere;
        }

        if (escape[1] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t')
        {
            return at + 2;
        }

        return escape[1] == 'u' && ReadHex(escape[2..LengthOfUnicode]) is >= 0 and <= LastBeforeSurrogates ? at + LengthOfUnicode : Nowhere;
    }

    private static int ReadHex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return -1;
            }

            value = (value << 4) | ((digit & 0xF) + ((digit >> 6) * 9));
        }

        return value;
    }

    private static int SkipScalar(ReadOnlySpan<byte> json, int at)
    {
        var rest = json[at..];
        return rest[0] switch
        {
            (byte)'t' => rest.StartsWith("true"u8) ? at + "true".Length : Nowhere,
            (byte)'f' => rest.StartsWith("false"u8) ? at + "false".Length : Nowhere,
            (byte)'n' => rest.StartsWith("null"u8) ? at + "null".Length : Nowhere,
            _ => SkipNumber(json, at),
        };
    }

    private static int SkipNumber(ReadOnlySpan<byte> json, int at)
    {
        if (json[at] == '-')
        {
            at++;
        }

        var start = at;
        at = SkipDigits(json, at);
        if (at == start || (json[start] == '0' && at > start + 1))
        {
            return Nowhere;
        }

        if (IsAt(json, at, '.', '.'))
        {
            start = at + 1;
            at = SkipDigits(json, start);
            if (at == start)
            {
                return Nowhere;
            }
        }

        if (IsAt(json, at, 'e', 'E'))
        {
            at++;
            start = IsAt(json, at, '+', '-') ? at + 1 : at;
            at = SkipDigits(json, start);
            return at == start ? Nowhere : at;
        }

        return at;
    }

    private static bool IsAt(ReadOnlySpan<byte> json, int at, char one, char other) => (uint)at < (uint)json.Length && (json[at] == one || json[at] == other);

    private static int SkipDigits(ReadOnlySpan<byte> json, int at)
    {
        while ((uint)at < (uint)json.Length && char.IsAsciiDigit((char)json[at]))
        {
            at++;
        }

        return at;
    }
}
