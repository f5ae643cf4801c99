namespace Sluice.Journal.Tests.Replay;

internal sealed record StoredEntry(int Topic, RecordId First, int Count, long Received, byte[] Context, byte[] Bytes)
{
    public RecordId End => First.Plus(Count);
}
