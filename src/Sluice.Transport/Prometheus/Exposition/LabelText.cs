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

    /// <summary>The same labels with their names escaped by a <see cref="LabelEscaper"/>.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> labels, NameEscaping escaping)
    {
        var text = new StringBuilder();
        var names = new LabelEscaper(escaping);
        var reader = new LabelReader(labels);
        Span<byte> name = stackalloc byte[256];
        while (reader.Read())
        {
            var space = reader.Name.Length <= name.Length ? name : new byte[reader.Name.Length];
            var escaped = names.Escape(Encoding.UTF8.GetString(space[..LabelReader.Unescape(reader.Name, space)]));
            _ = text.Length > 0 ? text.Append(',') : text;
            text.Append(escaped).Append("=\"").Append(Encoding.UTF8.GetString(reader.Value)).Append('"');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Backslash, quote and line feed behind a backslash.</summary>
    public static string Escape(string value) =>
        value.AsSpan().IndexOfAny("\\\n\"") < 0
            ? value
            : value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>A name as it stands before the value: in quotes where not every Prometheus takes it.</summary>
    public static string Name(string name) => ExpositionNames.IsPlainLabel(name) ? name : $"\"{Escape(name)}\"";

    private static void Append(StringBuilder text, string name, string value)
    {
        text.Append(Name(name)).Append("=\"").Append(Escape(value)).Append('"');
    }
}
