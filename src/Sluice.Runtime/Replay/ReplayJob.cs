using Sluice.Journal;
using Sluice.Runtime.DeadLetters;

namespace Sluice.Runtime.Replay;

/// <summary>
/// A replay as the journal's table keeps it: what was asked for and how far it is. It changes in the groups that carry the replayed records,
/// so that its counts are exact after any crash.
/// </summary>
public sealed record ReplayJob
{
    /// <summary>Its id: 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Where the records come from.</summary>
    public required ReplaySource Source { get; init; }

    /// <summary>The exporter that gets them; null: of dead letters each the one that gave it up.</summary>
    public string? Exporter { get; init; }

    /// <summary>The pipelines whose records are read; none when the source is dead letters.</summary>
    public IReadOnlyList<string> Pipelines { get; init; } = [];

    /// <summary>Records received at this time or later, in nanoseconds since 1970.</summary>
    public long? SinceUnixNano { get; init; }

    /// <summary>Records received before this time, in nanoseconds since 1970.</summary>
    public long? UntilUnixNano { get; init; }

    /// <summary>The dead letters that are meant; null when the source is the journal.</summary>
    public DeadLetterFilter? Filter { get; init; }

    /// <summary>The end of the journal at the request: nothing from there on is read.</summary>
    public RecordId End { get; init; }

    /// <summary>When it was asked for, in nanoseconds since 1970.</summary>
    public required long StartedUnixNano { get; init; }

    /// <summary>When it ended, in nanoseconds since 1970; null while it runs.</summary>
    public long? EndedUnixNano { get; init; }

    /// <summary>How far it is.</summary>
    public ReplayState State { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Problem { get; init; }

    /// <summary>Records that the source held at the start, of all times; of dead letters those that are meant.</summary>
    public long Found { get; init; }

    /// <summary>When the oldest of them was received, in nanoseconds since 1970; null without any.</summary>
    public long? OldestUnixNano { get; init; }

    /// <summary>Records appended for the exporter.</summary>
    public long Replayed { get; init; }

    /// <summary>Records passed over because they are of another time.</summary>
    public long Skipped { get; init; }

    /// <summary>Records that the journal gave up for new ones before they were read.</summary>
    public long Dropped { get; init; }

    /// <summary>Records that cannot be read any more, or that do not fit into a group with what a replay adds to them.</summary>
    public long Corrupt { get; init; }
}
