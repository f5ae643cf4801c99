namespace Sluice.Journal;

/// <summary>An entry that was read but not settled, and whose bytes the log let go.</summary>
internal readonly record struct ReleasedEntry(Subscription Subscription, RecordId First, RecordId End, int Size, long ReceivedUnixNano);
