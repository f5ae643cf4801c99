using System.CommandLine;
using Sluice.Configuration;
using Sluice.Hosting;
using Sluice.Runtime.Graph;

namespace Sluice.Commands;

/// <summary>The options that say where a journal is: its directory itself, or the configuration and data directory of the Sluice that it belongs to.</summary>
internal sealed class JournalArguments
{
    private readonly ConfigurationArguments _configuration = new();

    private readonly Option<string?> _directory = new("--directory")
    {
        Description = "The directory of the journal itself; configuration and data directory are not looked at.",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_directory);
        _configuration.AddTo(command);
    }

    /// <summary>Finds out where the journal is, and what it may hold; prints what is wrong.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="maxSize">What it may hold, as it is written on the command line; null: what the configuration says.</param>
    /// <returns>Null when something is wrong.</returns>
    public Place? Find(ParseResult result, string? maxSize)
    {
        ByteSize? size = null;
        if (maxSize is not null)
        {
            if (!ByteSize.TryParse(maxSize, out var parsed, out _))
            {
                Console.Error.WriteLine($"--max-size takes {ByteSize.Expected}, not \"{maxSize}\".");
                return null;
            }

            size = parsed;
        }

        if (result.GetValue(_directory) is { } directory)
        {
            return new Place(Path.GetFullPath(directory), size?.Bytes);
        }

        if (ModelLoader.Load(_configuration.Load(result), Console.Error) is not { } model)
        {
            return null;
        }

        var configured = model.Service.Journal;
        var place = configured.DirectoryIn(_configuration.DataDirectory(result));
        return new Place(place, size?.Bytes ?? MaxSizeOf(configured, place));
    }

    private static long? MaxSizeOf(JournalServiceOptions options, string directory) =>
        options.Type != JournalKind.Disk ? null : options.MaxSize?.Bytes ?? JournalOpener.DefaultMaxSizeFor(DirectorySpace.Of(directory)?.Total);

    /// <summary>Where a journal is.</summary>
    /// <param name="Directory">Its directory.</param>
    /// <param name="MaxSize">Bytes that it may hold, if known.</param>
    internal sealed record Place(string Directory, long? MaxSize);
}
