using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>All series of one name.</summary>
internal sealed class MetricFamily(long id, string name, SeriesType type, string unit, string help, string firstStream)
{
    private readonly Dictionary<(ExpositionFormat, NameEscaping), FamilyNames> _names = [];

    /// <summary>Tells it from all others.</summary>
    public long Id => id;

    public string Name => name;

    public SeriesType Type => type;

    public string Help => help;

    /// <summary>Who made it, for people.</summary>
    public string FirstStream => firstStream;

    /// <summary>Its series, in the order in which they came.</summary>
    public PointList Points { get; } = new();

    /// <summary>Data points that the limit of series cut off was reported.</summary>
    public bool LimitReported { get; set; }

    /// <summary>How data points beyond its limit are counted; made with the first of them.</summary>
    public KeyValuePair<string, object?>[]? CutTags { get; set; }

    /// <summary>That a scraper does not get it because of its name was reported.</summary>
    public bool CollisionReported { get; set; }

    /// <summary>Names of all its samples, and in OpenMetrics of itself: nothing else may have one of them.</summary>
    public IEnumerable<string> ReservedNames() => ReservedNames(name);

    /// <summary>The same with its name as a scraper wants it.</summary>
    public IEnumerable<string> ReservedNames(NameEscaping escaping) => ReservedNames(ExpositionNames.EscapeMetric(name, escaping));

    private IEnumerable<string> ReservedNames(string name)
    {
        yield return name;
        switch (type)
        {
            case SeriesType.Counter when name.EndsWith("_total", StringComparison.Ordinal):
                yield return name[..^"_total".Length];
                break;
            case SeriesType.Histogram:
                yield return $"{name}_bucket";
                goto case SeriesType.Summary;
            case SeriesType.Summary:
                yield return $"{name}_sum";
                yield return $"{name}_count";
                break;
        }
    }

    /// <summary>Its names as a scraper wants them.</summary>
    public FamilyNames NamesFor(ExpositionFormat format, NameEscaping escaping)
    {
        if (!_names.TryGetValue((format, escaping), out var names))
        {
            names = new FamilyNames(ExpositionNames.EscapeMetric(name, escaping), type, format);
            _names.Add((format, escaping), names);
        }

        return names;
    }

    /// <summary>Begins it as a message; its series follow.</summary>
    public void Begin(ProtobufWriter writer, FamilyNames names) => writer.BeginFamily(names.MetricName, type, unit, help);

    /// <summary>Begins it; its series follow.</summary>
    public void Begin(ExpositionWriter writer, FamilyNames names) =>
        writer.BeginMetric(names.Metric, names.Type, names.MetricName.EndsWith($"_{unit}", StringComparison.Ordinal) ? unit : "", help);
}
