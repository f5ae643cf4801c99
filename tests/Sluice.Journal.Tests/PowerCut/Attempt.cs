namespace Sluice.Journal.Tests.PowerCut;

/// <summary>A group that was handed to the journal, and what is known of its fate.</summary>
internal sealed class Attempt(int number)
{
    /// <summary>Counts the groups of a run in the order of their handing over, which is that of the log.</summary>
    public int Number { get; } = number;

    public AttemptState State { get; set; }

    /// <summary>The id of its first record; null until somebody was told it.</summary>
    public RecordId? First { get; set; }

    /// <summary>Whether it puts its number into the table of marks, by which it is found again whatever else it holds.</summary>
    public bool IsMarked { get; set; }

    public byte[] Context { get; set; } = [];

    public List<AttemptEntry> Entries { get; } = [];

    public List<(int Counter, long Delta)> Deltas { get; } = [];

    /// <summary>Changes of the small table; without a value the key is removed.</summary>
    public List<(int Key, byte[]? Value)> Changes { get; } = [];

    public List<(string Consumer, RecordId Cursor)> Cursors { get; } = [];

    public int Records => Entries.Sum(entry => entry.Records);

    public override string ToString() =>
        $"group {Number} ({State}, {First?.ToString() ?? "no id"}, {Entries.Count} entries, {Records} records, {(IsMarked ? "marked" : "not marked")})";
}

/// <summary>What is known of the fate of an <see cref="Attempt"/>.</summary>
internal enum AttemptState
{
    /// <summary>
    /// Nobody was answered, or only after the power had gone, or the disk failed and nothing was acknowledged since: it may be there or not,
    /// but whole.
    /// </summary>
    Open,

    /// <summary>It was acknowledged, read by a consumer, or found by an opening: it is there for ever.</summary>
    Durable,

    /// <summary>It was refused, and the log has gone on, or an opening did not find it: it never comes back.</summary>
    Gone,
}
