namespace Sluice.Journal;

/// <summary>Makes files ready to become segments: as long as they will be, and without a header.</summary>
internal sealed class SegmentPreparer(IJournalFiles files, int segmentSize, int highestSlot)
{
    private const int ChunkSize = 1 << 20;

    private int _slot = highestSlot;

    /// <summary>Makes a file and writes all of it, since a flush of blocks that exist is several times cheaper than one that grows the file.</summary>
    /// <exception cref="IOException">There is no space for it; nothing is left of it.</exception>
    public JournalFile Create()
    {
        var name = DiskFormat.SegmentName(++_slot);
        var file = files.Open(name, JournalFileAccess.Create);
        try
        {
            var zeros = new byte[Math.Min(ChunkSize, segmentSize)];
            for (var offset = 0; offset < segmentSize; offset += zeros.Length)
            {
                file.Write(offset, zeros);
            }

            file.Flush();
            files.FlushDirectory();
            return file;
        }
        catch
        {
            file.Dispose();
            files.Delete(name);
            throw;
        }
    }

    /// <summary>
    /// Takes the header away from a file that was a segment, durably: otherwise a power cut could leave it before groups of the next use.
    /// </summary>
    public void Blank(JournalFile file)
    {
        file.Write(0, new byte[DiskFormat.BlockSize]);
        file.Write(segmentSize - DiskFormat.BlockSize, new byte[DiskFormat.BlockSize]);
        file.Flush();
    }
}
