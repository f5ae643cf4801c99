using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// The image of a group in a segment, little-endian: a group header, the entries (a header and the bytes each), and the context that all
/// of them are read with. A group is contiguous and never spans two segments, so a reader needs one span.
/// </summary>
/// <remarks>
/// Entries name their group by distance, which makes the offset of an entry's header a complete position: a consumer can stand in the
/// middle of a group. Sequences are in the group header only and so are written once, when the group's place in the order is known.
/// </remarks>
internal static class LogFormat
{
    /// <summary>Length of entries, length of context, first sequence, received time, number of entries, unused.</summary>
    public const int GroupHeaderSize = 32;

    /// <summary>Topic, records, length, distance to the group header, records of the group before it.</summary>
    public const int EntryHeaderSize = 20;

    public static void WriteGroupHeader(
        Span<byte> group, int entriesLength, int contextLength, ulong firstSequence, long receivedUnixNano, int entryCount)
    {
        BinaryPrimitives.WriteInt32LittleEndian(group, entriesLength);
        BinaryPrimitives.WriteInt32LittleEndian(group[4..], contextLength);
        BinaryPrimitives.WriteUInt64LittleEndian(group[8..], firstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(group[16..], receivedUnixNano);
        BinaryPrimitives.WriteInt32LittleEndian(group[24..], entryCount);
        BinaryPrimitives.WriteInt32LittleEndian(group[28..], 0);
    }

    public static void WriteEntryHeader(Span<byte> header, int topic, int records, int length, int distance, int recordsBefore)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, topic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], records);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], distance);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], recordsBefore);
    }

    /// <summary>Decodes the entry whose header is at <paramref name="offset"/> of a segment that was written in <paramref name="epoch"/>.</summary>
    public static LogEntry ReadEntry(ReadOnlySpan<byte> segment, int offset, ulong epoch)
    {
        var header = segment.Slice(offset, EntryHeaderSize);
        var groupOffset = offset - BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        var group = segment.Slice(groupOffset, GroupHeaderSize);
        var contextOffset = groupOffset + GroupHeaderSize + BinaryPrimitives.ReadInt32LittleEndian(group);
        var contextLength = BinaryPrimitives.ReadInt32LittleEndian(group[4..]);
        var dataOffset = offset + EntryHeaderSize;
        var dataLength = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        var next = dataOffset + dataLength;
        return new LogEntry
        {
            Topic = BinaryPrimitives.ReadInt32LittleEndian(header),
            FirstRecord = new RecordId(epoch, BinaryPrimitives.ReadUInt64LittleEndian(group[8..]))
                .Plus(BinaryPrimitives.ReadInt32LittleEndian(header[16..])),
            RecordCount = BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
            ReceivedUnixNano = BinaryPrimitives.ReadInt64LittleEndian(group[16..]),
            DataOffset = dataOffset,
            DataLength = dataLength,
            ContextOffset = contextOffset,
            ContextLength = contextLength,
            NextOffset = next < contextOffset ? next : contextOffset + contextLength + GroupHeaderSize,
        };
    }
}
