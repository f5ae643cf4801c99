namespace Sluice.Journal.Tests.Model;

/// <summary>An entry that was committed, with the context and bytes that everybody must read.</summary>
internal sealed record ModelEntry(JournalTopic Topic, RecordId First, int Count, long Received, byte[] Context, byte[] Bytes)
{
    public RecordId End => First.Plus(Count);

    public long Size => Bytes.Length + 20;
}
