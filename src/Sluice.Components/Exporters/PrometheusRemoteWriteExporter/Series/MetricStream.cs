using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.Prometheus.Sources;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>A resource and a scope: where metrics come from.</summary>
internal sealed class MetricSource(int id, byte[] key, ResourceFacts resource, IReadOnlyList<KeyValuePair<string, string>> scopeLabels, TargetSeries? target)
{
    public int Id => id;

    /// <summary>Its encoded resource and scope, by which it is found.</summary>
    public byte[] Key => key;

    public ResourceFacts Resource => resource;

    /// <summary>The labels <c>otel_scope_…</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ScopeLabels => scopeLabels;

    /// <summary>Null when there is none to send.</summary>
    public TargetSeries? Target => target;

    /// <summary>When a data point came last, in milliseconds since the encoder was made.</summary>
    public long SeenMs { get; set; }
}

/// <summary>The series <c>target_info</c> of a resource.</summary>
internal sealed class TargetSeries(byte[] labels, SeriesTime time)
{
    /// <summary>Encoded.</summary>
    public byte[] Labels => labels;

    public SeriesTime Time => time;

    /// <summary>The latest data point of the entry at hand; 0 when it has none.</summary>
    public long PendingMs { get; set; }
}

/// <summary>One metric of one source, as it sends it: the series of a stream differ in the attributes of their data points.</summary>
internal sealed class MetricStream(int id, byte[] key, MetricSource source, DataKind kind, string name, byte[] metadata)
{
    public int Id => id;

    public byte[] Key => key;

    public MetricSource Source => source;

    public DataKind Kind => kind;

    /// <summary>Its name in Prometheus; empty when nothing is left of it.</summary>
    public string Name => name;

    /// <summary>The encoded <c>MetricMetadata</c>, as a field of the request.</summary>
    public byte[] Metadata => metadata;

    /// <summary>Whether its values are counted from a start on.</summary>
    public bool IsCounted { get; init; }

    /// <summary>What remote write 2.0 says of its series.</summary>
    public SeriesMetadata Described { get; init; }

    /// <summary>When <see cref="Metadata"/> was sent last, in milliseconds since the encoder was made; null for never.</summary>
    public long? MetadataMs { get; set; }

    /// <summary>When a data point came last, in milliseconds since the encoder was made.</summary>
    public long SeenMs { get; set; }

    /// <summary>That samples of it are left out was reported.</summary>
    public bool Reported { get; set; }

    /// <summary>That attributes of it are left out, since others write their series, was reported.</summary>
    public bool AttributesReported { get; set; }

    /// <summary>For people.</summary>
    public override string ToString() => $"{name} of job \"{source.Resource.Job}\", instance \"{source.Resource.Instance}\"";
}
