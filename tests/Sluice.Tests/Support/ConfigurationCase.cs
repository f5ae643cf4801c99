using System.Diagnostics.CodeAnalysis;
using Sluice.Configuration;
using Sluice.Testing;

namespace Sluice.Tests.Support;

/// <summary>A configuration file of a golden test, with what its leading comments add to it.</summary>
internal static class ConfigurationCase
{
    public static LoadedConfiguration Load(string folder, string name)
    {
        var file = name + ".yaml";
        var yaml = File.ReadAllText(GoldenFile.PathOf($"{folder}/{file}"));
        var environment = new FixedEnvironment();
        var sources = new List<ConfigSource> { ConfigSource.FromText(file, yaml) };
        var sets = new List<string>();
        foreach (var line in yaml.Split('\n').TakeWhile(line => line.StartsWith("# ", StringComparison.Ordinal)))
        {
            var words = line.Split(' ', 3);
            switch (words[1])
            {
                case "env":
                    var pair = words[2].Split('=', 2);
                    environment.Variables[pair[0]] = pair[1];
                    break;
                case "set":
                    sets.Add(words[2]);
                    break;
                case "over":
                    sources.Add(ConfigSource.FromText("over.yaml", words[2].Replace("\\n", "\n", StringComparison.Ordinal)));
                    break;
            }
        }

        return new ConfigurationLoader(environment).Load(sources, sets);
    }

    /// <summary>Only the variables of the case, and no files.</summary>
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
