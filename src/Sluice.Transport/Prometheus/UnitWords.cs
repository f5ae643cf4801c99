using System.Collections.Frozen;

namespace Sluice.Transport.Prometheus;

/// <summary>
/// The words that Prometheus has for units of UCUM, both ways; see
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata. The tables are those of the Collector.
/// </summary>
public static class UnitWords
{
    private static readonly (string Unit, string Word)[] Counted =
    [
        ("d", "days"),
        ("h", "hours"),
        ("min", "minutes"),
        ("s", "seconds"),
        ("ms", "milliseconds"),
        ("us", "microseconds"),
        ("ns", "nanoseconds"),
        ("By", "bytes"),
        ("KiBy", "kibibytes"),
        ("MiBy", "mebibytes"),
        ("GiBy", "gibibytes"),
        ("TiBy", "tebibytes"),
        ("KBy", "kilobytes"),
        ("MBy", "megabytes"),
        ("GBy", "gigabytes"),
        ("TBy", "terabytes"),
        ("m", "meters"),
        ("V", "volts"),
        ("A", "amperes"),
        ("J", "joules"),
        ("W", "watts"),
        ("g", "grams"),
        ("Cel", "celsius"),
        ("Hz", "hertz"),
        ("%", "percent"),
    ];

    /// <summary>What something is counted per, which is said in the singular.</summary>
    private static readonly (string Unit, string Word)[] Per =
    [
        ("s", "second"),
        ("m", "minute"),
        ("h", "hour"),
        ("d", "day"),
        ("w", "week"),
        ("mo", "month"),
        ("y", "year"),
    ];

    /// <summary>The words by their units.</summary>
    public static FrozenDictionary<string, string> Words { get; } = Counted.ToFrozenDictionary(pair => pair.Unit, pair => pair.Word, StringComparer.Ordinal);

    /// <summary>The words for what something is counted per, by their units.</summary>
    public static FrozenDictionary<string, string> PerWords { get; } = Per.ToFrozenDictionary(pair => pair.Unit, pair => pair.Word, StringComparer.Ordinal);

    /// <summary>The units by their words.</summary>
    public static FrozenDictionary<string, string> Units { get; } = Counted.ToFrozenDictionary(pair => pair.Word, pair => pair.Unit, StringComparer.Ordinal);

    /// <summary>The units that something is counted per, by their words.</summary>
    public static FrozenDictionary<string, string> PerUnits { get; } = Per.ToFrozenDictionary(pair => pair.Word, pair => pair.Unit, StringComparer.Ordinal);
}
