namespace Sluice.Journal;

/// <summary>
/// What a look at every byte of a segment finds: the groups that count, in order, what is damaged between them, and what a crash left
/// unfinished behind them.
/// </summary>
/// <remarks>
/// A group that is missing was either acknowledged and damaged since, or never flushed. The later groups tell: each says up to which number
/// everything was flushed when it was written, and so does a later segment, which is only begun when the one before is flushed.
/// </remarks>
internal sealed class SegmentScan
{
    private SegmentScan(List<FrameRef> frames)
    {
        Frames = frames;
    }

    /// <summary>The groups that count.</summary>
    public List<FrameRef> Frames { get; }

    /// <summary>Groups that were flushed, and of which is not known any more what they did.</summary>
    public long CorruptGroups { get; private set; }

    /// <summary>Groups that count and of which entries are damaged, which their readers find.</summary>
    public long DamagedGroups => Frames.Count(static frame => frame.HasDamagedEntries);

    /// <summary>Records of those, as far as the groups around them tell.</summary>
    public long CorruptRecords { get; private set; }

    /// <summary>Groups behind the cut, whole or not, that were never acknowledged.</summary>
    public long TornGroups { get; private set; }

    /// <summary>Bytes from the cut to the end of the last thing that was written of them.</summary>
    public long TornBytes { get; private set; }

    /// <summary>The number behind that of the last group that counts.</summary>
    public ulong NextLsn { get; private set; }

    public ulong NextSequence { get; private set; }

    /// <summary>Where the groups that count end.</summary>
    public int DataEnd { get; private set; } = DiskFormat.BlockSize;

    /// <summary>Where the last group that counts ends itself; <see cref="DataEnd"/> is the next block.</summary>
    public int GroupsEnd { get; private set; } = DiskFormat.BlockSize;

    /// <summary>
    /// From where on groups that do not count may be wiped. A block with a group that was acknowledged is not written again: what follows such a group begins
    /// on the next block. Groups of one write share blocks; those were told to nobody.
    /// </summary>
    public int CutFrom { get; private set; } = DiskFormat.BlockSize;

    /// <summary>Where the last group ends of which the header can be told, on this side of the cut or the other.</summary>
    public int WrittenEnd { get; private set; }

    /// <summary>The highest number seen, on this side of the cut or the other.</summary>
    public ulong HighestLsn { get; private set; }

    /// <summary>Scans a segment.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="followingLsn">The first number of the segment behind it, which is where this one ends; null when it is the last.</param>
    public static SegmentScan Of(JournalFile file, in SegmentHeader header, ulong? followingLsn)
    {
        var found = FindAll(file, header, out var damagedEnd, out var durable);
        var scan = new SegmentScan([]) { NextLsn = header.FirstLsn, NextSequence = header.FirstSequence };
        scan.HighestLsn = found.Count > 0 ? found[^1].Header.Lsn : 0;
        scan.WrittenEnd = Math.Max(found.Count > 0 ? EndOf(found[^1]) : DiskFormat.BlockSize, Math.Min(DiskFormat.AlignFrame(damagedEnd), header.SegmentSize));
        var limit = followingLsn ?? ulong.MaxValue;
        var flushed = (followingLsn ?? 1) - 1;
        foreach (var frame in found)
        {
            flushed = frame.Header.Lsn < limit ? Math.Max(flushed, frame.Header.DurableLsn) : flushed;
        }

        foreach (var frame in found)
        {
            var lsn = frame.Header.Lsn;
            if (lsn >= limit || (lsn != scan.NextLsn && scan.NextLsn > flushed) || (frame.HasDamagedEntries && lsn > flushed))
            {
                scan.Cut(frame);
            }
            else if (lsn >= scan.NextLsn && scan.TornGroups == 0)
            {
                scan.Accept(frame);
            }
        }

        scan.CutFrom = scan.Frames is [.., var last] && last.Header.Lsn <= durable ? scan.DataEnd : scan.GroupsEnd;
        if (followingLsn is { } following && following > scan.NextLsn)
        {
            scan.CorruptGroups += (long)(following - scan.NextLsn);
            scan.NextLsn = following;
        }

        if (followingLsn is null && damagedEnd > scan.GroupsEnd)
        {
            scan.TornBytes = Math.Max(scan.TornBytes, damagedEnd - scan.GroupsEnd);
        }

        return scan;
    }

    private void Accept(in FrameRef frame)
    {
        CorruptGroups += (long)(frame.Header.Lsn - NextLsn);
        CorruptRecords += (long)(frame.Header.FirstSequence - NextSequence);
        Frames.Add(frame);
        NextLsn = frame.Header.Lsn + 1;
        NextSequence = frame.Header.NextSequence;
        GroupsEnd = EndOf(frame);
        DataEnd = DiskFormat.AlignBlock(GroupsEnd);
    }

    private static int EndOf(in FrameRef frame) => DiskFormat.AlignFrame(frame.Offset + (int)frame.Header.Length);

    private void Cut(in FrameRef frame)
    {
        TornGroups++;
        TornBytes = Math.Max(TornBytes, EndOf(frame) - GroupsEnd);
    }

    /// <summary>Finds every frame of the segment of which is known what its group did, in order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">The segment's header.</param>
    /// <param name="damagedEnd">Where the last frame ends that is damaged, as far as its header tells.</param>
    /// <param name="durable">The highest number of a group of which any whole header says that it was flushed.</param>
    private static List<FrameRef> FindAll(JournalFile file, in SegmentHeader header, out int damagedEnd, out ulong durable)
    {
        var frames = new List<FrameRef>();
        damagedEnd = 0;
        durable = 0;
        using var reader = new FrameReader(file, header.SegmentSize);
        var offset = DiskFormat.BlockSize;
        var next = header.FirstLsn;
        while (offset + FrameHeader.Size <= header.SegmentSize)
        {
            var bytes = reader.At(offset, FrameHeader.Size);
            var isWhole = FrameHeader.TryRead(bytes, out var frame);
            if (isWhole && frame.Incarnation == header.Incarnation && frame.Lsn >= next && frame.Length <= header.SegmentSize - offset)
            {
                durable = Math.Max(durable, frame.DurableLsn);
                var condition = FrameBody.Check(frame, reader.At(offset, (int)frame.Length));
                if (condition != FrameCondition.Broken)
                {
                    frames.Add(new FrameRef(offset, frame, condition == FrameCondition.EntriesDamaged));
                    next = frame.Lsn + 1;
                    offset = DiskFormat.AlignFrame(offset + (int)frame.Length);
                    continue;
                }

                damagedEnd = Math.Max(damagedEnd, offset + (int)frame.Length);
            }
            else if (!isWhole && FrameHeader.IsRemainder(bytes, header))
            {
                damagedEnd = Math.Max(damagedEnd, offset + FrameHeader.Size);
            }

            offset += DiskFormat.FrameAlignment;
        }

        return frames;
    }
}
