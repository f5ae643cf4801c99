using Sluice.Configuration;
using Sluice.Runtime.DeadLetters;

namespace Sluice.Runtime.Graph;

/// <summary><c>service::dead_letters</c>: where records are kept that a destination refuses for good.</summary>
public sealed record DeadLetterServiceOptions : IValidatableOptions
{
    private const long LargestFile = 16 << 20;

    /// <summary>Where the files are; relative to the data directory.</summary>
    [Option("The directory of their files, for themselves alone; a relative path is in the data directory.")]
    public string Directory { get; init; } = "dead-letters";

    /// <summary>Bytes of all files.</summary>
    [Option("Bytes that all files together may take; beyond, the oldest file goes, and its records are counted as dropped.", Min = 1 << 20)]
    public ByteSize MaxSize { get; init; } = ByteSize.MiB(256);

    /// <summary>The directory of the files.</summary>
    /// <param name="dataDirectory">The instance's data directory.</param>
    public string DirectoryIn(string dataDirectory) => Path.Combine(dataDirectory, Directory);

    /// <summary>What the log of dead letters is created with. Files are a sixteenth of the limit and at most 16 MiB: the grain in which old records go.</summary>
    /// <param name="dataDirectory">The instance's data directory.</param>
    public DeadLetterOptions ToOptions(string dataDirectory) => new()
    {
        Directory = DirectoryIn(dataDirectory),
        MaxBytes = MaxSize.Bytes,
        FileBytes = Math.Min(LargestFile, MaxSize.Bytes / 16),
    };

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (string.IsNullOrWhiteSpace(Directory))
        {
            context.Error("directory", "is empty", "name a directory, or remove the key for dead-letters in the data directory");
        }
    }
}
