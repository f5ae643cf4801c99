using System.Globalization;
using System.Text;

namespace Sluice.Store;

/// <summary>
/// What a user searches for, in a small language that cannot be wrong in ways SQLite would complain about: words that must all occur,
/// <c>"several words in a row"</c>, <c>begin*</c>, <c>-not</c>, and <c>OR</c> between two of these. Everything else is text to be found.
/// </summary>
public sealed class SearchText
{
    /// <summary>What a text must look like, for error messages.</summary>
    public const string Expected = "words, \"phrases\", prefix*, -excluded, a OR b; at least one word that is not excluded";

    private SearchText(string source, string expression)
    {
        Source = source;
        Expression = expression;
    }

    /// <summary>As the user wrote it.</summary>
    public string Source { get; }

    /// <summary>The same as an expression of SQLite's full-text search, every word quoted.</summary>
    internal string Expression { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="source">As the user wrote it.</param>
    /// <param name="text">The text, when true is returned.</param>
    /// <param name="problem">What is wrong with it, when false is returned.</param>
    public static bool TryParse(string source, out SearchText text, out string problem)
    {
        var required = new List<string>();
        var excluded = new List<string>();
        var isAlternative = false;
        foreach (var term in Terms(source))
        {
            if (term is { IsQuoted: false, Text: "OR" } && required.Count > 0)
            {
                isAlternative = true;
                continue;
            }

            if (!HasWord(term.Text))
            {
                continue;
            }

            var quoted = Quote(term.Text) + (term.IsPrefix ? "*" : "");
            if (term.IsExcluded)
            {
                excluded.Add(quoted);
            }
            else if (isAlternative)
            {
                required[^1] = $"{required[^1]} OR {quoted}";
            }
            else
            {
                required.Add(quoted);
            }

            isAlternative = false;
        }

        if (required.Count == 0)
        {
            text = null!;
            problem = excluded.Count == 0 ? "there is no word to search for" : "there is nothing to find, only what is excluded";
            return false;
        }

        var expression = string.Join(" AND ", required.ConvertAll(alternatives => $"({alternatives})"));
        text = new SearchText(source, excluded.Count == 0 ? expression : $"({expression}) NOT ({string.Join(" OR ", excluded)})");
        problem = "";
        return true;
    }

    /// <summary>An expression that finds at least all attribute values that equal a text; null if the index cannot help.</summary>
    internal static string? ForAttributeValue(string value) =>
        value.Any(char.IsAsciiLetterOrDigit) ? $"attributes : {Quote(value)}" : null;

    /// <summary>Quotes a text as one phrase. A null character would end the expression early; the tokenizer takes it for a space anyway.</summary>
    private static string Quote(string text) =>
        $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal).Replace('\0', ' ')}\"";

    /// <summary>
    /// Whether the tokenizer may find a word in it: letters, numbers, and the private-use characters that it counts among them. What it
    /// finds none in after all matches nothing, without an error.
    /// </summary>
    private static bool HasWord(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<Term> Terms(string source)
    {
        var at = 0;
        while (at < source.Length)
        {
            if (char.IsWhiteSpace(source[at]) || char.IsControl(source[at]))
            {
                at++;
                continue;
            }

            var isExcluded = source[at] == '-' && at + 1 < source.Length;
            at += isExcluded ? 1 : 0;
            var start = at;
            if (source[at] == '"')
            {
                var close = source.IndexOf('"', at + 1);
                at = close < 0 ? source.Length : close + 1;
                var isPrefix = at < source.Length && source[at] == '*';
                yield return new Term(source[(start + 1)..(close < 0 ? source.Length : close)], isExcluded, IsQuoted: true, isPrefix);
                at += isPrefix ? 1 : 0;
                continue;
            }

            while (at < source.Length && !char.IsWhiteSpace(source[at]) && !char.IsControl(source[at]) && source[at] != '"')
            {
                at++;
            }

            var word = source[start..at];
            yield return new Term(word.TrimEnd('*'), isExcluded, IsQuoted: false, word.EndsWith('*'));
        }
    }

    private readonly record struct Term(string Text, bool IsExcluded, bool IsQuoted, bool IsPrefix);
}
