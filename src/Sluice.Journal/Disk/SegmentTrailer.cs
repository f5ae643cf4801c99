using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// The last block of a sealed segment: where its groups end, and where the index of its entries is. A segment with a valid trailer needs no
/// scan. It repeats the header, which can be made again from it.
/// </summary>
internal readonly record struct SegmentTrailer
{
    public const int Size = 192;

    private const ulong Magic = 0x31444E454C53_0A0D;
    private const int OwnOffset = SegmentHeader.Size;
    private const int ChecksumOffset = Size - sizeof(uint);

    public required SegmentHeader Header { get; init; }

    /// <summary>The number behind that of its last group.</summary>
    public required ulong NextLsn { get; init; }

    /// <summary>The sequence behind that of its last record.</summary>
    public required ulong NextSequence { get; init; }

    /// <summary>When the newest of its groups was received.</summary>
    public required long NewestUnixNano { get; init; }

    /// <summary>Where its groups end and the index begins; a multiple of the block size.</summary>
    public required int DataEnd { get; init; }

    /// <summary>Entries in the index.</summary>
    public required int EntryCount { get; init; }

    public required uint IndexCrc { get; init; }

    public required ulong TopicBits { get; init; }

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        Header.Write(destination);

        // Its own magic in place of the header's: nothing else may take the one for the other.
        FileHeader.Write(destination, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[OwnOffset..], NextLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[(OwnOffset + 8)..], NextSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[(OwnOffset + 16)..], NewestUnixNano);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[(OwnOffset + 24)..], TopicBits);
        BinaryPrimitives.WriteInt32LittleEndian(destination[(OwnOffset + 32)..], DataEnd);
        BinaryPrimitives.WriteInt32LittleEndian(destination[(OwnOffset + 36)..], EntryCount);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[(OwnOffset + 40)..], IndexCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumOffset..], Crc32C.Of(destination[..ChecksumOffset]));
    }

    /// <summary>Reads a trailer.</summary>
    /// <returns>False when there is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentTrailer trailer)
    {
        trailer = default;
        if (FileHeader.Check(source, Magic, Size) != FileHeaderState.Valid)
        {
            return false;
        }

        trailer = new SegmentTrailer
        {
            Header = SegmentHeader.ReadFields(source),
            NextLsn = BinaryPrimitives.ReadUInt64LittleEndian(source[OwnOffset..]),
            NextSequence = BinaryPrimitives.ReadUInt64LittleEndian(source[(OwnOffset + 8)..]),
            NewestUnixNano = BinaryPrimitives.ReadInt64LittleEndian(source[(OwnOffset + 16)..]),
            TopicBits = BinaryPrimitives.ReadUInt64LittleEndian(source[(OwnOffset + 24)..]),
            DataEnd = BinaryPrimitives.ReadInt32LittleEndian(source[(OwnOffset + 32)..]),
            EntryCount = BinaryPrimitives.ReadInt32LittleEndian(source[(OwnOffset + 36)..]),
            IndexCrc = BinaryPrimitives.ReadUInt32LittleEndian(source[(OwnOffset + 40)..]),
        };
        return true;
    }
}
