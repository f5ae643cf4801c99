namespace Sluice.Configuration.Tests.Support;

/// <summary>Loads text named <c>test.yaml</c> with a hermetic environment.</summary>
internal static class Load
{
    public static LoadedConfiguration Yaml(string yaml, FakeEnvironment? environment = null, params string[] sets) =>
        new ConfigurationLoader(environment ?? new FakeEnvironment()).Load([ConfigSource.FromText("test.yaml", yaml)], sets);

    /// <summary>Loads what must be right.</summary>
    public static ConfigMap Valid(string yaml, FakeEnvironment? environment = null, params string[] sets)
    {
        var loaded = Yaml(yaml, environment, sets);
        Assert.False(loaded.Diagnostics.Items.Count > 0, DiagnosticFormatter.Format(loaded.Diagnostics) + yaml);
        return loaded.Root;
    }

    /// <summary>Loads what must be wrong, and gives the diagnostics as text.</summary>
    public static string Errors(string yaml, FakeEnvironment? environment = null, params string[] sets)
    {
        var loaded = Yaml(yaml, environment, sets);
        Assert.True(loaded.Diagnostics.HasErrors);
        return DiagnosticFormatter.Format(loaded.Diagnostics);
    }

    public static ConfigNode At(this ConfigMap root, string path)
    {
        ConfigNode node = root;
        foreach (var key in path.Split("::"))
        {
            Assert.True(Assert.IsType<ConfigMap>(node).TryGet(key, out var next), $"{key} of {path} is missing");
            node = next;
        }

        return node;
    }

    public static ConfigScalar Scalar(this ConfigMap root, string path) => Assert.IsType<ConfigScalar>(root.At(path));
}
