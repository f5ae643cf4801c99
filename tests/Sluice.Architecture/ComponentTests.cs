using System.Text.RegularExpressions;

namespace Sluice.Architecture;

/// <summary>What every component's folder holds, and what it may not touch.</summary>
public sealed partial class ComponentTests
{
    [Fact]
    public void There_are_components() => Assert.NotEmpty(Repository.ComponentFolders);

    [Fact]
    public void Every_component_has_options_a_factory_and_a_readme()
    {
        var missing =
            from folder in Repository.ComponentFolders
            let name = Path.GetFileName(folder)
            from file in new[] { $"{name}Options.cs", $"{name}Factory.cs", "README.md" }
            where !Repository.Exists($"{folder}/{file}")
            select $"{folder}/{file}";

        Violations.None(missing);
    }

    [Fact]
    public void Every_component_has_an_implementation_unless_another_part_does_its_work()
    {
        var missing = Repository.ComponentFolders.Where(folder =>
        {
            var name = Path.GetFileName(folder);
            return !Repository.Exists($"{folder}/{name}.cs")
                && !Repository.Text($"{folder}/{name}Factory.cs").Contains("MappedProcessorFactory<", StringComparison.Ordinal)
                && !Repository.Text($"{folder}/{name}Factory.cs").Contains("ReplacedExtensionFactory<", StringComparison.Ordinal);
        });

        Violations.None(missing);
    }

    [Fact]
    public void Every_component_is_linked_from_the_index()
    {
        var index = Repository.Text("docs/components.md");

        Violations.None(Repository.ComponentFolders.Where(folder => !index.Contains($"(../{folder}/README.md)", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_index_links_only_what_is_there()
    {
        var links = LinkTarget().Matches(Repository.Text("docs/components.md")).Select(match => match.Groups[1].Value);

        Violations.None(links.Where(link => !Repository.Exists(link)));
    }

    [Fact]
    public void No_component_names_the_namespace_of_another()
    {
        var all = Repository.ComponentFolders.Select(NamespaceOf).ToList();
        var wrong =
            from folder in Repository.ComponentFolders
            let own = NamespaceOf(folder)
            from file in Repository.Sources(folder)
            from other in all
            where other != own && Regex.IsMatch(Repository.Text(file), $@"\b{Regex.Escape(other)}\b")
            select $"{file} names {other}";

        Violations.None(wrong);
    }

    [Fact]
    public void Components_live_in_the_namespace_of_their_folder()
    {
        var wrong =
            from folder in Repository.ComponentFolders
            from file in Repository.Sources(folder)
            where !Repository.Lines(file).Any(line => line == $"namespace {NamespaceOf(folder)};" || line.StartsWith($"namespace {NamespaceOf(folder)}.", StringComparison.Ordinal))
            select file;

        Violations.None(wrong);
    }

    private static string NamespaceOf(string folder) => folder["src/".Length..].Replace('/', '.');

    [GeneratedRegex(@"\]\(\.\./(src/[^)]+)\)")]
    private static partial Regex LinkTarget();
}
