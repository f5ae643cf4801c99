namespace Sluice.Journal;

/// <summary>What a look at every byte of a journal found.</summary>
public sealed record JournalVerification
{
    /// <summary>Where it is.</summary>
    public required string Directory { get; init; }

    /// <summary>The id of the journal; null when no file says it.</summary>
    public Guid? JournalId { get; init; }

    /// <summary>The process that has it open; null when none has.</summary>
    public JournalHolder? Holder { get; init; }

    /// <summary>False when the journal was changing too fast: a fault may only be something that was taken away.</summary>
    public required bool IsConsistent { get; init; }

    /// <summary>Segments with groups.</summary>
    public required int Segments { get; init; }

    /// <summary>Of those, the ones with a trailer and an index.</summary>
    public required int SealedSegments { get; init; }

    /// <summary>Files ready to become segments.</summary>
    public required int SpareFiles { get; init; }

    /// <summary>Copies of snapshots.</summary>
    public required int Snapshots { get; init; }

    /// <summary>Groups that are whole.</summary>
    public required long Groups { get; init; }

    /// <summary>Entries in them.</summary>
    public required long Entries { get; init; }

    /// <summary>Records in those entries.</summary>
    public required long Records { get; init; }

    /// <summary>Bytes of all files that were read.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes that a crash left unfinished behind the last group, or that are being written; never acknowledged, so no fault.</summary>
    public required long TornBytes { get; init; }

    /// <summary>Records that consumers have not settled and that an opening would count as lost now, once per consumer; null when it could not be opened.</summary>
    public long? LostRecords { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>All that is wrong.</summary>
    public required IReadOnlyList<JournalFault> Faults { get; init; }
}
