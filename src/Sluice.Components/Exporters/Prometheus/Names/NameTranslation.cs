using System.Text;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.Prometheus.Names;

/// <summary>
/// Translates names by the OpenTelemetry-Prometheus compatibility specification, in one of its four strategies; see
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/.
/// </summary>
/// <param name="strategy">The strategy.</param>
/// <param name="prefix">The namespace of all metrics; empty for none.</param>
internal sealed class NameTranslation(NameStrategy strategy, string prefix)
{
    /// <summary>Whether all names are such as every Prometheus takes.</summary>
    public bool Escapes => strategy is NameStrategy.UnderscoreEscapingWithSuffixes or NameStrategy.UnderscoreEscapingWithoutSuffixes;

    private bool HasSuffixes => strategy is NameStrategy.UnderscoreEscapingWithSuffixes or NameStrategy.NoUtf8EscapingWithSuffixes;

    /// <summary>The name of a metric.</summary>
    /// <param name="name">Its name in OpenTelemetry.</param>
    /// <param name="unit">Its unit, as UCUM has it.</param>
    /// <param name="type">What it is to Prometheus.</param>
    /// <param name="isSum">Whether it is a sum in OpenTelemetry: one that goes up and down is a gauge to Prometheus, and with the unit 1 a count and no ratio.</param>
    /// <returns>Empty when nothing is left of it.</returns>
    public string Metric(string name, string unit, SeriesType type, bool isSum) => strategy switch
    {
        NameStrategy.UnderscoreEscapingWithSuffixes => WithWords(name, unit, TypeSuffix(unit, type, isSum)),
        NameStrategy.UnderscoreEscapingWithoutSuffixes => Checked(StartingPlain(Joined([.. Words(prefix, underscores: true), .. Words(name, underscores: true)]))),
        NameStrategy.NoUtf8EscapingWithSuffixes => WithSuffixes(Prefixed(name), unit, TypeSuffix(unit, type, isSum)),
        _ => name.Length == 0 ? "" : Prefixed(name),
    };

    /// <summary>The name of a label.</summary>
    /// <returns>Empty when nothing is left of it.</returns>
    public string Label(string name)
    {
        if (!Escapes || name.Length == 0)
        {
            return name;
        }

        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var kept = char.IsAsciiLetterOrDigit(c) ? c : '_';
            if (c == '_' || kept != '_' || text.Length == 0 || text[^1] != '_')
            {
                text.Append(kept);
            }
        }

        var label = text.ToString();
        if (char.IsAsciiDigit(label[0]))
        {
            return "key_" + label;
        }

        return label.AsSpan().IndexOfAnyExcept('_') < 0 && label != name ? "" : label;
    }

    /// <summary>The words of a unit as the name of a metric ends with them; empty where none are appended.</summary>
    public string Unit(string unit)
    {
        if (!HasSuffixes)
        {
            return "";
        }

        var (main, per) = UnitNames.Split(unit);
        return Escapes ? Joined([.. Words(main, underscores: false), .. Words(per, underscores: false)]) : Joined([main, per]);
    }

    private string WithWords(string name, string unit, string last)
    {
        var words = Words(name, underscores: false);
        if (words.Count == 0)
        {
            return "";
        }

        var (main, per) = UnitNames.Split(unit);
        foreach (var suffix in (string[])[Joined(Words(main, underscores: false)), Joined(Words(per, underscores: false))])
        {
            if (suffix.Length > 0 && !words.Contains(suffix))
            {
                words.Add(suffix);
            }
        }

        if (last.Length > 0)
        {
            words.RemoveAll(word => word == last);
            words.Add(last);
        }

        return StartingPlain(prefix.Length == 0 ? Joined(words) : $"{Joined(Words(prefix, underscores: true))}_{Joined(words)}");
    }

    private static string WithSuffixes(string name, string unit, string last)
    {
        if (name.Length == 0)
        {
            return "";
        }

        var (main, per) = UnitNames.Split(unit);
        name = Without(Without(name, last), per);
        return Joined([main.Length > 0 && name.EndsWith(main, StringComparison.Ordinal) ? name : Joined([name, main]), per, last]);
    }

    private static string TypeSuffix(string unit, SeriesType type, bool isSum) => type switch
    {
        SeriesType.Counter => "total",
        SeriesType.Gauge when unit == "1" && !isSum => "ratio",
        _ => "",
    };

    /// <summary>Takes a suffix and the sign before it away.</summary>
    private static string Without(string name, string suffix) =>
        suffix.Length > 0 && name.Length > suffix.Length + 1 && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^(suffix.Length + 1)] : name;

    private string Prefixed(string name) => prefix.Length == 0 ? name : $"{prefix}_{name}";

    private static string Joined(IEnumerable<string> words) => string.Join('_', words.Where(word => word.Length > 0));

    private static string StartingPlain(string name) => name.Length > 0 && char.IsAsciiDigit(name[0]) ? "_" + name : name;

    private static string Checked(string name) => name.AsSpan().IndexOfAnyExcept('_') < 0 ? "" : name;

    /// <summary>The runs of characters that every Prometheus takes.</summary>
    /// <param name="text">The name.</param>
    /// <param name="underscores">Whether an underscore is such a character, or stands between two runs.</param>
    private static List<string> Words(string text, bool underscores)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == ':' || (underscores && text[i] == '_')))
            {
                continue;
            }

            if (i > start)
            {
                words.Add(text[start..i]);
            }

            start = i + 1;
        }

        return words;
    }
}
