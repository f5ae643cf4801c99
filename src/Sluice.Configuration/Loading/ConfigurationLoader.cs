namespace Sluice.Configuration;

/// <summary>
/// Reads sources, merges them in order, applies <c>--set</c> arguments, and resolves placeholders in the result. Bad input becomes
/// diagnostics, never an exception.
/// </summary>
public sealed class ConfigurationLoader
{
    private readonly IConfigurationEnvironment _environment;

    /// <summary>Creates a loader over the process environment and the file system, or a stand-in of them.</summary>
    public ConfigurationLoader(IConfigurationEnvironment? environment = null) =>
        _environment = environment ?? SystemConfigurationEnvironment.Instance;

    /// <summary>Loads a configuration.</summary>
    /// <param name="sources">Later ones win.</param>
    /// <param name="sets">Arguments of <c>--set</c> as <c>key=value</c>; they win over all sources, the last over the ones before.</param>
    public LoadedConfiguration Load(IEnumerable<ConfigSource> sources, IEnumerable<string>? sets = null)
    {
        var diagnostics = new DiagnosticBag();
        var limits = new LoadLimits();
        var root = new ConfigMap(default, []);
        foreach (var source in sources)
        {
            if (Read(source, diagnostics, limits) is { } map)
            {
                root = TreeMerger.Merge(root, map);
            }
        }

        var ordinal = 0;
        foreach (var argument in sets ?? [])
        {
            if (SetArgument.Read(argument, ++ordinal, diagnostics, limits) is { } map)
            {
                root = TreeMerger.Merge(root, map);
            }
        }

        var substituted = (ConfigMap)new Substitutor(_environment, diagnostics, limits).Resolve(root);
        TreePositions.AssignPaths(substituted, "");
        return new LoadedConfiguration(substituted, diagnostics);
    }

    private ConfigMap? Read(ConfigSource source, DiagnosticBag diagnostics, LoadLimits limits)
    {
        var text = source.Text;
        if (text is null && !_environment.TryReadFile(source.Name, out text, out var problem))
        {
            diagnostics.Error(null, "", $"the configuration file {Printable.Shorten(source.Name, 300)} cannot be read: {problem}", "check the path given with --config");
            return null;
        }

        switch (YamlTreeReader.Read(source.Name, text, diagnostics, limits))
        {
            case null:
            case ConfigScalar { IsNull: true }:
                return null;
            case ConfigMap map:
                return map;
            case var other:
                diagnostics.Error(other.Position, "", $"the file holds {other.Describe()} instead of a map", "begin with keys such as receivers: and service:");
                return null;
        }
    }
}
