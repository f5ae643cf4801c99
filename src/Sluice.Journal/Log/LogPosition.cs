namespace Sluice.Journal;

/// <summary>The place of an entry.</summary>
internal readonly record struct LogPosition(LogSegment Segment, int Position)
{
    public LogEntry Entry => Segment.EntryAt(Position);
}
