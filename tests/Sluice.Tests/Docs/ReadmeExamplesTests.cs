using Sluice.Configuration;
using Sluice.Hosting;
using Sluice.Runtime.Contracts;
using Sluice.Tests.Support;

namespace Sluice.Tests.Docs;

/// <summary>Executes every example of a configuration in the documentation, completed as <see cref="ReadmeExample"/> says.</summary>
public sealed class ReadmeExamplesTests
{
    public static TheoryData<string> Places => [.. ReadmeExample.All.Select(example => example.Place)];

    [Fact]
    public void The_readme_of_every_component_has_an_example_of_it()
    {
        foreach (var factory in BuiltIn.Components.All)
        {
            var document = $"src/Sluice.Components/{factory.GetType().Namespace!["Sluice.Components.".Length..].Replace('.', '/')}/README.md";

            Assert.True(
                ReadmeExample.All.Any(example => example.Document == document && example.Yaml.Contains($"  {factory.Type}", StringComparison.Ordinal)),
                $"{document} has no yaml block with {factory.Type}");
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void An_example_is_valid(string place)
    {
        var loaded = Case(place).Load();
        using var output = new StringWriter();
        var model = ModelLoader.Load(loaded, output);

        Assert.True(model is not null, output.ToString());

        // What replaces nothing is told once, and is what its README is about; anything else in an example must have an effect.
        Assert.All(loaded.Diagnostics.Items, diagnostic => Assert.True(IsOfReplacedExtension(diagnostic, model) || IsCheckInterval(diagnostic), DiagnosticFormatter.Format(diagnostic)));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task An_example_starts(string place) => await ConfigurationRun.StartAndStopAsync(Case(place));

    [Theory]
    [MemberData(nameof(Places))]
    public void An_example_is_valid_by_the_schema(string place) =>
        Assert.All(Case(place).Sources, source => Assert.Empty(ConfigurationSchemaTests.Validate(source.Text!)));

    private static bool IsOfReplacedExtension(Diagnostic diagnostic, Runtime.Graph.GraphModel model) =>
        model.OfKind(ComponentKind.Extension).Any(extension => extension.Factory is IReplacedExtensionFactory && diagnostic.Key == $"extensions::{extension.Id}");

    /// <summary>The Collector demands it, so that the example shows that it may stand.</summary>
    private static bool IsCheckInterval(Diagnostic diagnostic) => diagnostic.Key == "processors::memory_limiter::check_interval";

    private static ConfigurationCase Case(string place)
    {
        var example = ReadmeExample.All.Single(candidate => candidate.Place == place);
        var configuration = ConfigurationCase.FromText("example.yaml", example.Yaml);
        configuration.SetVariable("PASSWORD", "a-password");
        configuration.SetVariable("API_KEY", "a-key");
        if (example.Completion() is { Length: > 0 } completion)
        {
            configuration.Add("completion.yaml", completion);
        }

        return configuration;
    }
}
