using System.CommandLine;
using Sluice.Configuration;
using Sluice.Hosting;

namespace Sluice.Commands;

/// <summary>The options of every command that reads a configuration.</summary>
internal sealed class ConfigurationArguments
{
    /// <summary>The data directory where none is named.</summary>
    public const string StandardDataDirectory = "./sluice-data";

    private readonly Option<string[]> _config = new("--config", "-c")
    {
        Description = "A configuration file; given several times, later files are merged over earlier ones. Without it the embedded default is used.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Sets one key over the files, such as receivers::otlp::protocols::grpc::endpoint=127.0.0.1:0.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string> _dataDirectory = new("--data-dir")
    {
        Description = "Where the store, dead letters and other state live.",
        HelpName = "DIR",
        DefaultValueFactory = _ => StandardDataDirectory,
    };

    private readonly bool _hasDataDirectory;

    public ConfigurationArguments()
        : this(hasDataDirectory: true)
    {
    }

    private ConfigurationArguments(bool hasDataDirectory) => _hasDataDirectory = hasDataDirectory;

    /// <summary>For a command to which the data directory means more than where state lives.</summary>
    public static ConfigurationArguments WithoutDataDirectory() => new(hasDataDirectory: false);

    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_set);
        if (_hasDataDirectory)
        {
            command.Options.Add(_dataDirectory);
        }
    }

    /// <summary>Whether a configuration is named, or a key of one.</summary>
    public bool AreGiven(ParseResult result) => result.GetValue(_config) is { Length: > 0 } || result.GetValue(_set) is { Length: > 0 };

    public string DataDirectory(ParseResult result) => Path.GetFullPath(result.GetRequiredValue(_dataDirectory));

    /// <summary>Reads, merges and substitutes; what is wrong is in the diagnostics.</summary>
    public LoadedConfiguration Load(ParseResult result)
    {
        var files = result.GetValue(_config) ?? [];
        var sources = files.Length > 0 ? files.Select(ConfigSource.FromFile) : [DefaultConfiguration.Source];
        return new ConfigurationLoader().Load(sources, result.GetValue(_set));
    }
}
