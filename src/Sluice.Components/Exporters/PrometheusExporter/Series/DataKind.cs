namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>What the data points of a metric are.</summary>
internal enum DataKind
{
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}
