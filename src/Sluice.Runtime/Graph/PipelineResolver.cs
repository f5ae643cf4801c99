using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Resolves the component ids of pipelines, and checks what may stand where.</summary>
internal sealed class PipelineResolver(
    IReadOnlyDictionary<(ComponentKind Kind, string Id), ComponentModel?> defined, HashSet<(ComponentKind, string)> used, DiagnosticBag bag)
{
    /// <summary>Resolves all pipelines; what is wrong is in the bag.</summary>
    /// <param name="service">What was bound.</param>
    /// <param name="node">What it was bound from.</param>
    /// <param name="fallback">The place to name when there are no pipelines.</param>
    /// <param name="isRead">Whether there was a file that could be read; otherwise that is what is wrong.</param>
    public List<PipelineModel> Resolve(ServiceOptions service, ConfigNode? node, SourcePosition? fallback, bool isRead)
    {
        var pipelines = new List<PipelineModel>();
        if (isRead && (node is null or ConfigMap { Entries.Count: 0 } or ConfigScalar { IsNull: true }))
        {
            bag.Error(
                node?.Position ?? fallback,
                "service::pipelines",
                "no pipeline is configured",
                "add one, such as logs: {receivers: [otlp], exporters: [debug]}");
        }

        foreach (var (id, options) in service.Pipelines)
        {
            var entry = (node as ConfigMap)?.Find(id);
            var path = $"service::pipelines::{id}";
            if (!TryParseId(id, out var signal))
            {
                bag.Error(entry?.KeyPosition, path, "is not a pipeline id", "write logs, events, traces or metrics, with an optional /name");
                continue;
            }

            pipelines.Add(new PipelineModel(
                id,
                signal,
                ResolveList(ComponentKind.Receiver, "receivers", options.Receivers, signal, path, entry, required: true),
                ResolveList(ComponentKind.Processor, "processors", options.Processors, signal, path, entry, required: false),
                ResolveList(ComponentKind.Exporter, "exporters", options.Exporters, signal, path, entry, required: true)));
        }

        return pipelines;
    }

    private List<ComponentModel> ResolveList(
        ComponentKind kind, string key, IReadOnlyList<string> ids, PipelineSignal signal, string pipeline, ConfigEntry? entry, bool required)
    {
        var path = $"{pipeline}::{key}";
        var connectors = kind != ComponentKind.Processor;
        var list = entry?.Value is ConfigMap map && map.TryGet(key, out var child) ? child : null;
        if (required && (list is null or ConfigList { Items.Count: 0 } or ConfigScalar { IsNull: true }))
        {
            bag.Error(list?.Position ?? entry?.KeyPosition, path, $"the pipeline has no {key}", $"list at least one id of the {key} {(connectors ? "or connectors " : "")}section");
        }

        var models = new List<ComponentModel>();
        for (var i = 0; i < ids.Count; i++)
        {
            var position = (list as ConfigList)?.Items.ElementAtOrDefault(i)?.Position ?? entry?.KeyPosition;
            var (actual, section) = connectors && IsConnector(ids[i]) ? (ComponentKind.Connector, "connectors") : (kind, key);
            if (actual == ComponentKind.Connector && defined.ContainsKey((kind, ids[i])))
            {
                bag.Error(position, $"{path}[{i}]", $"\"{ids[i]}\" is in the {key} section and in the connectors section", "give one of them another id");
            }
            else if (Resolve(actual, section, ids[i], signal, $"{path}[{i}]", position) is { } model)
            {
                if (models.Contains(model))
                {
                    bag.Error(position, $"{path}[{i}]", $"\"{ids[i]}\" stands in the list twice", "remove one");
                }

                models.Add(model);
            }
        }

        return models;
    }

    private bool IsConnector(string id) => defined.ContainsKey((ComponentKind.Connector, id));

    private ComponentModel? Resolve(ComponentKind kind, string section, string id, PipelineSignal signal, string path, SourcePosition? position)
    {
        if (!defined.TryGetValue((kind, id), out var model))
        {
            var known = defined.Keys.Where(candidate => candidate.Kind == kind).Select(candidate => candidate.Id).ToArray();
            var remedy = known.Length == 0
                ? $"define it in the {section} section, which is empty"
                : Suggestion.For(id, known, $"the {section} section has");
            bag.Error(position, path, $"there is no \"{id}\" in the {section} section", remedy);
            return null;
        }

        used.Add((kind, id));
        if (model is not null && !model.Factory.Signals.Contains(signal))
        {
            bag.Error(
                position,
                path,
                $"\"{id}\" does not take {signal.ToConfigName()}",
                $"it takes {string.Join(", ", model.Factory.Signals.Select(PipelineSignals.ToConfigName))}");
        }
        else if (model?.Factory is IProcessorFactory processor)
        {
            foreach (var fault in processor.FindFaults(signal, model.Options))
            {
                bag.Error(position, path, $"{section}::{id}::{fault.Key}: {fault.Message}", fault.Remedy);
            }
        }

        return model;
    }

    private static bool TryParseId(string id, out PipelineSignal signal)
    {
        signal = default;
        if (!ComponentId.TryParse(id, out var parsed))
        {
            return false;
        }

        foreach (var candidate in PipelineSignals.All)
        {
            if (candidate.ToConfigName() == parsed.Type)
            {
                signal = candidate;
                return true;
            }
        }

        return false;
    }
}
