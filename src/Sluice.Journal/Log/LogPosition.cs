namespace Sluice.Journal;

/// <summary>The place of an entry's header.</summary>
internal readonly record struct LogPosition(LogSegment Segment, int Offset)
{
    public LogEntry Entry => Segment.EntryAt(Offset);
}
