namespace Sluice.Journal;

/// <summary>Looks through the segment files of a directory when it is opened.</summary>
internal sealed class SegmentFiles(IJournalFiles files, IJournalObserver observer, bool readOnly) : IDisposable
{
    /// <summary>The segments with groups, in the order of their groups.</summary>
    public List<(JournalFile File, SegmentHeader Header)> Segments { get; } = [];

    /// <summary>Those of them whose header had to be made again, from the trailer or from the groups.</summary>
    public HashSet<JournalFile> Rebuilt { get; } = [];

    /// <summary>Files without a header, to be used again.</summary>
    public List<JournalFile> Blanks { get; } = [];

    /// <summary>The highest number that a file name carries.</summary>
    public int HighestSlot { get; private set; }

    /// <summary>Opens every segment file and sorts them by what they are.</summary>
    /// <param name="names">The files that are there.</param>
    /// <param name="isLive">Tells from incarnation and highest group number whether groups without a readable header are still needed.</param>
    /// <exception cref="JournalOpenException">One was written by a later version.</exception>
    public void Open(IReadOnlyList<string> names, Func<ulong, ulong, bool> isLive)
    {
        foreach (var name in names.Where(name => name.EndsWith(DiskFormat.SegmentExtension, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (int.TryParse(name.AsSpan(0, name.Length - DiskFormat.SegmentExtension.Length), out var slot))
            {
                HighestSlot = Math.Max(HighestSlot, slot);
            }

            Add(files.Open(name, readOnly ? JournalFileAccess.Read : JournalFileAccess.ReadWrite), isLive);
        }

        Segments.Sort((a, b) => a.Header.FirstLsn != b.Header.FirstLsn
            ? a.Header.FirstLsn.CompareTo(b.Header.FirstLsn)
            : a.Header.Number.CompareTo(b.Header.Number));
    }

    /// <summary>Has another file in the place of one that was closed.</summary>
    public void Replace(JournalFile old, JournalFile file, in SegmentHeader header) => Segments[Segments.FindIndex(segment => segment.File == old)] = (file, header);

    public void Dispose()
    {
        foreach (var (file, _) in Segments)
        {
            file.Dispose();
        }

        foreach (var file in Blanks)
        {
            file.Dispose();
        }
    }

    /// <summary>Reads the trailer of a sealed segment.</summary>
    public static SegmentTrailer? ReadTrailer(JournalFile file, in SegmentHeader header)
    {
        Span<byte> block = stackalloc byte[SegmentTrailer.Size];
        return file.Read(header.SegmentSize - DiskFormat.BlockSize, block) == block.Length
            && SegmentTrailer.TryRead(block, out var trailer)
            && trailer.Header.Incarnation == header.Incarnation
            ? trailer
            : null;
    }

    private void Add(JournalFile file, Func<ulong, ulong, bool> isLive)
    {
        Span<byte> block = stackalloc byte[SegmentHeader.Size];
        var read = file.Read(0, block);
        switch (SegmentHeader.Read(block[..read], out var header))
        {
            case FileHeaderState.Valid when header.SegmentSize > DiskFormat.SegmentOverhead:
                Segments.Add((file, header));
                break;
            case FileHeaderState.Newer:
                file.Dispose();
                throw new JournalOpenException(
                    $"{Path.Combine(files.Path, file.Name)} was written by a later version of Sluice, in a format that this one does not know. Start that version again, or give this one an empty directory.");
            default:
                AddWithoutHeader(file, isLive);
                break;
        }
    }

    private void AddWithoutHeader(JournalFile file, Func<ulong, ulong, bool> isLive)
    {
        if (Rebuild(file) is not { } rebuilt)
        {
            if (SpareMark.IsIn(file) || IsBlank(file))
            {
                Blanks.Add(file);
                return;
            }

            SetAside(file);
        }
        else if (isLive(rebuilt.Header.Incarnation, rebuilt.HighestLsn))
        {
            observer.OnNotice(JournalNoticeLevel.Warning, $"{Path.Combine(files.Path, file.Name)}: its header is damaged and was made again from its groups.");
            Segments.Add((file, rebuilt.Header));
            Rebuilt.Add(file);
        }
        else
        {
            // Its groups were let go before: a file that was about to be used again.
            Blanks.Add(file);
        }
    }

    /// <summary>Makes a header again, from the trailer or from the newest groups in the file.</summary>
    private static (SegmentHeader Header, ulong HighestLsn)? Rebuild(JournalFile file)
    {
        var length = (int)Math.Min(file.Length, int.MaxValue);
        if (length < DiskFormat.SegmentOverhead)
        {
            return null;
        }

        Span<byte> block = stackalloc byte[SegmentTrailer.Size];
        if (file.Read(length - DiskFormat.BlockSize, block) == block.Length && SegmentTrailer.TryRead(block, out var trailer)
            && trailer.Header.SegmentSize == length && (trailer.NextLsn == trailer.Header.FirstLsn || HasFrame(file, trailer.Header)))
        {
            return (trailer.Header, trailer.NextLsn - 1);
        }

        FrameHeader first = default;
        FrameHeader newest = default;
        using var reader = new FrameReader(file, length);
        for (var offset = DiskFormat.BlockSize; offset + FrameHeader.Size <= length; offset += DiskFormat.FrameAlignment)
        {
            if (FrameHeader.TryRead(reader.At(offset, FrameHeader.Size), out var frame) && frame.Lsn > newest.Lsn)
            {
                first = frame.Incarnation == newest.Incarnation ? first : frame;
                newest = frame;
            }
        }

        return newest.Lsn == 0 ? null : (new SegmentHeader
        {
            JournalId = Guid.Empty,
            Incarnation = first.Incarnation,
            Number = 0,
            Epoch = first.Epoch,

            // Groups that were flushed before this one and are not here are in the segments before. Those behind them that are not here,
            // either, were lost with the header in the write that made the segment: what follows them was never acknowledged.
            FirstLsn = first.DurableLsn + 1,
            FirstSequence = first.FirstSequence,
            SegmentSize = length,
        }, newest.Lsn);
    }

    private static bool HasFrame(JournalFile file, in SegmentHeader header)
    {
        Span<byte> block = stackalloc byte[FrameHeader.Size];
        return file.Read(DiskFormat.BlockSize, block) == block.Length && FrameHeader.TryRead(block, out var frame) && frame.Incarnation == header.Incarnation;
    }

    /// <summary>
    /// Whether it is zeros between its first and its last block: those two a crash may have left in any state while the file was blanked.
    /// </summary>
    private static bool IsBlank(JournalFile file)
    {
        var length = (int)Math.Min(file.Length, int.MaxValue);
        var margin = length > 2 * DiskFormat.SegmentOverhead ? DiskFormat.BlockSize : 0;
        using var reader = new FrameReader(file, length - margin);
        const int Step = 1 << 20;
        for (var offset = margin; offset < length - margin; offset += Step)
        {
            if (!reader.At(offset, Step).Trim((byte)0).IsEmpty)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whatever it is, it is not ours to write over.</summary>
    private void SetAside(JournalFile file)
    {
        var name = file.Name;
        file.Dispose();
        if (!readOnly)
        {
            files.Rename(name, name + DiskFormat.DamagedExtension);
        }

        observer.OnNotice(
            JournalNoticeLevel.Error,
            $"{Path.Combine(files.Path, name)} holds nothing that a segment of a journal holds{(readOnly ? "" : $"; it was renamed to {name}{DiskFormat.DamagedExtension}")}. If it was one, its records are lost and are counted as such; else it may be deleted.");
    }
}
