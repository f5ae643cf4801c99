using Sluice.Transport.Prometheus;

namespace Sluice.Components.Exporters.Prometheus.Names;

/// <summary>The words that Prometheus' names have for units of UCUM, by the OpenTelemetry-Prometheus compatibility specification.</summary>
internal static class UnitNames
{
    /// <summary>Splits a unit into the words for it and for what it is measured per, such as <c>bytes</c> and <c>per_second</c>; empty for none.</summary>
    public static (string Main, string Per) Split(string unit)
    {
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        var main = (slash < 0 ? unit : unit[..slash]).Trim();
        var per = slash < 0 ? "" : unit[(slash + 1)..].Trim();
        main = main == "1" || IsAnnotation(main) ? "" : UnitWords.Words.GetValueOrDefault(main, main);
        per = IsAnnotation(per) ? "" : UnitWords.PerWords.GetValueOrDefault(per, per);
        return (main, per.Length == 0 ? "" : $"per_{per}");
    }

    /// <summary>What stands in braces only says what is counted.</summary>
    private static bool IsAnnotation(string unit) => unit.AsSpan().IndexOfAny('{', '}') >= 0;
}
