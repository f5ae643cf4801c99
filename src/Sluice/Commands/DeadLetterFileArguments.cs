using System.CommandLine;
using Sluice.Hosting;
using Sluice.Runtime.Graph;

namespace Sluice.Commands;

/// <summary>The options that name the files of dead letters, so that no instance is asked.</summary>
internal sealed class DeadLetterFileArguments
{
    private readonly Option<string?> _dataDirectory = new("--data-dir")
    {
        Description = "Reads the dead letters in this data directory instead; nothing needs to run.",
        HelpName = "DIR",
    };

    private readonly ConfigurationArguments _configuration = ConfigurationArguments.WithoutDataDirectory();

    public void AddTo(Command command)
    {
        command.Options.Add(_dataDirectory);
        _configuration.AddTo(command);
    }

    /// <summary>Whether the files are to be read.</summary>
    public bool AreGiven(ParseResult result) => result.GetValue(_dataDirectory) is not null || _configuration.AreGiven(result);

    /// <summary>The data directory; the standard one when only a configuration is named.</summary>
    public string DataDirectory(ParseResult result) => Path.GetFullPath(result.GetValue(_dataDirectory) ?? ConfigurationArguments.StandardDataDirectory);

    /// <summary>What the configuration says of dead letters, the standard without one; prints what is wrong.</summary>
    /// <returns>Null when something is wrong.</returns>
    public DeadLetterServiceOptions? FindOptions(ParseResult result) => _configuration.AreGiven(result)
        ? ModelLoader.Load(_configuration.Load(result), Console.Error)?.Service.DeadLetters
        : new DeadLetterServiceOptions();
}
