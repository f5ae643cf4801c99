using System.Globalization;
using System.Text;

namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>The grammar of names, and the schemes that turn other names into such.</summary>
public static class ExpositionNames
{
    /// <summary>Whether every Prometheus takes the name of a metric as it is.</summary>
    public static bool IsPlainMetric(string name) => IsPlain(name, colons: true);

    /// <summary>Whether every Prometheus takes the name of a label as it is.</summary>
    public static bool IsPlainLabel(string name) => IsPlain(name, colons: false);

    /// <summary>The name of a metric as a scraper wants it.</summary>
    public static string EscapeMetric(string name, NameEscaping escaping) => Escape(name, escaping, colons: true);

    /// <summary>The name of a label as a scraper wants it.</summary>
    public static string EscapeLabel(string name, NameEscaping escaping) => Escape(name, escaping, colons: false);

    /// <summary>What an answer's content type and a scraper's Accept call a scheme.</summary>
    public static string TextOf(NameEscaping escaping) => escaping switch
    {
        NameEscaping.AllowUtf8 => "allow-utf-8",
        NameEscaping.Dots => "dots",
        NameEscaping.Values => "values",
        _ => "underscores",
    };

    private static bool IsPlain(string name, bool colons)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsPlain(name[i], i == 0, colons))
            {
                return false;
            }
        }

        return name.Length > 0;
    }

    private static bool IsPlain(int c, bool first, bool colons) =>
        c < 0x80 && (char.IsAsciiLetter((char)c) || c == '_' || (c == ':' && colons) || (!first && char.IsAsciiDigit((char)c)));

    private static string Escape(string name, NameEscaping escaping, bool colons)
    {
        // The dots scheme changes plain names too: underscores are doubled, so that it can be undone.
        if (escaping == NameEscaping.AllowUtf8 || (escaping != NameEscaping.Dots && IsPlain(name, colons)))
        {
            return name;
        }

        var text = new StringBuilder(escaping == NameEscaping.Values ? "U__" : "");
        var first = true;
        foreach (var rune in name.EnumerateRunes())
        {
            var plain = IsPlain(rune.Value, first, colons);
            first = false;
            _ = escaping switch
            {
                NameEscaping.Underscores => text.Append(plain ? (char)rune.Value : '_'),
                _ when rune.Value == '_' => text.Append("__"),
                NameEscaping.Dots when rune.Value == '.' => text.Append("_dot_"),
                NameEscaping.Dots => plain ? text.Append((char)rune.Value) : text.Append("__"),
                _ => plain ? text.Append((char)rune.Value) : text.Append('_').Append(rune.Value.ToString("x", CultureInfo.InvariantCulture)).Append('_'),
            };
        }

        return text.ToString();
    }
}
