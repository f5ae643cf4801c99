namespace Sluice.Journal;

/// <summary>
/// A segment in a file. What its entries are is in its index: in memory until it is sealed, then in the file, and loaded when somebody
/// walks over it. Nothing under the gate waits for the disk as long as readers call <see cref="Prepare"/> first.
/// </summary>
internal sealed class DiskSegment(JournalFile file, SegmentHeader header, DiskJournalContext context) : LogSegment(header.Epoch)
{
    private IndexEntry[]? _index = context.IndexArrays.Take();
    private int _count;
    private int _pins;
    private string? _failedFlush;

    public JournalFile File { get; private set; } = file;

    public SegmentHeader Header { get; private set; } = header;

    public override int FirstPosition => 0;

    public override RecordId FirstRecord => Header.FirstRecord;

    public override RecordId RecordsEnd => new(Epoch, NextSequence);

    public override bool IsPrepared => _index is not null;

    /// <summary>The number behind that of its last group.</summary>
    public ulong NextLsn { get; set; } = header.FirstLsn;

    /// <summary>The sequence behind that of its last record.</summary>
    public ulong NextSequence { get; set; } = header.FirstSequence;

    /// <summary>When the newest of its groups was received, in nanoseconds since 1970.</summary>
    public long NewestUnixNano { get; set; }

    /// <summary>Where its groups end.</summary>
    public int DataEnd { get; set; } = DiskFormat.BlockSize;

    /// <summary>From here to <see cref="WrittenEnd"/> are groups that do not count: of a write that failed, or cut off after a crash.</summary>
    public int CutFrom { get; set; }

    /// <summary>Where all that was ever written to it ends.</summary>
    public int WrittenEnd { get; set; }

    /// <summary>Set by <see cref="JournalDefects.AppendToOldSegment"/> only: it gets more groups after a recovery.</summary>
    public bool IsResumed { get; set; }

    /// <summary>Acknowledged groups of it that the opening found damaged or missing.</summary>
    public long CorruptGroups { get; set; }

    /// <summary>Whether index and trailer are in the file.</summary>
    public bool IsSealed { get; set; }

    /// <summary>Whether it gets no more groups and its file is at rest: only then may it be taken away.</summary>
    public bool IsRetired { get; set; }

    /// <summary>The state's version when the last of what it held for anybody was settled or let go; meaningful while nobody needs it.</summary>
    public ulong UnneededSince { get; private set; } = context.State.Version;

    /// <summary>Whether a reader copies from its file. Out of the chain, none begins to.</summary>
    public bool IsPinned => Volatile.Read(ref _pins) != 0;

    public long IndexBytes => (long)_count * IndexEntry.Size;

    /// <summary>Its entries.</summary>
    public ReadOnlySpan<IndexEntry> Index => Entries().AsSpan(0, _count);

    /// <summary>Adds an entry behind the others.</summary>
    public void Append(in IndexEntry entry)
    {
        var index = _index!;
        if (_count == index.Length)
        {
            var larger = new IndexEntry[_count * 2];
            index.CopyTo(larger, 0);
            context.IndexArrays.Return(index);
            _index = index = larger;
        }

        index[_count++] = entry;
        End = _count;
        TopicBits |= BitOf(entry.Topic);
    }

    /// <summary>Takes over what a trailer says; the index stays in the file.</summary>
    public void TakeFrom(in SegmentTrailer trailer)
    {
        UnloadIndex();
        _count = trailer.EntryCount;
        End = trailer.EntryCount;
        TopicBits = trailer.TopicBits;
        NextLsn = trailer.NextLsn;
        NextSequence = trailer.NextSequence;
        NewestUnixNano = trailer.NewestUnixNano;
        DataEnd = trailer.DataEnd;
        IsSealed = true;
    }

    /// <summary>Flushes what was acknowledged without a flush, on the maintenance thread.</summary>
    /// <exception cref="IOException">It failed. The appender must know, since the system tells of it only once.</exception>
    public void FlushForSnapshot()
    {
        try
        {
            File.Flush();
        }
        catch (IOException exception)
        {
            Volatile.Write(ref _failedFlush, exception.Message);
            throw;
        }
    }

    /// <summary>Throws if <see cref="FlushForSnapshot"/> failed.</summary>
    public void ThrowIfFlushFailed()
    {
        if (Volatile.Read(ref _failedFlush) is { } message)
        {
            throw new IOException(message);
        }
    }

    /// <summary>Writes index and trailer and flushes them: the segment gets no more groups. On the maintenance thread.</summary>
    /// <exception cref="IOException">It is not sealed: where it ends is known only from the segment behind it.</exception>
    public void Seal()
    {
        // Groups that do not count must not be found again by those who look for them without header and trailer.
        if (WrittenEnd > CutFrom)
        {
            SegmentPreparer.WriteZeros(File, CutFrom, WrittenEnd);
            File.Flush();
            WrittenEnd = CutFrom;
        }

        SegmentIndex.Write(this);
        lock (context.Gate)
        {
            IsSealed = true;
            context.Indexes.Add(this);
        }
    }

    /// <summary>Goes on with another file that holds the same, and with its header. Only while nobody reads.</summary>
    public void Move(JournalFile file, in SegmentHeader header)
    {
        File = file;
        Header = header;
    }

    /// <summary>Loads the index; without the gate, so that nobody has to under it.</summary>
    public override void Prepare()
    {
        if (Volatile.Read(ref _index) is null)
        {
            var loaded = SegmentIndex.Read(this, context);
            lock (context.Gate)
            {
                Install(loaded);
            }
        }
    }

    /// <summary>Forgets the index of a sealed segment; under the gate.</summary>
    public void UnloadIndex()
    {
        if (_index is { } index)
        {
            _index = null;
            context.IndexArrays.Return(index);
        }
    }

    public override LogEntry EntryAt(int position)
    {
        ref readonly var entry = ref Entries()[position];
        return new LogEntry
        {
            Topic = entry.Topic,
            FirstRecord = new RecordId(Epoch, entry.FirstSequence),
            RecordCount = entry.RecordCount,
            ReceivedUnixNano = entry.ReceivedUnixNano,
            DataOffset = entry.DataOffset,
            DataLength = entry.DataLength,
            ContextOffset = entry.ContextOffset,
            ContextLength = entry.ContextLength,
            DataCrc = entry.DataCrc,
            ContextCrc = entry.ContextCrc,
            NextPosition = position + 1,
        };
    }

    public override void Pin() => Interlocked.Increment(ref _pins);

    public override void Unpin() => Interlocked.Decrement(ref _pins);

    public override bool Read(in LogEntry entry, Span<byte> destination, Span<byte> data)
    {
        var isWhole = (Copy(entry.ContextOffset, destination) && Crc32C.Of(destination) == entry.ContextCrc)
            & (Copy(entry.DataOffset, data) && Crc32C.Of(data) == entry.DataCrc);
        context.Counts.OnRead(entry.RecordCount, data.Length, isWhole);
        if (!isWhole)
        {
            context.Observer.OnNotice(
                JournalNoticeLevel.Error,
                $"{File.Name}: the entry at byte {entry.DataOffset} is damaged: {entry.RecordCount} records from {entry.FirstRecord} are lost and counted as corrupt.");
        }

        return isWhole;
    }

    public override void OnUnneeded() => UnneededSince = context.State.Version;

    private bool Copy(int offset, Span<byte> destination)
    {
        if (destination.IsEmpty || context.Tail.TryRead(this, offset, destination))
        {
            return true;
        }

        try
        {
            return File.Read(offset, destination) == destination.Length;
        }
        catch (IOException exception)
        {
            context.FailedReads.Report(exception.Message);
            throw;
        }
    }

    private IndexEntry[] Entries()
    {
        if (_index is null)
        {
            Install(SegmentIndex.Read(this, context));
        }

        return _index!;
    }

    private void Install(IndexEntry[] loaded)
    {
        if (_index is null)
        {
            _index = loaded;
            context.Indexes.Add(this);
        }
    }
}
