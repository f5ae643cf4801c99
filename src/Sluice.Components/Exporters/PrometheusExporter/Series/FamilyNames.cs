using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>The names of a metric and of its samples, in one format and escaping.</summary>
internal sealed class FamilyNames
{
    private const string TotalSuffix = "_total";

    public FamilyNames(string name, SeriesType type, ExpositionFormat format)
    {
        var isOpen = format == ExpositionFormat.OpenMetrics;

        // OpenMetrics names a counter without the suffix of its samples, and one whose samples lack it is of no known type.
        var isCounter = type == SeriesType.Counter;
        var hasTotal = name.EndsWith(TotalSuffix, StringComparison.Ordinal) && name.Length > TotalSuffix.Length;
        MetricName = isOpen && isCounter && hasTotal ? name[..^TotalSuffix.Length] : name;
        Metric = new SampleName(MetricName);
        Type = type switch
        {
            SeriesType.Counter when isOpen && !hasTotal => "unknown"u8.ToArray(),
            SeriesType.Counter => "counter"u8.ToArray(),
            SeriesType.Histogram => "histogram"u8.ToArray(),
            SeriesType.Summary => "summary"u8.ToArray(),
            _ => "gauge"u8.ToArray(),
        };
        TakesExemplars = type == SeriesType.Histogram || (isCounter && hasTotal);
        Value = new SampleName(name);
        Bucket = new SampleName($"{name}_bucket");
        Sum = new SampleName($"{name}_sum");
        Count = new SampleName($"{name}_count");
    }

    /// <summary>The name of the metric as text.</summary>
    public string MetricName { get; }

    public SampleName Metric { get; }

    public byte[] Type { get; }

    public bool TakesExemplars { get; }

    public SampleName Value { get; }

    public SampleName Bucket { get; }

    public SampleName Sum { get; }

    public SampleName Count { get; }
}
