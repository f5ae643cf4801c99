using Sluice.Configuration;
using Sluice.Hosting;
using Sluice.Testing;
using Sluice.Tests.Support;

namespace Sluice.Tests.Golden;

/// <summary>
/// What a user reads who starts Sluice with a broken configuration: every error at once, each with its place, its key and a remedy. The
/// real loader, graph and components are behind it. Leading comments of a case may add to it: <c># env NAME=value</c>,
/// <c># set key=value</c>, and <c># over text with \n</c> for a second file merged over the first.
/// </summary>
public sealed class ConfigurationDiagnosticsTests
{
    private const string Folder = "tests/Sluice.Tests/Golden/Configurations";

    public static TheoryData<string> Cases => [.. GoldenFile.Cases(Folder, ".yaml")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Broken_configuration_is_explained_as_expected(string name)
    {
        var loaded = ConfigurationCase.Read(Folder, name).Load();
        using var output = new StringWriter();
        var model = ModelLoader.Load(loaded, output);

        Assert.Null(model);
        Assert.True(loaded.Diagnostics.HasErrors);
        Assert.All(loaded.Diagnostics.Items, diagnostic => Assert.True(diagnostic.Remedy.Length > 0, $"no remedy: {DiagnosticFormatter.Format(diagnostic)}"));
        GoldenFile.CheckCase(Folder, name, output.ToString());
    }

    [Fact]
    public void At_least_thirty_broken_configurations_are_held() => Assert.True(Cases.Count >= 30);
}
