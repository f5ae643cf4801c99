using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Components.Exporters.PrometheusExporter.Labels;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>A resource and a scope: where metrics come from.</summary>
internal sealed class MetricSource(long id, byte[] key, ResourceFacts resource, IReadOnlyList<KeyValuePair<string, string>> scopeLabels)
{
    public long Id => id;

    /// <summary>Its encoded resource and scope, by which it is found.</summary>
    public byte[] Key => key;

    public ResourceFacts Resource => resource;

    /// <summary>The labels <c>otel_scope_…</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ScopeLabels => scopeLabels;

    /// <summary>How attributes of its data points become labels, by <see cref="PointAttributes.Shape"/>, behind a byte for their kind.</summary>
    public Dictionary<byte[], LabelPlan> Plans { get; } = new(ByteKeyComparer.Instance);

    /// <summary>Whether the store remembers it; not before it has a place there.</summary>
    public bool IsKept { get; set; }

    /// <summary>Metrics that have series.</summary>
    public int Streams { get; set; }

    /// <summary>By what it is saved; 0 while it is not.</summary>
    public ulong SavedId { get; set; }

    /// <summary>Its metrics that are saved.</summary>
    public int SavedStreams { get; set; }

    /// <summary>When a data point came last, in milliseconds of the store's clock.</summary>
    public long SeenMs { get; set; }

    /// <summary>For people: which service, instance and scope.</summary>
    public override string ToString()
    {
        var scope = scopeLabels.FirstOrDefault(label => label.Key == "otel_scope_name").Value;
        return $"job \"{resource.Job}\", instance \"{resource.Instance}\", scope \"{scope}\"";
    }

    /// <summary>For people: what tells this source from another one with the same job and instance.</summary>
    /// <returns>Null when no attribute does.</returns>
    public string? DifferenceFrom(MetricSource other)
    {
        const int MaxShown = 4;
        var (ours, theirs) = (Attributes(), other.Attributes());
        var differing = ours.Keys.Union(theirs.Keys)
            .Where(key => ours.GetValueOrDefault(key) != theirs.GetValueOrDefault(key))
            .Select(key => $"{key} ({Quoted(theirs, key)}, {Quoted(ours, key)})")
            .ToList();
        return differing.Count switch
        {
            0 => null,
            > MaxShown => $"{string.Join(", ", differing.Take(MaxShown))} and {differing.Count - MaxShown} others",
            _ => string.Join(", ", differing),
        };

        static string Quoted(SortedDictionary<string, string> attributes, string key) => attributes.TryGetValue(key, out var value) ? $"\"{value}\"" : "absent";
    }

    private SortedDictionary<string, string> Attributes()
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in resource.Attributes.Concat(scopeLabels))
        {
            attributes[name] = value;
        }

        return attributes;
    }
}
