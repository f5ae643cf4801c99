using System.CommandLine;
using Sluice.Configuration;
using Sluice.Hosting;

namespace Sluice.Commands;

/// <summary>The options of every command that reads a configuration.</summary>
internal sealed class ConfigurationArguments
{
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
        DefaultValueFactory = _ => "./sluice-data",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_set);
        command.Options.Add(_dataDirectory);
    }

    public string DataDirectory(ParseResult result) => Path.GetFullPath(result.GetRequiredValue(_dataDirectory));

    /// <summary>Reads, merges and substitutes; what is wrong is in the diagnostics.</summary>
    public LoadedConfiguration Load(ParseResult result)
    {
        var files = result.GetValue(_config) ?? [];
        var sources = files.Length > 0 ? files.Select(ConfigSource.FromFile) : [DefaultConfiguration.Source];
        return new ConfigurationLoader().Load(sources, result.GetValue(_set));
    }
}
