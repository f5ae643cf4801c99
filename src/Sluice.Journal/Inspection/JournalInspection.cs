namespace Sluice.Journal;

/// <summary>What the files of a journal say at one moment.</summary>
public sealed record JournalInspection
{
    /// <summary>Where it is.</summary>
    public required string Directory { get; init; }

    /// <summary>The id of the journal.</summary>
    public required Guid JournalId { get; init; }

    /// <summary>The version of the layout of its files.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The newest opening that wrote anything, as 16 hexadecimal digits: the ids of its records begin with them. Null before the first.</summary>
    public string? Epoch { get; init; }

    /// <summary>The process that has it open; null when none has.</summary>
    public JournalHolder? Holder { get; init; }

    /// <summary>
    /// False when the journal was changing too fast for one consistent look: what is said to be lost or damaged may only have been taken away.
    /// </summary>
    public required bool IsConsistent { get; init; }

    /// <summary>The number that the next group will have at least.</summary>
    public required ulong NextLsn { get; init; }

    /// <summary>Seconds since the newest group with a time of receipt came; null when there is none.</summary>
    public double? NewestGroupAgeSeconds { get; init; }

    /// <summary>Bytes of the segments that a consumer needs, and of what is in the newest: what counts against the limit on size.</summary>
    public required long NeededBytes { get; init; }

    /// <summary>Bytes that it may hold, if the caller said so.</summary>
    public long? MaxSize { get; init; }

    /// <summary>
    /// Bytes per second that came in the last five minutes and that a consumer which never drops has not settled; null when all of those keep up.
    /// </summary>
    public double? GrowthBytesPerSecond { get; init; }

    /// <summary>Seconds until it is full if that goes on and nothing of the backlog is settled: not earlier. Null when it is not growing or the limit is not known.</summary>
    public double? SecondsToFull { get; init; }

    /// <summary>The snapshot that an opening would begin with; null without one.</summary>
    public InspectedSnapshot? Snapshot { get; init; }

    /// <summary>The segment files, in the order of their groups; spare and damaged files behind them.</summary>
    public required IReadOnlyList<InspectedSegment> Segments { get; init; }

    /// <summary>The topics.</summary>
    public required IReadOnlyList<InspectedTopic> Topics { get; init; }

    /// <summary>The consumers.</summary>
    public required IReadOnlyList<InspectedConsumer> Consumers { get; init; }

    /// <summary>The tables.</summary>
    public required IReadOnlyList<InspectedTable> Tables { get; init; }

    /// <summary>The counters.</summary>
    public required IReadOnlyList<InspectedCounter> Counters { get; init; }

    /// <summary>What an opening would report.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
