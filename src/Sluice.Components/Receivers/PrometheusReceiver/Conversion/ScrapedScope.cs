using System.Text;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.PrometheusReceiver.Conversion;

/// <summary>
/// The instrumentation scope of points: what their labels <c>otel_scope_…</c> say, or this receiver, which made points of samples; see
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#instrumentation-scope.
/// </summary>
internal static class ScrapedScope
{
    /// <summary>The name of the scope of samples that name none.</summary>
    public static ReadOnlySpan<byte> Own => "sluice/receiver/prometheus"u8;

    /// <summary>What the names of labels begin with that are about the scope.</summary>
    private static ReadOnlySpan<byte> Prefix => "otel_scope_"u8;

    private static ReadOnlySpan<byte> NameLabel => "otel_scope_name"u8;

    private static ReadOnlySpan<byte> VersionLabel => "otel_scope_version"u8;

    private static ReadOnlySpan<byte> SchemaLabel => "otel_scope_schema_url"u8;

    /// <summary>Whether a label is about the scope, and so none of the point.</summary>
    public static bool IsAbout(ReadOnlySpan<byte> label) => label.StartsWith(Prefix);

    /// <summary>The scope that the labels of a sample name.</summary>
    public static int Of(int source, LabelSet labels, TargetSeries series, ScrapeBuffers buffers)
    {
        var name = labels.Get(NameLabel);
        var version = labels.Get(VersionLabel);
        if (name.IsEmpty && version.IsEmpty)
        {
            return series.ScopeOf(source, Own, default, default, default);
        }

        buffers.Text.Clear();
        for (var i = 0; i < labels.Count; i++)
        {
            if (IsAttribute(labels.Name(i)) && !labels.Value(i).IsEmpty)
            {
                AttributeFields.Append(buffers.Text, OtlpFields.Scope.Attributes, labels.Name(i)[Prefix.Length..], labels.Value(i));
            }
        }

        return series.ScopeOf(source, name, version, labels.Get(SchemaLabel), buffers.Text.Span);
    }

    /// <summary>Takes an <c>otel_scope_info</c>: what it has beyond name and version are attributes of the scopes with these.</summary>
    public static void Describe(int source, LabelSet labels, TargetSeries series)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < labels.Count; i++)
        {
            var name = labels.Name(i);
            if (!labels.Value(i).IsEmpty && !name.SequenceEqual("job"u8) && !name.SequenceEqual("instance"u8) && (IsAttribute(name) || !IsAbout(name)))
            {
                attributes.TryAdd(Encoding.UTF8.GetString(IsAttribute(name) ? name[Prefix.Length..] : name), Encoding.UTF8.GetString(labels.Value(i)));
            }
        }

        ref var info = ref series.ScopeInfoOf(source, labels.Get(NameLabel), labels.Get(VersionLabel));
        info.Scrape = series.Scrape;
        info.Attributes = [.. attributes];
    }

    private static bool IsAttribute(ReadOnlySpan<byte> label) =>
        label.Length > Prefix.Length && label.StartsWith(Prefix) && !label.SequenceEqual(NameLabel) && !label.SequenceEqual(VersionLabel) && !label.SequenceEqual(SchemaLabel);
}
