using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// What all headers begin with: eight bytes that say what the file is, the version of the layout, and the features a reader must know. The
/// last four bytes of each header are the checksum of those before.
/// </summary>
internal static class FileHeader
{
    private const int VersionOffset = 8;
    private const int FeaturesOffset = 12;

    public static void Write(Span<byte> destination, ulong magic)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, magic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[VersionOffset..], DiskFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[FeaturesOffset..], DiskFormat.KnownFeatures);
    }

    /// <summary>
    /// What a header is. The magic and the version are believed before the checksum, since a newer version may place its checksum elsewhere.
    /// </summary>
    public static FileHeaderState Check(ReadOnlySpan<byte> source, ulong magic, int size)
    {
        if (source.Length < size)
        {
            return source.Trim((byte)0).IsEmpty ? FileHeaderState.Blank : FileHeaderState.Damaged;
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(source) != magic)
        {
            return source[..size].Trim((byte)0).IsEmpty ? FileHeaderState.Blank : FileHeaderState.Damaged;
        }

        var checksum = size - sizeof(uint);
        var whole = BinaryPrimitives.ReadUInt32LittleEndian(source[checksum..]) == Crc32C.Of(source[..checksum]);
        var version = BinaryPrimitives.ReadUInt16LittleEndian(source[VersionOffset..]);
        var features = BinaryPrimitives.ReadUInt32LittleEndian(source[FeaturesOffset..]);
        if (whole)
        {
            return version == DiskFormat.Version && (features & ~DiskFormat.KnownFeatures) == 0 ? FileHeaderState.Valid : FileHeaderState.Newer;
        }

        return version > DiskFormat.Version && version < DiskFormat.Version + 100 ? FileHeaderState.Newer : FileHeaderState.Damaged;
    }
}
