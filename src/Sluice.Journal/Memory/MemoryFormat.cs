using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// A group in a segment in memory: a group header, the image of its entries and their context. A group is contiguous and never spans two
/// segments.
/// </summary>
/// <remarks>
/// An entry names its group by distance, which stands where the image has a checksum, of no use here. That makes the offset of an entry's
/// header a complete position: a consumer can stand in the middle of a group.
/// </remarks>
internal static class MemoryFormat
{
    /// <summary>Length of entries, length of context, first sequence, received time.</summary>
    public const int GroupHeaderSize = 24;

    private const int DistanceOffset = 12;

    /// <summary>Bytes that a group takes.</summary>
    public static int LengthOf(LogGroup group) => GroupHeaderSize + group.EntriesSpan.Length + group.ContextSpan.Length;

    public static void Write(LogGroup group, ulong firstSequence, Span<byte> destination)
    {
        var entries = group.EntriesSpan;
        BinaryPrimitives.WriteInt32LittleEndian(destination, entries.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], group.ContextSpan.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], firstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], group.ReceivedUnixNano);
        entries.CopyTo(destination[GroupHeaderSize..]);
        group.ContextSpan.CopyTo(destination[(GroupHeaderSize + entries.Length)..]);
        foreach (var entry in group.Entries)
        {
            var offset = GroupHeaderSize + entry.Offset;
            BinaryPrimitives.WriteInt32LittleEndian(destination[(offset + DistanceOffset)..], offset);
        }
    }

    /// <summary>Decodes the entry whose header is at <paramref name="offset"/> of a segment that was written in <paramref name="epoch"/>.</summary>
    public static LogEntry ReadEntry(ReadOnlySpan<byte> segment, int offset, ulong epoch)
    {
        var header = LogFormat.ReadEntryHeader(segment.Slice(offset, LogFormat.EntryHeaderSize));
        var groupOffset = offset - (int)header.DataCrc;
        var group = segment.Slice(groupOffset, GroupHeaderSize);
        var contextOffset = groupOffset + GroupHeaderSize + BinaryPrimitives.ReadInt32LittleEndian(group);
        var contextLength = BinaryPrimitives.ReadInt32LittleEndian(group[4..]);
        var dataOffset = offset + LogFormat.EntryHeaderSize;
        var next = dataOffset + header.Length;
        return new LogEntry
        {
            Topic = header.Topic,
            FirstRecord = new RecordId(epoch, BinaryPrimitives.ReadUInt64LittleEndian(group[8..])).Plus(header.RecordsBefore),
            RecordCount = header.Records,
            ReceivedUnixNano = BinaryPrimitives.ReadInt64LittleEndian(group[16..]),
            DataOffset = dataOffset,
            DataLength = header.Length,
            ContextOffset = contextOffset,
            ContextLength = contextLength,
            NextPosition = next < contextOffset ? next : contextOffset + contextLength + GroupHeaderSize,
        };
    }
}
