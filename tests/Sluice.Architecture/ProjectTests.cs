namespace Sluice.Architecture;

/// <summary>Which project may know which.</summary>
public sealed class ProjectTests
{
    /// <summary>From the bottom up: each may reference only those before it.</summary>
    private static readonly string[] Layers =
    [
        "Sluice.Buffers", "Sluice.Journal", "Sluice.Telemetry", "Sluice.Ottl", "Sluice.Configuration", "Sluice.Runtime", "Sluice.Transport",
        "Sluice.Store", "Sluice.Components", "Sluice.Api", "Sluice",
    ];

    [Fact]
    public void Every_product_project_has_its_layer() =>
        Violations.None(Repository.Projects("src").Select(Path.GetFileNameWithoutExtension).Except(Layers));

    [Fact]
    public void A_project_references_only_layers_below_it()
    {
        var wrong =
            from project in Repository.Projects("src")
            let layer = Array.IndexOf(Layers, Path.GetFileNameWithoutExtension(project))
            from reference in Repository.References(project)
            where Array.IndexOf(Layers, reference) is var below && (below < 0 || below >= layer)
            select $"{project} references {reference}";

        Violations.None(wrong);
    }

    [Fact]
    public void The_journal_knows_nothing_of_telemetry() =>
        Assert.Equal(["Sluice.Buffers"], Repository.References("src/Sluice.Journal/Sluice.Journal.csproj"));

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = Repository.Text("Pipeline.sln").Replace('\\', '/');
        var missing = Repository.Projects("src").Concat(Repository.Projects("tests")).Where(project => !solution.Contains(project, StringComparison.Ordinal));

        Violations.None(missing);
    }

    [Fact]
    public void Every_product_project_has_its_tests()
    {
        var missing = Repository.Projects("src")
            .Select(project => Path.GetFileNameWithoutExtension(project)!)
            .Where(name => !Repository.Exists($"tests/{name}.Tests/{name}.Tests.csproj"));

        Violations.None(missing);
    }
}
