namespace Sluice.Journal.Tests.Replay;

/// <summary>A group as a log keeps it. <paramref name="Segment"/> numbers the segments; without entries it means nothing.</summary>
internal sealed record StoredGroup(ulong Lsn, RecordId First, int Records, byte[] Changes, int Segment, IReadOnlyList<StoredEntry> Entries);
