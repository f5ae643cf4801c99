using System.Diagnostics.CodeAnalysis;
using Sluice.Configuration;
using Sluice.Testing;

namespace Sluice.Tests.Support;

/// <summary>
/// A configuration file of a test, with what its leading comments add to it: <c># env NAME=value</c>, <c># set key=value</c>, and
/// <c># over text with \n</c> for a second file merged over the first. A file <c>NAME.over.yml</c> beside it is merged over it too.
/// </summary>
internal sealed class ConfigurationCase
{
    private readonly FixedEnvironment _environment = new();
    private readonly List<ConfigSource> _sources = [];
    private readonly List<string> _sets = [];

    private ConfigurationCase()
    {
    }

    /// <summary>The texts of the files, to be merged in this order.</summary>
    public IReadOnlyList<ConfigSource> Sources => _sources;

    /// <summary>The environment.</summary>
    public IReadOnlyDictionary<string, string> Variables => _environment.Variables;

    /// <summary>Reads a case of a folder of the repository.</summary>
    public static ConfigurationCase Read(string folder, string name)
    {
        var read = FromText(name + ".yaml", File.ReadAllText(GoldenFile.PathOf($"{folder}/{name}.yaml")));
        var over = $"{name}.over.yml";
        if (File.Exists(GoldenFile.PathOf($"{folder}/{over}")))
        {
            read._sources.Add(ConfigSource.FromText(over, File.ReadAllText(GoldenFile.PathOf($"{folder}/{over}"))));
        }

        return read;
    }

    /// <summary>Makes a case of a text.</summary>
    public static ConfigurationCase FromText(string file, string yaml)
    {
        var read = new ConfigurationCase();
        read._sources.Add(ConfigSource.FromText(file, yaml));
        foreach (var line in yaml.Split('\n').TakeWhile(line => line.StartsWith("# ", StringComparison.Ordinal)))
        {
            var words = line.Split(' ', 3);
            switch (words[1])
            {
                case "env":
                    var pair = words[2].Split('=', 2);
                    read._environment.Variables[pair[0]] = pair[1];
                    break;
                case "set":
                    read._sets.Add(words[2]);
                    break;
                case "over":
                    read._sources.Add(ConfigSource.FromText("over.yaml", words[2].Replace("\\n", "\n", StringComparison.Ordinal)));
                    break;
            }
        }

        return read;
    }

    /// <summary>Adds a file that is merged over those before.</summary>
    public void Add(string file, string yaml) => _sources.Add(ConfigSource.FromText(file, yaml));

    /// <summary>Adds a variable to the environment.</summary>
    public void SetVariable(string name, string value) => _environment.Variables[name] = value;

    /// <summary>Loads it with nothing of this machine: only the variables of the case, and no files.</summary>
    public LoadedConfiguration Load() => new ConfigurationLoader(_environment).Load(_sources, _sets);

    private sealed class FixedEnvironment : IConfigurationEnvironment
    {
        public Dictionary<string, string> Variables { get; } = [];

        public string? GetVariable(string name) => Variables.GetValueOrDefault(name);

        public bool TryReadFile(string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
        {
            (text, problem) = (null, "it does not exist");
            return false;
        }
    }
}
