using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>The first block of a snapshot.</summary>
internal readonly record struct SnapshotHeader
{
    public const int Size = 128;

    private const ulong Magic = 0x31504E534C53_0A0D;
    private const int ChecksumOffset = Size - sizeof(uint);

    public required Guid JournalId { get; init; }

    /// <summary>The number of the last group in it.</summary>
    public required ulong Lsn { get; init; }

    /// <summary>The position behind the last record in it.</summary>
    public required RecordId End { get; init; }

    /// <summary>Bytes behind the first block.</summary>
    public required long BodyLength { get; init; }

    public required uint BodyCrc { get; init; }

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        FileHeader.Write(destination, Magic);
        JournalId.TryWriteBytes(destination[16..]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[32..], Lsn);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[40..], End.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[48..], End.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[56..], BodyLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[64..], BodyCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumOffset..], Crc32C.Of(destination[..ChecksumOffset]));
    }

    public static FileHeaderState Read(ReadOnlySpan<byte> source, out SnapshotHeader header)
    {
        var state = FileHeader.Check(source, Magic, Size);
        header = state != FileHeaderState.Valid ? default : new SnapshotHeader
        {
            JournalId = new Guid(source.Slice(16, 16)),
            Lsn = BinaryPrimitives.ReadUInt64LittleEndian(source[32..]),
            End = new RecordId(BinaryPrimitives.ReadUInt64LittleEndian(source[40..]), BinaryPrimitives.ReadUInt64LittleEndian(source[48..])),
            BodyLength = BinaryPrimitives.ReadInt64LittleEndian(source[56..]),
            BodyCrc = BinaryPrimitives.ReadUInt32LittleEndian(source[64..]),
        };
        return state;
    }
}
