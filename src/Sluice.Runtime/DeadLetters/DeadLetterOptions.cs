namespace Sluice.Runtime.DeadLetters;

/// <summary>Where dead letters are kept, and how many.</summary>
public sealed record DeadLetterOptions
{
    /// <summary>The directory, which holds nothing else; made when the first record comes.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of all files; beyond it the oldest file goes. 256 MiB.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Size at which the next file is begun: the grain in which old records go. 16 MiB.</summary>
    public long FileBytes { get; init; } = 16L << 20;
}
