using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>What connectors connect.</summary>
internal static class Connections
{
    /// <summary>The connectors among the exporters of a pipeline.</summary>
    public static IEnumerable<ComponentModel> Connectors(this PipelineModel pipeline) =>
        pipeline.Exporters.Where(exporter => exporter.Factory is IConnectorFactory);

    /// <summary>The pipelines that a connector feeds with what one pipeline exports to it.</summary>
    public static IEnumerable<PipelineModel> FedBy(this IEnumerable<PipelineModel> pipelines, PipelineModel from, ComponentModel connector) =>
        pipelines.Where(to => to.Receivers.Contains(connector) && ((IConnectorFactory)connector.Factory).Connects(from.Signal, to.Signal));

    /// <summary>The pipelines that a pipeline feeds through connectors, each once.</summary>
    public static IEnumerable<PipelineModel> FedBy(this IReadOnlyList<PipelineModel> pipelines, PipelineModel from) =>
        from.Connectors().SelectMany(connector => pipelines.FedBy(from, connector)).Distinct();

    /// <summary>Some pipelines, and all whose records reach them through connectors. The connections have no cycle.</summary>
    public static IReadOnlyList<PipelineModel> WithUpstream(this IReadOnlyList<PipelineModel> pipelines, IEnumerable<PipelineModel> some)
    {
        var found = new HashSet<PipelineModel>(some);
        var grown = true;
        while (grown)
        {
            grown = false;
            foreach (var pipeline in pipelines)
            {
                grown |= !found.Contains(pipeline) && pipelines.FedBy(pipeline).Any(found.Contains) && found.Add(pipeline);
            }
        }

        return [.. found];
    }
}
