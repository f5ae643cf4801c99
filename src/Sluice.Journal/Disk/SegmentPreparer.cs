namespace Sluice.Journal;

/// <summary>Makes files ready to become segments: as long as they will be, and without a header.</summary>
internal sealed class SegmentPreparer(IJournalFiles files, int segmentSize, int highestSlot)
{
    private const int ChunkSize = 1 << 20;
    private const int SmallestDivided = 1 << 20;

    private int _slot = highestSlot;

    /// <summary>
    /// What the first segment of an opening is long: an opening never goes on in an old segment, so a process that is started again and again
    /// while nothing is settled takes this much each time.
    /// </summary>
    public int FirstSize { get; } = segmentSize >= SmallestDivided ? segmentSize / 8 : segmentSize;

    /// <summary>Makes a file and writes all of it, since a flush of blocks that exist is several times cheaper than one that grows the file.</summary>
    /// <exception cref="IOException">There is no space for it; nothing is left of it.</exception>
    public JournalFile Create(int size)
    {
        var name = DiskFormat.SegmentName(_slot + 1);
        var file = files.Open(name, JournalFileAccess.Create);
        try
        {
            var zeros = new byte[Math.Min(ChunkSize, size)];
            for (var offset = 0; offset < size; offset += zeros.Length)
            {
                file.Write(offset, zeros);
            }

            file.Flush();
            files.FlushDirectory();
            _slot++;
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
        file.Write(file.Length - DiskFormat.BlockSize, new byte[DiskFormat.BlockSize]);
        file.Flush();
    }
}
