using Sluice.Configuration.Tests.Support;
using Sluice.Testing;

namespace Sluice.Configuration.Tests.Golden;

/// <summary>
/// What people read when their configuration is broken. A case is a YAML file of <see cref="ShopOptions"/> under the key <c>shop</c>.
/// Its leading comments may add to it: <c># env NAME=value</c>, <c># file path=text with \n</c>, <c># set key=value</c>, and
/// <c># over text with \n</c> for a second source.
/// </summary>
public sealed class GoldenDiagnosticsTests
{
    private const string Folder = "tests/Sluice.Configuration.Tests/Golden";

    public static TheoryData<string> Cases => [.. GoldenFile.Cases(Folder, ".yaml")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Broken_configuration_is_explained_as_expected(string name)
    {
        var file = name + ".yaml";
        var yaml = File.ReadAllText(GoldenFile.PathOf($"{Folder}/{file}"));
        var environment = new FakeEnvironment();
        var sources = new List<ConfigSource> { ConfigSource.FromText(file, yaml) };
        var sets = new List<string>();
        foreach (var line in yaml.Split('\n').TakeWhile(line => line.StartsWith("# ", StringComparison.Ordinal)))
        {
            var (verb, rest) = Split(line[2..], ' ');
            var (key, value) = Split(rest.Replace("\\n", "\n", StringComparison.Ordinal), '=');
            switch (verb)
            {
                case "env":
                    environment.Variables[key] = value;
                    break;
                case "file":
                    environment.Files[key] = value;
                    break;
                case "set":
                    sets.Add(rest);
                    break;
                case "over":
                    sources.Add(ConfigSource.FromText("over.yaml", rest.Replace("\\n", "\n", StringComparison.Ordinal)));
                    break;
            }
        }

        var loaded = new ConfigurationLoader(environment).Load(sources, sets);
        if (loaded.Root.TryGet("shop", out var shop))
        {
            OptionBinder.Bind<ShopOptions>(shop, loaded.Diagnostics, "shop");
        }

        Assert.NotEmpty(loaded.Diagnostics.Items);
        GoldenFile.CheckCase(Folder, name, DiagnosticFormatter.Format(loaded.Diagnostics));
    }

    [Fact]
    public void At_least_fifteen_broken_configurations_are_held() => Assert.True(Cases.Count >= 15);

    private static (string Before, string After) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }
}
