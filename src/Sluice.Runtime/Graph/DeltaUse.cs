using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Finds connectors that make deltas for exporters which can never deliver them.</summary>
internal static class DeltaUse
{
    /// <summary>Warns of every such connector.</summary>
    /// <param name="model">The configuration, without errors.</param>
    /// <param name="components">The components that are used, with their section and what was written for them, in the order of the file.</param>
    /// <param name="bag">Gets the warnings.</param>
    public static void Check(GraphModel model, IEnumerable<(string Section, ConfigEntry Entry, ComponentModel Model)> components, DiagnosticBag bag)
    {
        foreach (var (section, entry, connector) in components)
        {
            if (connector.Options is not IDeltaMaker { MakesDeltas: true })
            {
                continue;
            }

            var exporters = Reached(model.Pipelines, connector).SelectMany(pipeline => pipeline.Exporters)
                .Where(exporter => exporter.Options is IDeltaTaker { TakesDeltas: false }).Distinct().ToArray();
            if (exporters.Length > 0)
            {
                bag.Warning(
                    entry.KeyPosition,
                    $"{section}::{entry.Key}",
                    $"makes deltas, and none of them can be delivered by {string.Join(" and ", exporters.Select(exporter => $"exporters::{exporter.Id}"))}",
                    "set aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE");
            }
        }
    }

    /// <summary>The pipelines to which its metrics come: those that it feeds, and from there by connectors that pass on what they get.</summary>
    private static HashSet<PipelineModel> Reached(IReadOnlyList<PipelineModel> pipelines, ComponentModel connector)
    {
        var found = new HashSet<PipelineModel>();
        var next = new Queue<PipelineModel>(pipelines.Where(pipeline => pipeline.Receivers.Contains(connector)));
        while (next.TryDequeue(out var pipeline))
        {
            if (found.Add(pipeline))
            {
                foreach (var passing in pipeline.Connectors().Where(passing => passing.Factory is IStatelessConnectorFactory))
                {
                    foreach (var fed in pipelines.FedBy(pipeline, passing))
                    {
                        next.Enqueue(fed);
                    }
                }
            }
        }

        return found;
    }
}
