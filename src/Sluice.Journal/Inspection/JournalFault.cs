namespace Sluice.Journal;

/// <summary>Something in a journal's directory that is not as it was written.</summary>
public sealed record JournalFault
{
    /// <summary>The file, or nothing when it is about the directory as a whole.</summary>
    public string? File { get; init; }

    /// <summary>Where in the file, in bytes from its beginning.</summary>
    public long? Offset { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Problem { get; init; }

    /// <summary>What is lost by it.</summary>
    public required string Loses { get; init; }

    /// <summary>What to do.</summary>
    public required string Remedy { get; init; }
}
