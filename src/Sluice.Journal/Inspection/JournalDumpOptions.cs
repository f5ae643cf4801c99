namespace Sluice.Journal;

/// <summary>Which groups a dump goes through, and how much of each it shows.</summary>
public sealed record JournalDumpOptions
{
    /// <summary>Only groups with entries for this topic, and of their entries only those; null: all.</summary>
    public string? Topic { get; init; }

    /// <summary>Where it begins; null: at the oldest group.</summary>
    public DumpBound? From { get; init; }

    /// <summary>Before what it ends; null: behind the newest group.</summary>
    public DumpBound? To { get; init; }

    /// <summary>Whether keys and the sizes of values are wanted, not only how many changes there are.</summary>
    public bool WithChanges { get; init; }

    /// <summary>Whether the bytes of the entries are wanted.</summary>
    public bool WithPayload { get; init; }
}
