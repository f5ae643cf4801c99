using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Snapshots;

/// <summary>The metric <c>target_info</c>, which no other may take the name of.</summary>
internal static class TargetInfo
{
    /// <summary>The name of its samples.</summary>
    public const string SampleName = "target_info";

    /// <summary>Its name in OpenMetrics.</summary>
    public const string MetricName = "target";

    private const string Help = "Attributes of the resource that the series of the same job and instance come from.";

    private static readonly SampleName Samples = new(SampleName);
    private static readonly SampleName Metric = new(MetricName);

    /// <summary>Writes it, unless there are no targets.</summary>
    public static void Write(ExpositionWriter writer, IReadOnlyCollection<byte[]> targets)
    {
        if (targets.Count == 0)
        {
            return;
        }

        var isOpen = writer.Format == ExpositionFormat.OpenMetrics;
        writer.BeginMetric(isOpen ? Metric : Samples, isOpen ? "info"u8 : "gauge"u8, "", Help);
        foreach (var labels in targets)
        {
            writer.BeginSample(Samples, labels);
            writer.EndSample(1L);
        }
    }

    /// <summary>Writes it as a message, unless there are no targets.</summary>
    public static void Write(ProtobufWriter writer, IReadOnlyCollection<byte[]> targets)
    {
        if (targets.Count == 0)
        {
            return;
        }

        writer.BeginFamily(SampleName, SeriesType.Gauge, "", Help);
        foreach (var labels in targets)
        {
            writer.BeginSeries(labels);
            writer.Gauge(1);
            writer.EndSeries(0);
        }

        writer.EndFamily();
    }
}
