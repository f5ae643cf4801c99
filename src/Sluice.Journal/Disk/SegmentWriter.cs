namespace Sluice.Journal;

/// <summary>
/// Composes groups behind one another in the image of the newest segment, and writes and flushes what was composed. Knows the layout, and
/// nothing of who waits for what.
/// </summary>
internal sealed class SegmentWriter(DiskSegment segment, DiskJournalContext context, int start = 0)
{
    private int _written = start;
    private int _position = Math.Max(start, DiskFormat.BlockSize);
    private int _entries = segment.End;

    public DiskSegment Segment => segment;

    /// <summary>Whether anything of it was written and flushed as it should be.</summary>
    public bool HasGroups => _written > 0;

    /// <summary>Whether it is time to have the next one ready.</summary>
    public bool IsHalfFull => _position > segment.Header.SegmentSize / 2;

    /// <summary>Bytes composed and not written.</summary>
    public int Composed => _position - _written;

    /// <summary>Puts the header into the image; it is written with the first groups.</summary>
    public void Begin()
    {
        context.Tail.Begin(segment, 0);
        Span<byte> header = stackalloc byte[SegmentHeader.Size];
        segment.Header.Write(header);
        context.Tail.Write(segment, 0, header);
        context.Tail.Clear(segment, header.Length, DiskFormat.BlockSize - header.Length);
    }

    /// <summary>Whether a group and the index of all entries fit behind what is there.</summary>
    public bool HasRoom(long frameLength, int entries)
    {
        var end = DiskFormat.AlignFrame(_position) + frameLength;
        return end + DiskFormat.BlockSize + SegmentIndex.LengthFor(_entries + entries) <= segment.Header.SegmentSize;
    }

    /// <summary>Whether it is one of the short segments, as of the reserve or an opening: what does not fit into it may fit into the next.</summary>
    public bool IsShort(int usualSize) => segment.Header.SegmentSize < usualSize;

    /// <summary>Puts a group behind the others.</summary>
    /// <param name="request">The group with its number and first record; gets its offset.</param>
    /// <param name="durableLsn">The last group flushed so far.</param>
    /// <param name="changes">Everything of the group that is not entries.</param>
    public void Compose(AppendRequest request, ulong durableLsn, ReadOnlySpan<byte> changes)
    {
        var group = request.Group;
        var entries = request.IsKept ? group.EntriesSpan : [];
        var bytes = request.IsKept ? group.ContextSpan : [];
        var offset = DiskFormat.AlignFrame(_position);
        context.Tail.Clear(segment, _position, offset - _position);
        request.Offset = offset;
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        new FrameHeader
        {
            Incarnation = segment.Header.Incarnation,
            Epoch = segment.Epoch,
            Lsn = request.Lsn,
            DurableLsn = durableLsn,
            FirstSequence = request.First.Sequence,
            ReceivedUnixNano = group.ReceivedUnixNano,
            RecordCount = group.RecordCount,
            EntryCount = request.IsKept ? group.Entries.Count : 0,
            EntriesLength = entries.Length,
            ContextLength = bytes.Length,
            ChangesLength = changes.Length,
            BodyCrc = Crc32C.Append(Crc32C.Append(request.IsKept ? group.HeadersCrc : 0, bytes), changes),
        }.Write(header);
        Put(offset, header);
        Put(_position, entries);
        Put(_position, bytes);
        Put(_position, changes);
        _entries += request.IsKept ? group.Entries.Count : 0;
    }

    /// <summary>Writes what was composed, and flushes it if asked to.</summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="IOException">Nothing is known of what was composed: the segment must not be used again.</exception>
    public int Write(bool flush)
    {
        var end = DiskFormat.AlignBlock(_position);
        context.Tail.Clear(segment, _position, end - _position);
        var from = _written;
        (segment.CutFrom, segment.WrittenEnd) = (Math.Max(from, DiskFormat.BlockSize), end);
        context.Tail.WriteTo(segment, from, end);
        if (flush)
        {
            segment.File.Flush();
        }

        segment.CutFrom = end;
        _written = end;
        _position = end;
        context.Tail.Begin(segment, end);
        return end - from;
    }

    /// <summary>Adds a group that was written to the index.</summary>
    /// <returns>The position of its first entry.</returns>
    public int Index(AppendRequest request)
    {
        var group = request.Group;
        var position = segment.End;
        if (request.IsKept)
        {
            var data = request.Offset + FrameHeader.Size;
            var contextOffset = data + group.EntriesSpan.Length;
            var sequence = request.First.Sequence;
            foreach (var part in group.Entries)
            {
                var entry = LogFormat.ReadEntryHeader(group.EntriesSpan[part.Offset..]);
                segment.Append(new IndexEntry
                {
                    FirstSequence = sequence,
                    ReceivedUnixNano = group.ReceivedUnixNano,
                    Topic = entry.Topic,
                    RecordCount = entry.Records,
                    DataOffset = data + part.Offset + LogFormat.EntryHeaderSize,
                    DataLength = entry.Length,
                    DataCrc = entry.DataCrc,
                    ContextOffset = contextOffset,
                    ContextLength = group.ContextSpan.Length,
                    ContextCrc = group.ContextCrc,
                });
                sequence += (ulong)entry.Records;
            }
        }

        segment.NextLsn = request.Lsn + 1;
        segment.NextSequence = request.First.Sequence + (ulong)group.RecordCount;
        segment.NewestUnixNano = Math.Max(segment.NewestUnixNano, group.ReceivedUnixNano);
        segment.DataEnd = _position;
        return position;
    }

    private void Put(int offset, ReadOnlySpan<byte> bytes)
    {
        context.Tail.Write(segment, offset, bytes);
        _position = offset + bytes.Length;
    }
}
