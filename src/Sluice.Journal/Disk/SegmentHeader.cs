using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>The first block of a segment: which journal, which use of the file, and where in the order of groups it begins.</summary>
internal readonly record struct SegmentHeader
{
    public const int Size = 128;

    private const ulong Magic = 0x314745534C53_0A0D;
    private const int ChecksumOffset = Size - sizeof(uint);

    public required Guid JournalId { get; init; }

    public required ulong Incarnation { get; init; }

    /// <summary>Counts the segments over the journal's life, which is their order; 0 when a damaged header had to be made again from the groups.</summary>
    public required ulong Number { get; init; }

    public required ulong Epoch { get; init; }

    /// <summary>The number of its first group. Groups of earlier segments with this number or a higher one were never acknowledged.</summary>
    public required ulong FirstLsn { get; init; }

    /// <summary>The sequence of its first record.</summary>
    public required ulong FirstSequence { get; init; }

    public required int SegmentSize { get; init; }

    public RecordId FirstRecord => new(Epoch, FirstSequence);

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        FileHeader.Write(destination, Magic);
        JournalId.TryWriteBytes(destination[16..]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[32..], Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[40..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[48..], FirstLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[56..], FirstSequence);
        BinaryPrimitives.WriteInt32LittleEndian(destination[64..], SegmentSize);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[72..], Number);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumOffset..], Crc32C.Of(destination[..ChecksumOffset]));
    }

    /// <summary>Reads a header.</summary>
    /// <returns>What the block is; only <see cref="FileHeaderState.Valid"/> comes with a header.</returns>
    public static FileHeaderState Read(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        var state = FileHeader.Check(source, Magic, Size);
        header = state == FileHeaderState.Valid ? ReadFields(source) : default;
        return state;
    }

    /// <summary>Reads the fields of a header that was checked.</summary>
    public static SegmentHeader ReadFields(ReadOnlySpan<byte> source) => new()
    {
        JournalId = new Guid(source.Slice(16, 16)),
        Incarnation = BinaryPrimitives.ReadUInt64LittleEndian(source[32..]),
        Epoch = BinaryPrimitives.ReadUInt64LittleEndian(source[40..]),
        FirstLsn = BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
        FirstSequence = BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
        SegmentSize = BinaryPrimitives.ReadInt32LittleEndian(source[64..]),
        Number = BinaryPrimitives.ReadUInt64LittleEndian(source[72..]),
    };
}
