using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// What the last block of a file says from when it is made ready until it is sealed: without a header and groups, it is a segment whose first
/// write a crash cut short, whatever bytes that left, and nothing is lost with it.
/// </summary>
internal static class SpareMark
{
    private const int Size = 64;
    private const ulong Magic = 0x31525053_4C53_0A0D;
    private const int ChecksumOffset = Size - sizeof(uint);

    /// <summary>Writes the mark and nothing else into the last block.</summary>
    public static void Write(JournalFile file, long length)
    {
        Span<byte> block = stackalloc byte[DiskFormat.BlockSize];
        block.Clear();
        FileHeader.Write(block, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(block[ChecksumOffset..], Crc32C.Of(block[..ChecksumOffset]));
        file.Write(length - DiskFormat.BlockSize, block);
    }

    public static bool IsIn(JournalFile file)
    {
        Span<byte> mark = stackalloc byte[Size];
        return file.Length > DiskFormat.SegmentOverhead
            && file.Read(file.Length - DiskFormat.BlockSize, mark) == Size
            && FileHeader.Check(mark, Magic, Size) == FileHeaderState.Valid;
    }
}
