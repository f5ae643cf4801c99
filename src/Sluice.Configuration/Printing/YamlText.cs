using System.Globalization;
using System.Text;

namespace Sluice.Configuration;

/// <summary>Writes scalars so that they read back as the same text.</summary>
internal static class YamlText
{
    /// <summary>The text plain where YAML reads it back as this text, else in double quotes.</summary>
    public static string Quote(string text) => IsPlain(text) ? text : DoubleQuote(text);

    /// <summary>Whether the text may stand without quotes, in lists and maps in one line too, and stays a string.</summary>
    public static bool IsPlain(string text)
    {
        if (text.Length == 0 || CoreSchema.Resolve(text) != ScalarKind.String || text is "<<" or "=" || text[^1] is ':' or ' ' || text == "---" || text == "...")
        {
            return false;
        }

        if (!char.IsAsciiLetterOrDigit(text[0]) && text[0] is not ('/' or '_' or '.' or '$' or '(' or '^'))
        {
            return false;
        }

        // Narrower than YAML: parsers disagree about indicators in the middle of plain text.
        return text.All(c => char.IsAsciiLetterOrDigit(c) || " _-./:$()^+=@%#".Contains(c, StringComparison.Ordinal))
            && !text.Contains(": ", StringComparison.Ordinal)
            && !text.Contains(" #", StringComparison.Ordinal)
            && !text.StartsWith("... ", StringComparison.Ordinal);
    }

    /// <summary>Doubles dollar signs where loading would take them for a placeholder or an escape.</summary>
    public static string EscapeDollars(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var run = text.AsSpan(at).IndexOfAnyExcept('$');
            run = run < 0 ? text.Length - at : run;
            var isSpecial = run > 1 || (run == 1 && at + 1 < text.Length && text[at + 1] == '{');
            escaped.Append('$', isSpecial ? run * 2 : run);
            at += run;
            if (at < text.Length)
            {
                escaped.Append(text[at++]);
            }
        }

        return escaped.ToString();
    }

    /// <summary>In double quotes, with everything escaped that would not show or not survive.</summary>
    public static string DoubleQuote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
