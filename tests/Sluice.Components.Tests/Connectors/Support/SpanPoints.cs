using OpenTelemetry.Proto.Metrics.V1;
using static Sluice.Components.Tests.Connectors.Support.StatefulHarness;

namespace Sluice.Components.Tests.Connectors.Support;

/// <summary>What the connector <c>spanmetrics</c> gave out, as text.</summary>
internal static class SpanPoints
{
    /// <summary>Attributes as text, without the one that all series have alike.</summary>
    public static string Dimensions(IEnumerable<OpenTelemetry.Proto.Common.V1.KeyValue> attributes) => Text(attributes.Where(attribute => attribute.Key != "collector.instance.id"));

    public static IReadOnlyList<string> Calls(IReadOnlyList<ResourceMetrics> metrics) =>
        [.. Points(metrics).Where(point => point.Key.StartsWith("calls", StringComparison.Ordinal)).Select(point => $"{point.Key} {point.Count}")];

    /// <summary>Every point by metric, service, name and dimensions of the test.</summary>
    public static IEnumerable<(string Key, ulong Count, double Sum, ulong Time)> Points(IReadOnlyList<ResourceMetrics> metrics)
    {
        foreach (var metric in metrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            var name = metric.Name[(metric.Name.LastIndexOf('.') + 1)..];
            foreach (var point in metric.Sum?.DataPoints ?? [])
            {
                yield return ($"{name} {Short(point.Attributes)}", (ulong)point.AsInt, 0, point.TimeUnixNano);
            }

            foreach (var point in metric.Histogram?.DataPoints ?? [])
            {
                yield return ($"{name} {Short(point.Attributes)}", point.Count, point.Sum, point.TimeUnixNano);
            }
        }

        static string Short(IEnumerable<OpenTelemetry.Proto.Common.V1.KeyValue> attributes) => string.Join(' ', attributes
            .Where(attribute => attribute.Key is not ("span.kind" or "status.code" or "collector.instance.id"))
            .Select(attribute => attribute.Key is "service.name" or "span.name" ? attribute.Value.StringValue : Text([attribute])));
    }
}
