using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// What precedes a group in a segment. The body follows at once: the entries (a header and the bytes each), the context, and the changes
/// (everything of the group that is not entries).
/// </summary>
/// <remarks>
/// A frame is valid if its header's checksum holds and it carries its segment's incarnation; bytes of an earlier use of the file, or a
/// payload that looks like a frame, do not. The body has checksums of its own: one per entry for its bytes, and one over the rest.
/// </remarks>
internal readonly record struct FrameHeader
{
    public const int Size = 96;

    private const uint Magic = 0x31464C53;
    private const int ChecksumEnd = 8;

    /// <summary>Random, drawn each time a file is taken for a segment.</summary>
    public required ulong Incarnation { get; init; }

    public required ulong Epoch { get; init; }

    /// <summary>The group's number, counted over the life of the journal.</summary>
    public required ulong Lsn { get; init; }

    /// <summary>Every group up to here was flushed when this one was written: if it is missing now, it was damaged and not torn.</summary>
    public required ulong DurableLsn { get; init; }

    public required ulong FirstSequence { get; init; }

    public required long ReceivedUnixNano { get; init; }

    public required int RecordCount { get; init; }

    public required int EntryCount { get; init; }

    public required int EntriesLength { get; init; }

    public required int ContextLength { get; init; }

    public required int ChangesLength { get; init; }

    /// <summary>Over the entries' headers, the context and the changes.</summary>
    public required uint BodyCrc { get; init; }

    public RecordId FirstRecord => new(Epoch, FirstSequence);

    public ulong NextSequence => FirstSequence + (ulong)RecordCount;

    /// <summary>Bytes of the frame with its header.</summary>
    public long Length => (long)Size + EntriesLength + ContextLength + ChangesLength;

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], Lsn);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[32..], DurableLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[40..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[48..], ReceivedUnixNano);
        BinaryPrimitives.WriteInt32LittleEndian(destination[56..], RecordCount);
        BinaryPrimitives.WriteInt32LittleEndian(destination[60..], EntryCount);
        BinaryPrimitives.WriteInt32LittleEndian(destination[64..], EntriesLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[68..], ContextLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[72..], ChangesLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[76..], BodyCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Crc32C.Of(destination[ChecksumEnd..Size]));
    }

    /// <summary>
    /// Whether a header that is not whole was once that of a group of this segment: enough of it is left to tell it from the bytes of an earlier use
    /// of the file.
    /// </summary>
    public static bool IsRemainder(ReadOnlySpan<byte> source, in SegmentHeader segment) =>
        source.Length >= Size
        && (BinaryPrimitives.ReadUInt64LittleEndian(source[8..]) == segment.Incarnation
            || (BinaryPrimitives.ReadUInt32LittleEndian(source) == Magic && BinaryPrimitives.ReadUInt64LittleEndian(source[16..]) == segment.Epoch));

    /// <summary>Reads a header that is whole.</summary>
    /// <returns>False when there is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < Size
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Of(source[ChecksumEnd..Size]))
        {
            return false;
        }

        header = new FrameHeader
        {
            Incarnation = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            Epoch = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            Lsn = BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            DurableLsn = BinaryPrimitives.ReadUInt64LittleEndian(source[32..]),
            FirstSequence = BinaryPrimitives.ReadUInt64LittleEndian(source[40..]),
            ReceivedUnixNano = BinaryPrimitives.ReadInt64LittleEndian(source[48..]),
            RecordCount = BinaryPrimitives.ReadInt32LittleEndian(source[56..]),
            EntryCount = BinaryPrimitives.ReadInt32LittleEndian(source[60..]),
            EntriesLength = BinaryPrimitives.ReadInt32LittleEndian(source[64..]),
            ContextLength = BinaryPrimitives.ReadInt32LittleEndian(source[68..]),
            ChangesLength = BinaryPrimitives.ReadInt32LittleEndian(source[72..]),
            BodyCrc = BinaryPrimitives.ReadUInt32LittleEndian(source[76..]),
        };
        return (header.RecordCount | header.EntryCount | header.EntriesLength | header.ContextLength | header.ChangesLength) >= 0;
    }
}
