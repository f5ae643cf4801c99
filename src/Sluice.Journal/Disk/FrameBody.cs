namespace Sluice.Journal;

/// <summary>Takes the body of a frame apart.</summary>
internal static class FrameBody
{
    /// <summary>Holds every byte of a frame against its checksums.</summary>
    public static FrameCondition Check(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        if (frame.Length != header.Length)
        {
            return FrameCondition.Broken;
        }

        var entries = frame.Slice(FrameHeader.Size, header.EntriesLength);
        uint crc = 0;
        var records = 0L;
        var areEntriesWhole = true;
        for (var i = 0; i < header.EntryCount; i++)
        {
            if (entries.Length < LogFormat.EntryHeaderSize)
            {
                return FrameCondition.Broken;
            }

            var entry = LogFormat.ReadEntryHeader(entries);
            crc = Crc32C.Append(crc, entries[..LogFormat.EntryHeaderSize]);
            entries = entries[LogFormat.EntryHeaderSize..];
            if (entry.Length < 0 || entry.Length > entries.Length || entry.Records < 0)
            {
                return FrameCondition.Broken;
            }

            areEntriesWhole &= Crc32C.Of(entries[..entry.Length]) == entry.DataCrc;
            records += entry.Records;
            entries = entries[entry.Length..];
        }

        var isRestWhole = entries.IsEmpty
            && (header.EntryCount == 0 || records == header.RecordCount)
            && Crc32C.Append(crc, frame[(FrameHeader.Size + header.EntriesLength)..]) == header.BodyCrc;
        return !isRestWhole ? FrameCondition.Broken : areEntriesWhole ? FrameCondition.Whole : FrameCondition.EntriesDamaged;
    }

    public static ReadOnlySpan<byte> ChangesOf(in FrameHeader header, ReadOnlySpan<byte> frame) =>
        frame.Slice(FrameHeader.Size + header.EntriesLength + header.ContextLength, header.ChangesLength);

    public static ReadOnlySpan<byte> ContextOf(in FrameHeader header, ReadOnlySpan<byte> frame) =>
        frame.Slice(FrameHeader.Size + header.EntriesLength, header.ContextLength);

    /// <summary>Adds what the index says of a frame's entries.</summary>
    public static void CollectEntries(in FrameRef frame, ReadOnlySpan<byte> bytes, List<IndexEntry> output)
    {
        var header = frame.Header;
        var contextCrc = Crc32C.Of(ContextOf(header, bytes));
        var offset = FrameHeader.Size;
        var sequence = header.FirstSequence;
        for (var i = 0; i < header.EntryCount; i++)
        {
            var entry = LogFormat.ReadEntryHeader(bytes[offset..]);
            offset += LogFormat.EntryHeaderSize;
            output.Add(new IndexEntry
            {
                FirstSequence = sequence,
                ReceivedUnixNano = header.ReceivedUnixNano,
                Topic = entry.Topic,
                RecordCount = entry.Records,
                DataOffset = frame.Offset + offset,
                DataLength = entry.Length,
                DataCrc = entry.DataCrc,
                ContextOffset = frame.Offset + FrameHeader.Size + header.EntriesLength,
                ContextLength = header.ContextLength,
                ContextCrc = contextCrc,
            });
            offset += entry.Length;
            sequence += (ulong)entry.Records;
        }
    }
}
