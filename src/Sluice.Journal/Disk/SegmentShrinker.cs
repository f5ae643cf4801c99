namespace Sluice.Journal;

/// <summary>
/// Gives a sealed segment of which little was written a file of the size that it needs. Each opening begins a segment and seals that of the opening before,
/// so a process that is killed again and again would fill the journal's limit with files that are nearly empty.
/// </summary>
internal sealed class SegmentShrinker(IJournalFiles files, int segmentSize)
{
    /// <summary>What a segment takes at least, as a part of a usual one: the limit of the journal then limits its files as well.</summary>
    private const int SmallestShare = 64;

    private const int CopySize = 1 << 20;

    /// <summary>The size that a segment would have; null for one that stays, since more would be copied than is saved.</summary>
    public int? SizeFor(DiskSegment segment)
    {
        var size = Math.Max(DiskFormat.AlignBlock(segmentSize / SmallestShare), segment.DataEnd + SegmentIndex.LengthFor(segment.End));
        return size <= segment.Header.SegmentSize / 2 ? (int)size : null;
    }

    /// <summary>
    /// Writes a copy of a segment with another size beside it, whole and flushed: the same header but for the size, the same bytes at the same places, the same
    /// index, a trailer. Changes nothing of the segment.
    /// </summary>
    /// <param name="segment">A sealed one.</param>
    /// <param name="size">From <see cref="SizeFor"/>.</param>
    /// <returns>What <see cref="Replace"/> takes; null when index or trailer are damaged, whose segment stays as it is.</returns>
    /// <exception cref="IOException">It cannot be read, or there is no space for the copy.</exception>
    public SegmentHeader? Copy(DiskSegment segment, int size)
    {
        if (SegmentFiles.ReadTrailer(segment.File, segment.Header) is not { } trailer || trailer.DataEnd != segment.DataEnd || trailer.EntryCount != segment.End
            || SegmentIndex.TryRead(segment.File, trailer) is not { } index)
        {
            return null;
        }

        // One of an opening that was cut off may be there.
        files.Delete(NameOf(segment));
        var header = segment.Header with { SegmentSize = size };
        using var copy = files.Open(NameOf(segment), JournalFileAccess.Create);
        Span<byte> block = stackalloc byte[SegmentHeader.Size];
        header.Write(block);
        SegmentPreparer.WriteZeros(copy, 0, DiskFormat.BlockSize);
        copy.Write(0, block);
        var buffer = new byte[Math.Min(CopySize, size)];
        for (var offset = DiskFormat.BlockSize; offset < trailer.DataEnd; offset += buffer.Length)
        {
            var bytes = buffer.AsSpan(0, Math.Min(buffer.Length, trailer.DataEnd - offset));
            if (segment.File.Read(offset, bytes) != bytes.Length)
            {
                throw new IOException($"{segment.File.Name} ends before byte {trailer.DataEnd}");
            }

            copy.Write(offset, bytes);
        }

        SegmentPreparer.WriteZeros(copy, trailer.DataEnd, size);
        SegmentIndex.Write(copy, trailer with { Header = header }, index);
        return header;
    }

    /// <summary>
    /// Puts the copy into the place of the segment's file, which is closed. That is durable with the next flush of the directory; until then either of them
    /// is there, and each is whole.
    /// </summary>
    /// <exception cref="IOException">It is not known which of them is there: the journal cannot be opened.</exception>
    public void Replace(DiskSegment segment, in SegmentHeader header)
    {
        var name = segment.File.Name;

        // Not every system takes the name from a file that is open.
        segment.File.Dispose();
        files.Rename(NameOf(segment), name);
        segment.Move(files.Open(name, JournalFileAccess.ReadWrite), header);
    }

    private static string NameOf(DiskSegment segment) => segment.File.Name + DiskFormat.UnfinishedExtension;
}
