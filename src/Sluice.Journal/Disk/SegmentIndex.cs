// The index is written and read as the array it is: MemoryMarshal spares a loop over half a million entries. A property test holds the two
// directions together, and the checksum is checked before the bytes are believed.
#pragma warning disable RS0030
using System.Runtime.InteropServices;

namespace Sluice.Journal;

/// <summary>The index and the trailer of a sealed segment in its file.</summary>
internal static class SegmentIndex
{
    /// <summary>Bytes that index and trailer take behind the groups.</summary>
    public static long LengthFor(int entries) => DiskFormat.AlignBlock(entries * IndexEntry.Size) + DiskFormat.BlockSize;

    /// <summary>Writes index and trailer and flushes them.</summary>
    public static void Write(DiskSegment segment) => Write(
        segment.File,
        new SegmentTrailer
        {
            Header = segment.Header,
            NextLsn = segment.NextLsn,
            NextSequence = segment.NextSequence,
            NewestUnixNano = segment.NewestUnixNano,
            DataEnd = segment.DataEnd,
            EntryCount = segment.End,
            IndexCrc = Crc32C.Of(MemoryMarshal.AsBytes(segment.Index)),
            TopicBits = segment.TopicBits,
        },
        segment.Index);

    /// <summary>Writes an index and the trailer that describes it to where that says, and flushes them.</summary>
    public static void Write(JournalFile file, in SegmentTrailer trailer, ReadOnlySpan<IndexEntry> index)
    {
        if (!index.IsEmpty)
        {
            file.Write(trailer.DataEnd, MemoryMarshal.AsBytes(index));
        }

        Span<byte> block = stackalloc byte[SegmentTrailer.Size];
        trailer.Write(block);
        file.Write(trailer.Header.SegmentSize - DiskFormat.BlockSize, block);
        file.Flush();
    }

    /// <summary>Reads the index of a sealed segment; when it is damaged, makes it again from the groups.</summary>
    /// <exception cref="IOException">Neither can be read.</exception>
    public static IndexEntry[] Read(DiskSegment segment, DiskJournalContext context)
    {
        if (TryRead(segment, segment.End) is { } index)
        {
            return index;
        }

        context.Observer.OnNotice(JournalNoticeLevel.Warning, $"{segment.File.Name}: its index is damaged and is made again from its groups.");
        var rebuilt = new List<IndexEntry>(segment.End);
        var scan = SegmentScan.Of(segment.File, segment.Header, segment.NextLsn);
        using (var frames = new FrameReader(segment.File, segment.Header.SegmentSize))
        {
            foreach (var frame in scan.Frames)
            {
                FrameBody.CollectEntries(frame, frames.At(frame.Offset, (int)frame.Header.Length), rebuilt);
            }
        }

        if (rebuilt.Count != segment.End)
        {
            throw new IOException(
                $"{segment.File.Name}: its index is damaged, and of {segment.End} entries {rebuilt.Count} are still whole. Open the journal again: what is lost is counted then.");
        }

        return [.. rebuilt];
    }

    /// <summary>Reads and checks an index in the file.</summary>
    /// <returns>Null when it is not what the trailer says.</returns>
    public static IndexEntry[]? TryRead(DiskSegment segment, int entries)
    {
        Span<byte> block = stackalloc byte[SegmentTrailer.Size];
        var trailerOffset = segment.Header.SegmentSize - DiskFormat.BlockSize;
        if (segment.File.Read(trailerOffset, block) != block.Length || !SegmentTrailer.TryRead(block, out var trailer) || trailer.EntryCount != entries)
        {
            return null;
        }

        return TryRead(segment.File, trailer);
    }

    /// <summary>Reads and checks the index that a trailer describes.</summary>
    /// <returns>Null when it is not what the trailer says.</returns>
    public static IndexEntry[]? TryRead(JournalFile file, in SegmentTrailer trailer)
    {
        var index = new IndexEntry[trailer.EntryCount];
        var bytes = MemoryMarshal.AsBytes(index.AsSpan());
        return file.Read(trailer.DataEnd, bytes) == bytes.Length && Crc32C.Of(bytes) == trailer.IndexCrc ? index : null;
    }

    /// <summary>Whether two indexes are the same to the byte.</summary>
    public static bool AreEqual(ReadOnlySpan<IndexEntry> one, ReadOnlySpan<IndexEntry> other) =>
        MemoryMarshal.AsBytes(one).SequenceEqual(MemoryMarshal.AsBytes(other));
}
