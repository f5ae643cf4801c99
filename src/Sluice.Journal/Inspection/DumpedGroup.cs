namespace Sluice.Journal;

/// <summary>One group as it is in a segment.</summary>
public sealed record DumpedGroup
{
    /// <summary>Its number.</summary>
    public required ulong Lsn { get; init; }

    /// <summary>The segment file.</summary>
    public required string Segment { get; init; }

    /// <summary>Where it is in the file, in bytes.</summary>
    public required int Offset { get; init; }

    /// <summary>Its bytes with its header.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was received; null for a group of the journal or of an exporter itself.</summary>
    public DateTimeOffset? Received { get; init; }

    /// <summary>When it was written; null when its changes cannot be read.</summary>
    public DateTimeOffset? Written { get; init; }

    /// <summary>The id of its first record, and the position of everything in it.</summary>
    public required RecordId FirstRecord { get; init; }

    /// <summary>Its records. They may be more than those of its entries, which are not kept when nobody reads them.</summary>
    public required int Records { get; init; }

    /// <summary>Its entries.</summary>
    public required IReadOnlyList<DumpedEntry> Entries { get; init; }

    /// <summary>Cursors that it moves.</summary>
    public IReadOnlyList<DumpedCursor> Cursors { get; init; } = [];

    /// <summary>Entries of tables that it writes.</summary>
    public int Puts { get; init; }

    /// <summary>Entries of tables that it deletes.</summary>
    public int Deletes { get; init; }

    /// <summary>Those, if they were asked for.</summary>
    public IReadOnlyList<DumpedChange>? Changes { get; init; }

    /// <summary>What it adds to counters.</summary>
    public IReadOnlyList<DumpedDelta> Counters { get; init; } = [];

    /// <summary>What else happens in it: consumers opened, removed, abandoned or letting go of backlog, tables that get limits.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>What its entries were received with, if payloads were asked for.</summary>
    public byte[]? Context { get; init; }

    /// <summary>Why its changes cannot be read; null when they can.</summary>
    public string? Problem { get; init; }
}
