using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.EndToEnd.SidePorts;

/// <summary>A page in Prometheus' text format 0.0.4, read strictly.</summary>
internal sealed partial class PrometheusPage
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    /// <summary>Metric families with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>The value of a series, written as on the page.</summary>
    public double this[string series] => _samples.TryGetValue(series, out var value) ? value : throw new KeyNotFoundException($"no {series} in:\n{string.Join('\n', _samples.Keys)}");

    /// <summary>Whether a series is there whose text begins so.</summary>
    public bool Has(string prefix) => _samples.Keys.Any(series => series.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Reads a page; every line must be right, and every sample must belong to a declared family.</summary>
    public static PrometheusPage Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var page = new PrometheusPage();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.True(page._types.TryAdd(type.Groups["name"].Value, type.Groups["type"].Value), $"a second TYPE: {line}");
            }
            else if (!HelpLine().IsMatch(line))
            {
                var sample = SampleLine().Match(line);
                Assert.True(sample.Success, $"not a sample: {line}");
                var name = sample.Groups["name"].Value;
                Assert.True(page._types.ContainsKey(name) || page._types.GetValueOrDefault(Suffix().Replace(name, "")) == "histogram", $"no TYPE before: {line}");
                Assert.True(
                    page._samples.TryAdd(sample.Groups["series"].Value, Value(sample.Groups["value"].Value)), $"a second sample of one series: {line}");
            }
        }

        return page;
    }

    private static double Value(string text) =>
        text is "+Inf" ? double.PositiveInfinity : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .+$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("""^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*",?)*\})?) (?<value>NaN|[+-]Inf|-?[0-9.eE+-]+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
