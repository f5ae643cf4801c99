using System.Text.RegularExpressions;

namespace Sluice.Transport.Prometheus;

/// <summary>The grammar of our metric names, and how an instrument's name becomes that of the exposition. Written down in <c>docs/metrics.md</c>.</summary>
public static partial class MetricNames
{
    private const string Total = "_total";

    /// <summary>Units that an instrument may have (UCUM), with the word they add to the name. Counts are annotations: <c>{record}</c>.</summary>
    private static readonly (string Unit, string Word)[] Units = [("s", "seconds"), ("By", "bytes"), ("1", "ratio")];

    /// <summary>The name in the exposition: the unit's word and, for counters, <c>_total</c> are added unless they are there (a unit may stand anywhere, as in
    /// <c>seconds_to_full</c>).</summary>
    public static string ToExposition(string instrument, string? unit, MetricKind kind)
    {
        var name = kind == MetricKind.Counter && instrument.EndsWith(Total, StringComparison.Ordinal) ? instrument[..^Total.Length] : instrument;
        foreach (var (code, word) in Units)
        {
            if (unit == code && (code != "1" || kind == MetricKind.Gauge) && !$"{name}_".Contains($"_{word}_", StringComparison.Ordinal))
            {
                name = $"{name}_{word}";
            }
        }

        return kind == MetricKind.Counter ? name + Total : name;
    }

    /// <summary>What breaks the grammar in an instrument's declaration; null when nothing does.</summary>
    public static string? FindProblem(string instrument, string? unit, MetricKind kind)
    {
        if (!NameGrammar().IsMatch(instrument))
        {
            return $"{instrument}: a name is sluice_, the part of the product, and what is measured, in lower-case words joined by underscores";
        }

        if (instrument.EndsWith(Total, StringComparison.Ordinal))
        {
            return $"{instrument}: _total is added to counters, and belongs to nothing else";
        }

        if (Units.FirstOrDefault(known => instrument.EndsWith($"_{known.Word}", StringComparison.Ordinal)).Word is { } word)
        {
            return $"{instrument}: {word} is added because of the unit; leave it out";
        }

        if (unit is not null && !UnitGrammar().IsMatch(unit))
        {
            return $"{instrument}: the unit {unit} is none of s, By, 1 and a count such as {{record}}";
        }

        return kind == MetricKind.Counter && unit == "1" ? $"{instrument}: a counter has no unit 1; name what it counts, as {{record}}" : null;
    }

    [GeneratedRegex("^sluice(_[a-z][a-z0-9]*){2,}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NameGrammar();

    [GeneratedRegex(@"^(s|By|1|\{[a-z]+\})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex UnitGrammar();
}
