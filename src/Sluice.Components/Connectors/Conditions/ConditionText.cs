using System.Buffers;
using System.Text;

namespace Sluice.Components.Connectors.Conditions;

/// <summary>What the conditions of all connectors have in common, whatever forms of the Collector's transformation language each takes.</summary>
internal static class ConditionText
{
    private static readonly SearchValues<char> Word = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>What is said of a condition that cannot be read to its end.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="from">Where in it that begins which is not understood.</param>
    public static string Unreadable(string text, int from) => text.AsSpan(from).IsWhiteSpace()
        ? "the condition ends too early"
        : $"from {text[from..].Trim()} on the condition cannot be read{Hint(text.AsSpan(from).Trim())}";

    /// <summary>The text of a literal; null when it does not end, or holds an escape that is none.</summary>
    public static string? Unquote(string literal)
    {
        if (literal.Length < 2 || literal[^1] != '"')
        {
            return null;
        }

        var result = new StringBuilder();
        for (var i = 1; i < literal.Length - 1; i++)
        {
            if (literal[i] != '\\')
            {
                result.Append(literal[i]);
                continue;
            }

            switch (literal[++i])
            {
                case '"' or '\\':
                    result.Append(literal[i]);
                    break;
                case 'n':
                    result.Append('\n');
                    break;
                case 't':
                    result.Append('\t');
                    break;
                case 'r':
                    result.Append('\r');
                    break;
                default:
                    return null;
            }
        }

        return result.ToString();
    }

    /// <summary>What stands there, if it is a known form of the transformation language, or of another.</summary>
    private static string Hint(ReadOnlySpan<char> rest) => rest switch
    {
        ['&', '&', ..] => ": write and",
        ['|', '|', ..] => ": write or",
        ['!', '=', ..] or ['=', '=', ..] => "",
        ['!', ..] => ": write not",
        ['=', ..] => ": write == where two are to be equal",
        ['"', ..] => ": a text ends with a quote, and \\, \", \n, \t and \r are all that a backslash begins in it",
        ['\'' or '`', ..] => ": texts stand in double quotes",
        ['0', 'x' or 'X', ..] => ": bytes are not read yet",
        ['[', ..] => ": lists, and what is inside of values, are not read yet",
        ['{', ..] => ": maps are not read yet",
        ['+' or '-' or '*' or '/' or '%', ..] => ": arithmetic is not read yet",
        _ when rest.IndexOfAnyExcept(Word) is > 0 and var end && rest[end..].TrimStart() is ['(', ..] => ": functions are not read yet",
        _ => "",
    };
}
