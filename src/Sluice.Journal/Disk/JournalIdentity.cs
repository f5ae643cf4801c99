using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>The file that makes a directory a journal: its id and when it was begun. Written once; the id is in every other file too.</summary>
internal readonly record struct JournalIdentity(Guid Id, long CreatedUnixNano)
{
    private const int Size = 64;
    private const ulong Magic = 0x31444953_4C53_0A0D;
    private const int ChecksumOffset = Size - sizeof(uint);

    /// <summary>Reads it.</summary>
    /// <returns>Null when there is none, or none that is whole.</returns>
    /// <exception cref="JournalOpenException">It is of a later version.</exception>
    public static JournalIdentity? Read(IJournalFiles files)
    {
        using var file = files.Open(DiskFormat.IdentityName, JournalFileAccess.Read);
        Span<byte> block = stackalloc byte[Size];
        var read = file.Read(0, block);
        return FileHeader.Check(block[..read], Magic, Size) switch
        {
            FileHeaderState.Valid => new JournalIdentity(new Guid(block.Slice(16, 16)), BinaryPrimitives.ReadInt64LittleEndian(block[32..])),
            FileHeaderState.Newer => throw new JournalOpenException(
                $"The journal in {files.Path} was begun by a later version of Sluice, in a format that this one does not know. Start that version again, or give this one an empty directory."),
            _ => null,
        };
    }

    /// <summary>Writes it, in place of one that is damaged.</summary>
    public void Write(IJournalFiles files)
    {
        files.Delete(DiskFormat.IdentityName);
        using (var file = files.Open(DiskFormat.IdentityName, JournalFileAccess.Create))
        {
            Span<byte> block = stackalloc byte[Size];
            block.Clear();
            FileHeader.Write(block, Magic);
            Id.TryWriteBytes(block[16..]);
            BinaryPrimitives.WriteInt64LittleEndian(block[32..], CreatedUnixNano);
            BinaryPrimitives.WriteUInt32LittleEndian(block[ChecksumOffset..], Crc32C.Of(block[..ChecksumOffset]));
            file.Write(0, block);
            file.Flush();
        }

        files.FlushDirectory();
    }
}
