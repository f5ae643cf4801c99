namespace Sluice.Journal.Tests.Model;

/// <summary>An entry that was committed to the topic of a number, with the context and bytes that everybody must read.</summary>
internal sealed record ModelEntry(int Topic, RecordId First, int Count, long Received, byte[] Context, byte[] Bytes)
{
    public RecordId End => First.Plus(Count);

    public long Size => Bytes.Length + 20;
}
