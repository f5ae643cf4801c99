namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>A resource, as all its scopes share it.</summary>
/// <param name="Identity">What job and instance make of it: what <c>target_info</c> is about.</param>
/// <param name="Job">Service name, behind its namespace; empty when there is none.</param>
/// <param name="Instance">The service instance; empty when there is none.</param>
/// <param name="Attributes">All attributes, with the texts of their values.</param>
internal sealed record ResourceFacts(string Identity, string Job, string Instance, IReadOnlyList<KeyValuePair<string, string>> Attributes);

/// <summary>A resource and a scope: where metrics come from.</summary>
internal sealed class MetricSource(int id, byte[] key, ResourceFacts resource, IReadOnlyList<KeyValuePair<string, string>> scopeLabels)
{
    public int Id => id;

    /// <summary>Its encoded resource and scope, by which it is found.</summary>
    public byte[] Key => key;

    public ResourceFacts Resource => resource;

    /// <summary>The labels <c>otel_scope_…</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ScopeLabels => scopeLabels;

    /// <summary>Metrics that have series.</summary>
    public int Streams { get; set; }

    /// <summary>When a data point came last, in milliseconds of the clock.</summary>
    public long SeenMs { get; set; }

    /// <summary>For people: which service, instance and scope.</summary>
    public override string ToString()
    {
        var scope = scopeLabels.FirstOrDefault(label => label.Key == "otel_scope_name").Value;
        return $"job \"{resource.Job}\", instance \"{resource.Instance}\", scope \"{scope}\"";
    }
}
