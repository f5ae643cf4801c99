using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>What only some series have, so that the others do not have even places for it.</summary>
internal sealed class PointExtras
{
    /// <summary>The last one of a number. A field, since it is written in place.</summary>
    public ExemplarText Exemplar;

    /// <summary>How it is saved; null for what is no sum of deltas.</summary>
    public SavedSum? Saved { get; set; }
}
