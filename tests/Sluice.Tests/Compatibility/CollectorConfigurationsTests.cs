using Sluice.Configuration;
using Sluice.Hosting;
using Sluice.Testing;
using Sluice.Tests.Support;

namespace Sluice.Tests.Compatibility;

/// <summary>
/// Configurations as the Collector's users write them: agents, gateways, fan-out, TLS, authentication, sampling, connectors. Each starts
/// unchanged, or what is missing is named exactly; what is said to either is in the golden file beside it.
/// </summary>
public sealed class CollectorConfigurationsTests
{
    private const string Folder = "tests/Sluice.Tests/Collector";

    public static TheoryData<string> All => [.. GoldenFile.Cases(Folder, ".yaml")];

    public static TheoryData<string> Accepted => [.. GoldenFile.Cases(Folder, ".yaml").Where(name => !Build(name).Diagnostics.HasErrors)];

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_said_to_it_is_as_expected(string name)
    {
        var loaded = ConfigurationCase.Read(Folder, name).Load();
        using var output = new StringWriter();
        var model = ModelLoader.Load(loaded, output);

        Assert.All(loaded.Diagnostics.Items, diagnostic => Assert.True(diagnostic.Remedy.Length > 0, $"no remedy: {DiagnosticFormatter.Format(diagnostic)}"));
        GoldenFile.CheckCase(Folder, name, output + (model is null ? "" : $"It starts. Pipelines: {model.Pipelines.Count}, components: {model.Components.Count}.\n"));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task It_starts_unchanged(string name) => await ConfigurationRun.StartAndStopAsync(ConfigurationCase.Read(Folder, name));

    /// <summary>An editor must not mark what runs.</summary>
    [Theory]
    [MemberData(nameof(Accepted))]
    public void It_is_valid_by_the_schema(string name) =>
        Assert.All(ConfigurationCase.Read(Folder, name).Sources, source => Assert.Empty(ConfigurationSchemaTests.Validate(source.Text!)));

    [Fact]
    public void Most_of_more_than_twenty_start()
    {
        Assert.True(All.Count >= 20, $"there are only {All.Count}");
        Assert.True(Accepted.Count * 2 > All.Count, $"only {Accepted.Count} of {All.Count} start");
    }

    private static LoadedConfiguration Build(string name)
    {
        var loaded = ConfigurationCase.Read(Folder, name).Load();
        ModelLoader.Load(loaded, TextWriter.Null);
        return loaded;
    }
}
