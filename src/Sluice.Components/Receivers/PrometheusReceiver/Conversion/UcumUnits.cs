namespace Sluice.Components.Receivers.PrometheusReceiver.Conversion;

/// <summary>
/// Units as OpenTelemetry writes them (UCUM), of the words that Prometheus has for them; see
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata. The table is that of the Collector, and what the
/// exporters to Prometheus read back.
/// </summary>
internal static class UcumUnits
{
    private const string Per = "_per_";

    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["days"] = "d",
        ["hours"] = "h",
        ["minutes"] = "min",
        ["seconds"] = "s",
        ["milliseconds"] = "ms",
        ["microseconds"] = "us",
        ["nanoseconds"] = "ns",
        ["bytes"] = "By",
        ["kibibytes"] = "KiBy",
        ["mebibytes"] = "MiBy",
        ["gibibytes"] = "GiBy",
        ["tebibytes"] = "TiBy",
        ["tibibytes"] = "TiBy",
        ["kilobytes"] = "KBy",
        ["megabytes"] = "MBy",
        ["gigabytes"] = "GBy",
        ["terabytes"] = "TBy",
        ["meters"] = "m",
        ["volts"] = "V",
        ["amperes"] = "A",
        ["joules"] = "J",
        ["watts"] = "W",
        ["grams"] = "g",
        ["celsius"] = "Cel",
        ["hertz"] = "Hz",
        ["ratio"] = "1",
        ["percent"] = "%",
    };

    /// <summary>What something is counted per, which is said in the singular.</summary>
    private static readonly Dictionary<string, string> Divisors = new(StringComparer.Ordinal)
    {
        ["second"] = "s",
        ["minute"] = "m",
        ["hour"] = "h",
        ["day"] = "d",
        ["week"] = "w",
        ["month"] = "mo",
        ["year"] = "y",
    };

    /// <summary>The unit of a word, or of two with <c>_per_</c> between them; a word that is none stays as it is.</summary>
    public static string Of(string word)
    {
        var per = word.IndexOf(Per, StringComparison.Ordinal);
        if (per <= 0)
        {
            return Units.GetValueOrDefault(word, word);
        }

        var (counted, divisor) = (word[..per], word[(per + Per.Length)..]);
        return $"{Units.GetValueOrDefault(counted, counted)}/{Divisors.GetValueOrDefault(divisor, divisor)}";
    }
}
