using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Checks what connectors connect.</summary>
internal static class ConnectorUse
{
    /// <summary>
    /// Reports connectors with one end only, pipelines that a connector cannot connect with any other, pipelines that a connector names and
    /// does not feed, and cycles.
    /// </summary>
    /// <param name="components">The components that are used, with their section and what was written for them, in the order of the file.</param>
    /// <param name="pipelines">The pipelines.</param>
    /// <param name="nodes">What the pipelines were read from.</param>
    /// <param name="bag">Gets the errors.</param>
    public static void Check(
        IEnumerable<(string Section, ConfigEntry Entry, ComponentModel Model)> components,
        IReadOnlyList<PipelineModel> pipelines,
        ConfigMap? nodes,
        DiagnosticBag bag)
    {
        foreach (var (section, entry, model) in components)
        {
            if (model.Factory is IConnectorFactory factory)
            {
                CheckEnds($"{section}::{entry.Key}", entry, model, factory, pipelines, nodes, bag);
                CheckNames($"{section}::{entry.Key}", entry, model, pipelines, bag);
            }
        }

        CheckCycles(pipelines, nodes, bag);
    }

    private static void CheckEnds(
        string path,
        ConfigEntry entry,
        ComponentModel connector,
        IConnectorFactory factory,
        IReadOnlyList<PipelineModel> pipelines,
        ConfigMap? nodes,
        DiagnosticBag bag)
    {
        var sources = pipelines.Where(pipeline => pipeline.Exporters.Contains(connector)).ToArray();
        var targets = pipelines.Where(pipeline => pipeline.Receivers.Contains(connector)).ToArray();
        if (sources.Length == 0 || targets.Length == 0)
        {
            var (has, lacks) = sources.Length == 0 ? ("receivers", "exporters") : ("exporters", "receivers");
            bag.Error(
                entry.KeyPosition, path, $"is among the {has} of pipelines and among the {lacks} of none", $"list it in the {lacks} of a pipeline as well");
            return;
        }

        foreach (var source in sources.Where(source => !targets.Any(target => factory.Connects(source.Signal, target.Signal))))
        {
            bag.Error(
                PositionOf(nodes, source, "exporters"),
                $"service::pipelines::{source.Id}::exporters",
                $"\"{entry.Key}\" feeds no pipeline that takes {source.Signal.ToConfigName()}",
                $"list it in the receivers of a {source.Signal.ToConfigName()} pipeline, or take it out here");
        }

        foreach (var target in targets.Where(target => !sources.Any(source => factory.Connects(source.Signal, target.Signal))))
        {
            bag.Error(
                PositionOf(nodes, target, "receivers"),
                $"service::pipelines::{target.Id}::receivers",
                $"\"{entry.Key}\" gets nothing that {target.Signal.ToConfigName()} pipelines take",
                $"list it in the exporters of a {target.Signal.ToConfigName()} pipeline, or take it out here");
        }

        if (targets.Length > IConnector.MaxPipelines)
        {
            bag.Error(entry.KeyPosition, path, $"feeds {targets.Length} pipelines", $"feed at most {IConnector.MaxPipelines}, and those that are left through another connector");
        }
    }

    private static void CheckNames(string path, ConfigEntry entry, ComponentModel connector, IReadOnlyList<PipelineModel> pipelines, DiagnosticBag bag)
    {
        foreach (var reference in (connector.Options as IPipelineUser)?.UsedPipelines ?? [])
        {
            var named = pipelines.FirstOrDefault(pipeline => pipeline.Id == reference.Id);
            if (named is null)
            {
                bag.Error(
                    KeyPosition.Of(entry, reference.Key),
                    $"{path}::{reference.Key}",
                    $"there is no pipeline \"{reference.Id}\"",
                    Suggestion.For(reference.Id, [.. pipelines.Select(pipeline => pipeline.Id)], "service::pipelines has"));
            }
            else if (!named.Receivers.Contains(connector))
            {
                bag.Error(
                    KeyPosition.Of(entry, reference.Key),
                    $"{path}::{reference.Key}",
                    $"the pipeline \"{reference.Id}\" does not have \"{entry.Key}\" among its receivers",
                    "list it there, or name another pipeline");
            }
        }
    }

    /// <summary>Follows the connections from every pipeline; a pipeline that is met again on the way closes a cycle.</summary>
    private static void CheckCycles(IReadOnlyList<PipelineModel> pipelines, ConfigMap? nodes, DiagnosticBag bag)
    {
        var done = new HashSet<PipelineModel>();
        foreach (var pipeline in pipelines)
        {
            Follow(pipeline, []);
        }

        void Follow(PipelineModel pipeline, List<PipelineModel> way)
        {
            var start = way.IndexOf(pipeline);
            if (start >= 0)
            {
                var cycle = string.Join(" to ", way[start..].Append(pipeline).Select(step => step.Id));
                bag.Error(
                    PositionOf(nodes, pipeline, "exporters"),
                    $"service::pipelines::{pipeline.Id}::exporters",
                    $"connectors lead from {cycle}, in a circle",
                    "take a connector out of one of these pipelines");
                return;
            }

            if (!done.Contains(pipeline))
            {
                way.Add(pipeline);
                foreach (var next in pipelines.FedBy(pipeline))
                {
                    Follow(next, way);
                }

                way.RemoveAt(way.Count - 1);
                done.Add(pipeline);
            }
        }
    }

    private static SourcePosition? PositionOf(ConfigMap? nodes, PipelineModel pipeline, string key) =>
        nodes?.Find(pipeline.Id) is { } entry ? KeyPosition.Of(entry, key) : null;
}
