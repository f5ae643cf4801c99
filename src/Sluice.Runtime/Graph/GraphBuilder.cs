using System.Diagnostics.CodeAnalysis;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Checks a loaded configuration and binds it to a <see cref="GraphModel"/>. Reports every error it can find, not only the first.</summary>
public sealed class GraphBuilder(ComponentCatalog catalog)
{
    /// <summary>Checks and binds.</summary>
    /// <param name="loaded">The configuration; what is wrong is added to its diagnostics.</param>
    /// <returns>Null when there are errors.</returns>
    public GraphModel? Build(LoadedConfiguration loaded)
    {
        var bag = loaded.Diagnostics;
        var file = OptionBinder.Bind<ConfigurationOptions>(loaded.Root, bag, "");
        var defined = new Dictionary<(ComponentKind, string), ComponentModel?>();
        foreach (var (kind, section) in ComponentSections.All)
        {
            if (Child(loaded.Root, section) is ConfigMap map)
            {
                BindSection(kind, section, map, defined, bag);
            }
        }

        var used = new HashSet<(ComponentKind, string)>();
        var service = Child(loaded.Root, "service");
        var errorsBefore = bag.ErrorCount;
        var pipelines = new PipelineResolver(defined, used, bag).Resolve(file.Service, Child(service, "pipelines"), service?.Position, isRead: loaded.Root.Entries.Count > 0 || !bag.HasErrors);
        var arePipelinesRight = bag.ErrorCount == errorsBefore;
        var extensions = ResolveExtensions(file.Service, Child(service, "extensions") as ConfigList, defined, used, bag);
        PathOwnership.Check(Used(loaded.Root, defined, used), bag);
        ExtensionUse.Check(Used(loaded.Root, defined, used), defined, used, bag);
        if (arePipelinesRight)
        {
            // A pipeline that is wrong would make connectors look wrong too.
            ConnectorUse.Check(Used(loaded.Root, defined, used), pipelines, Child(service, "pipelines") as ConfigMap, bag);
        }

        if (!bag.HasErrors)
        {
            OwnTelemetryLoop.Check(file.Service.Telemetry, Used(loaded.Root, defined, used).Select(component => component.Model), service, bag);
        }

        if (bag.HasErrors)
        {
            // Whether something is unused cannot be told from pipelines that are wrong.
            return null;
        }

        WarnOfUnused(loaded.Root, defined, used, bag);
        var components = used.ToDictionary(key => key, key => defined[key]!);
        var model = new GraphModel(file.Service, components, pipelines, extensions);
        RequestHeaderUse.Check(model, Used(loaded.Root, defined, used), bag);
        DeltaUse.Check(model, Used(loaded.Root, defined, used), bag);
        return model;
    }

    private void BindSection(
        ComponentKind kind, string section, ConfigMap map, Dictionary<(ComponentKind, string), ComponentModel?> defined, DiagnosticBag bag)
    {
        foreach (var entry in map.Entries)
        {
            var path = $"{section}::{entry.Key}";
            if (!ComponentId.TryParse(entry.Key, out var id))
            {
                bag.Error(entry.KeyPosition, path, "is not a component id", "write type or type/name, such as otlp or otlp/2");
                continue;
            }

            if (catalog.Find(kind, id.Type) is not { } factory)
            {
                bag.Error(entry.KeyPosition, path, $"there is no {ComponentSections.NameOf(kind)} of type \"{id.Type}\"", NearestType(kind, id.Type));
                defined[(kind, entry.Key)] = null;
                continue;
            }

            var errorsBefore = bag.ErrorCount;
            var options = Bind(factory, entry.Value, bag, path);
            defined[(kind, entry.Key)] = bag.ErrorCount == errorsBefore ? new ComponentModel(id, factory, options) : null;
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Every options type is rooted by its factory's type argument.")]
    private static object Bind(IComponentFactory factory, ConfigNode node, DiagnosticBag bag, string path) =>
        OptionBinder.Bind(factory.OptionsType, node, bag, path);

    private static List<ComponentModel> ResolveExtensions(
        ServiceOptions service,
        ConfigList? nodes,
        Dictionary<(ComponentKind, string), ComponentModel?> defined,
        HashSet<(ComponentKind, string)> used,
        DiagnosticBag bag)
    {
        var extensions = new List<ComponentModel>();
        for (var i = 0; i < service.Extensions.Count; i++)
        {
            var key = (ComponentKind.Extension, service.Extensions[i]);
            if (!defined.TryGetValue(key, out var model))
            {
                bag.Error(
                    nodes?.Items.ElementAtOrDefault(i)?.Position,
                    $"service::extensions[{i}]",
                    $"there is no extension \"{key.Item2}\" in the extensions section",
                    "define it there, or take it out of the list");
            }
            else if (!used.Add(key))
            {
                bag.Error(
                    nodes?.Items.ElementAtOrDefault(i)?.Position, $"service::extensions[{i}]", $"\"{key.Item2}\" stands in the list twice", "remove one");
            }
            else if (model is not null)
            {
                extensions.Add(model);
            }
        }

        return extensions;
    }

    /// <summary>The components that are used and without errors, in the order of the file.</summary>
    private static IEnumerable<(string Section, ConfigEntry Entry, ComponentModel Model)> Used(
        ConfigMap root, Dictionary<(ComponentKind Kind, string Id), ComponentModel?> defined, HashSet<(ComponentKind, string)> used) =>
        from section in ComponentSections.All
        where Child(root, section.Section) is ConfigMap
        from entry in ((ConfigMap)Child(root, section.Section)!).Entries
        let key = (section.Kind, entry.Key)
        where used.Contains(key) && defined.GetValueOrDefault(key) is not null
        select (section.Section, entry, defined[key]!);

    private static void WarnOfUnused(
        ConfigMap root, Dictionary<(ComponentKind Kind, string Id), ComponentModel?> defined, HashSet<(ComponentKind, string)> used, DiagnosticBag bag)
    {
        foreach (var (kind, section) in ComponentSections.All)
        {
            if (Child(root, section) is not ConfigMap map)
            {
                continue;
            }

            foreach (var entry in map.Entries)
            {
                if (defined.ContainsKey((kind, entry.Key)) && !used.Contains((kind, entry.Key)))
                {
                    bag.Warning(
                        entry.KeyPosition,
                        $"{section}::{entry.Key}",
                        "is defined and not used, so it is not started",
                        kind == ComponentKind.Extension ? "list it in service::extensions, or remove it" : "use it in a pipeline, or remove it");
                }
            }
        }
    }

    private string NearestType(ComponentKind kind, string type)
    {
        if (CollectorComponents.Find(kind, type) is { } known)
        {
            var nearest = known.Nearest.Where(candidate => catalog.Find(candidate.Kind, candidate.Type) is not null)
                .Select(candidate => $"{ComponentSections.NameOf(candidate.Kind)} {candidate.Type}")
                .ToArray();
            return nearest.Length == 0 ? known.Advice : $"{known.Advice}; nearest here: {string.Join(", ", nearest)}";
        }

        foreach (var (other, section) in ComponentSections.All)
        {
            if (other != kind && catalog.Find(other, type) is not null)
            {
                return $"\"{type}\" is a{(other is ComponentKind.Exporter or ComponentKind.Extension ? "n" : "")} {ComponentSections.NameOf(other)}: define it in the {section} section";
            }
        }

        var names = catalog.Names(kind);
        return names.Count == 0 ? $"this version has no {ComponentSections.NameOf(kind)}s; remove it" : Suggestion.For(type, names, "this version has");
    }

    private static ConfigNode? Child(ConfigNode? node, string key) => node is ConfigMap map && map.TryGet(key, out var child) ? child : null;
}
