namespace Sluice.Journal;

/// <summary>Makes files ready to become segments: as long as they will be, and without a header.</summary>
internal sealed class SegmentPreparer(IJournalFiles files, int segmentSize, int highestSlot)
{
    private const int SmallestDivided = 1 << 20;

    /// <summary>Shared, since it would be most of what a journal allocates while it grows.</summary>
    private static readonly byte[] Zeros = new byte[1 << 20];

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
        var made = name + DiskFormat.UnfinishedExtension;
        JournalFile? file = null;
        try
        {
            using (var unfinished = files.Open(made, JournalFileAccess.Create))
            {
                WriteZeros(unfinished, 0, size - DiskFormat.BlockSize);
                SpareMark.Write(unfinished, size);
                unfinished.Flush();
            }

            files.Rename(made, name);
            made = name;
            file = files.Open(name, JournalFileAccess.ReadWrite);
            files.FlushDirectory();
            _slot++;
            return file;
        }
        catch
        {
            file?.Dispose();
            DeleteUnfinished(made);
            throw;
        }
    }

    /// <summary>
    /// Takes header and trailer away from a file that was a segment, durably: otherwise a power cut could leave them around groups of the next
    /// use. The trailer goes last, since without a header it still tells which groups there were.
    /// </summary>
    public static void Blank(JournalFile file)
    {
        WriteZeros(file, 0, DiskFormat.BlockSize);
        file.Flush();
        SpareMark.Write(file, file.Length);
        file.Flush();
    }

    public static void WriteZeros(JournalFile file, long from, long to)
    {
        for (var offset = from; offset < to; offset += Zeros.Length)
        {
            file.Write(offset, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, to - offset)));
        }
    }

    private void DeleteUnfinished(string name)
    {
        try
        {
            files.Delete(name);
        }
        catch (IOException)
        {
            // Why there is no file is told by the caller. The next opening deletes this one or uses it; another attempt takes another name.
            _slot++;
        }
    }
}
