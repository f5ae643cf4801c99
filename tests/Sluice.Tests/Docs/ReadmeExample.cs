using System.Globalization;
using System.Text;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;
using Sluice.Testing;

namespace Sluice.Tests.Docs;

/// <summary>
/// One <c>yaml</c> block of a document. A block may leave out what goes without saying; it is completed to a whole configuration by this rule
/// and no other, as a second file that is merged over it:
/// <list type="number">
/// <item>An <c>otlp</c> receiver or <c>debug</c> exporter that a pipeline names and no section defines gets all defaults.</item>
/// <item>Without pipelines, one for each signal that all its components take holds what the block defines, between <c>otlp</c> and
/// <c>debug</c> where it defines no receiver or no exporter.</item>
/// <item>Extensions that it defines are listed in <c>service::extensions</c>.</item>
/// </list>
/// </summary>
/// <param name="Document">The file, from the root of the repository.</param>
/// <param name="Line">The line of its first line, from 1.</param>
/// <param name="Yaml">Its text.</param>
internal sealed record ReadmeExample(string Document, int Line, string Yaml)
{
    private const string Receiver = "receivers: {otlp: {protocols: {grpc: , http: }}}\n";
    private const string Exporter = "exporters: {debug: }\n";

    /// <summary>Every block of the README, of the pages in docs, and of every component's README.</summary>
    public static IReadOnlyList<ReadmeExample> All { get; } =
    [
        .. Documents().SelectMany(In),
    ];

    /// <summary>As <c>README.md:12</c>.</summary>
    public string Place => $"{Document}:{Line}";

    /// <summary>What completes it; empty for a whole configuration.</summary>
    public string Completion()
    {
        var root = Tree();
        var service = Map(root, "service");
        var text = new StringBuilder();
        var named = (Map(service, "pipelines")?.Entries ?? []).SelectMany(pipeline => Named((ConfigMap)pipeline.Value)).ToHashSet();
        var isFragment = named.Count == 0;
        if ((isFragment && Ids(root, ComponentKind.Receiver).Count == 0) || (named.Contains("otlp") && !Ids(root, ComponentKind.Receiver).Concat(Ids(root, ComponentKind.Exporter)).Contains("otlp")))
        {
            text.Append(Receiver);
        }

        if ((isFragment && Ids(root, ComponentKind.Exporter).Count == 0) || (named.Contains("debug") && !Ids(root, ComponentKind.Exporter).Contains("debug")))
        {
            text.Append(Exporter);
        }

        var added = new StringBuilder();
        if (Ids(root, ComponentKind.Extension) is { Count: > 0 } extensions)
        {
            added.Append(CultureInfo.InvariantCulture, $"extensions: [{string.Join(", ", extensions)}], ");
        }

        if (isFragment)
        {
            added.Append(CultureInfo.InvariantCulture, $"pipelines: {{{string.Join(", ", Signals(root).Select(signal => Pipeline(root, signal)))}}}");
        }

        return text.Append(added.Length == 0 ? "" : $"service: {{{added}}}\n").ToString();
    }

    private static string Pipeline(ConfigMap root, PipelineSignal signal)
    {
        return $"{signal.ToConfigName()}: {{receivers: [{List(ComponentKind.Receiver, "otlp")}], processors: [{List(ComponentKind.Processor, "")}], exporters: [{List(ComponentKind.Exporter, "debug")}]}}";

        string List(ComponentKind kind, string otherwise) => Ids(root, kind) is { Count: > 0 } ids ? string.Join(", ", ids) : otherwise;
    }

    private static IEnumerable<PipelineSignal> Signals(ConfigMap root) => PipelineSignals.All.Where(signal =>
        (from kind in (ComponentKind[])[ComponentKind.Receiver, ComponentKind.Processor, ComponentKind.Exporter]
         from id in Ids(root, kind)
         select BuiltIn.Components.Find(kind, id.Split('/')[0])).All(factory => factory is not null && factory.Signals.Contains(signal)));

    private static IEnumerable<string> Named(ConfigMap pipeline) =>
        pipeline.Entries.Select(entry => entry.Value).OfType<ConfigList>().SelectMany(list => list.Items).OfType<ConfigScalar>().Select(id => id.Text);

    private static IReadOnlyList<string> Ids(ConfigMap root, ComponentKind kind) =>
        [.. Map(root, ComponentSections.All.Single(section => section.Kind == kind).Section)?.Entries.Select(entry => entry.Key) ?? []];

    private static ConfigMap? Map(ConfigMap? map, string key) => map?.Find(key)?.Value as ConfigMap;

    private static IEnumerable<string> Documents()
    {
        var root = GoldenFile.PathOf("");
        return Directory.EnumerateFiles(GoldenFile.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(GoldenFile.PathOf("src"), "README.md", SearchOption.AllDirectories))
            .Append(GoldenFile.PathOf("README.md"))
            .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);
    }

    private static IEnumerable<ReadmeExample> In(string document)
    {
        var lines = File.ReadAllLines(GoldenFile.PathOf(document));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] is "```yaml" or "```yml")
            {
                var end = Array.IndexOf(lines, "```", i);
                yield return new ReadmeExample(document, i + 2, string.Concat(lines[(i + 1)..end].Select(line => line + "\n")));
                i = end;
            }
        }
    }

    /// <summary>The block as it stands; what variables stand for does not matter for what is missing.</summary>
    private ConfigMap Tree() => Support.ConfigurationCase.FromText(Document, Yaml).Load().Root;
}
