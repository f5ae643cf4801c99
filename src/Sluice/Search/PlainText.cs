using System.Text;

namespace Sluice.Search;

/// <summary>Text of others on one line: what a sender or a destination wrote must not look like lines of its own, nor steer the terminal.</summary>
internal static class PlainText
{
    /// <summary>Appends a text with its control characters escaped or replaced.</summary>
    public static StringBuilder AppendPlain(this StringBuilder line, string text)
    {
        foreach (var character in text)
        {
            switch (character)
            {
                case '\n':
                    line.Append("\\n");
                    break;
                case '\r':
                    line.Append("\\r");
                    break;
                case '\t':
                    line.Append("\\t");
                    break;
                default:
                    line.Append(char.IsControl(character) ? '\uFFFD' : character);
                    break;
            }
        }

        return line;
    }

    /// <summary>A text with its control characters escaped or replaced.</summary>
    public static string Of(string text) => new StringBuilder().AppendPlain(text).ToString();
}
