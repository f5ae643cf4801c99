using System.Text;

namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>Labels as they stand between the braces, in both text formats.</summary>
public static class LabelText
{
    /// <summary>Encodes labels in the order given.</summary>
    public static byte[] Encode(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            _ = text.Length > 0 ? text.Append(',') : text;
            Append(text, name, value);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The same labels with their names escaped. Two names that become the same keep the first value only.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> labels, NameEscaping escaping)
    {
        var text = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rest = Encoding.UTF8.GetString(labels).AsSpan();
        while (rest.Length > 0)
        {
            var name = ReadName(ref rest);
            var end = EndOfQuoted(rest);
            if (seen.Add(name = ExpositionNames.EscapeLabel(name, escaping)))
            {
                _ = text.Length > 0 ? text.Append(',') : text;
                text.Append(name).Append('=').Append(rest[..end]);
            }

            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Backslash, quote and line feed behind a backslash.</summary>
    public static string Escape(string value) =>
        value.AsSpan().IndexOfAny("\\\n\"") < 0
            ? value
            : value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static void Append(StringBuilder text, string name, string value)
    {
        _ = ExpositionNames.IsPlainLabel(name) ? text.Append(name) : text.Append('"').Append(Escape(name)).Append('"');
        text.Append("=\"").Append(Escape(value)).Append('"');
    }

    /// <summary>Reads a name and the sign behind it.</summary>
    private static string ReadName(ref ReadOnlySpan<char> rest)
    {
        if (rest[0] != '"')
        {
            var equals = rest.IndexOf('=');
            var plain = rest[..equals].ToString();
            rest = rest[(equals + 1)..];
            return plain;
        }

        var end = EndOfQuoted(rest);
        var name = rest[1..(end - 1)].ToString()
            .Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\\", "\\", StringComparison.Ordinal);
        rest = rest[(end + 1)..];
        return name;
    }

    /// <summary>Where a text in quotes, at the start, ends.</summary>
    private static int EndOfQuoted(ReadOnlySpan<char> text)
    {
        var i = 1;
        while (text[i] != '"')
        {
            i += text[i] == '\\' ? 2 : 1;
        }

        return i + 1;
    }
}
