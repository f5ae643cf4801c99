using Sluice.Transport.Prometheus;

namespace Sluice.Components.Receivers.PrometheusReceiver.Conversion;

/// <summary>Units as OpenTelemetry writes them (UCUM), of the words that Prometheus has for them; what the exporters to Prometheus read back.</summary>
internal static class UcumUnits
{
    private const string Per = "_per_";

    /// <summary>The unit of a word, or of two with <c>_per_</c> between them; a word that is none stays as it is.</summary>
    public static string Of(string word)
    {
        var per = word.IndexOf(Per, StringComparison.Ordinal);
        if (per <= 0)
        {
            return UnitOf(word);
        }

        var divisor = word[(per + Per.Length)..];
        return $"{UnitOf(word[..per])}/{UnitWords.PerUnits.GetValueOrDefault(divisor, divisor)}";
    }

    private static string UnitOf(string word) => word switch
    {
        "ratio" => "1",

        // As the Collector reads it.
        "tibibytes" => "TiBy",
        _ => UnitWords.Units.GetValueOrDefault(word, word),
    };
}
