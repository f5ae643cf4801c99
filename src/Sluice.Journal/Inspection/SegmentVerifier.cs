namespace Sluice.Journal;

/// <summary>Reads every byte of one segment, by the same rules as an opening, and says where it is not as it was written.</summary>
internal sealed class SegmentVerifier(VerificationCounts counts, Func<int, string?> topicName)
{
    private const string Counted = "nothing can bring it back but a copy of the file; an opening counts what consumers had not settled of it as lost";
    private const string Read = "nothing can bring it back but a copy of the file; consumers that had not settled it count it as corrupt when they read it";
    private const string Rebuilt = "nothing: it is made again from the groups";

    public void Run(JournalFile file, in SegmentHeader header, ulong? following)
    {
        counts.Segments++;
        counts.Bytes += file.Length;
        VerifyHeader(file);
        var trailer = SegmentFiles.ReadTrailer(file, header);
        var limit = trailer is { } end && end.NextLsn <= (following ?? ulong.MaxValue) ? end.NextLsn : following;
        var scan = SegmentScan.Of(file, header, limit);
        counts.TornBytes += scan.TornBytes;
        using var reader = new FrameReader(file, header.SegmentSize);
        var entries = VerifyGroups(file, header, scan, reader, trailer?.DataEnd ?? header.SegmentSize);
        if (trailer is { } found)
        {
            counts.Sealed++;
            VerifyTrailer(file, found, scan);
            VerifyIndex(file, found, entries, scan);
        }
        else if (!SpareMark.IsIn(file)
            && !reader.At(header.SegmentSize - DiskFormat.BlockSize, DiskFormat.BlockSize).Trim((byte)0).IsEmpty
            && SegmentFiles.ReadTrailer(file, header) is null)
        {
            counts.Report(
                file.Name, header.SegmentSize - DiskFormat.BlockSize, "the trailer does not match its checksum", Rebuilt, "nothing: the next start looks through the groups and writes it again");
        }
    }

    private void VerifyHeader(JournalFile file)
    {
        if (SegmentSignatures.HeaderOf(file, out _) != FileHeaderState.Valid)
        {
            counts.Report(file.Name, 0, "the header does not match its checksum", "nothing: it is made again from the trailer or the groups", "nothing, but look after the disk");
        }
    }

    private List<IndexEntry> VerifyGroups(JournalFile file, in SegmentHeader header, SegmentScan scan, FrameReader reader, int dataEnd)
    {
        var entries = new List<IndexEntry>();
        var expected = header.FirstLsn;
        var sequence = header.FirstSequence;
        var end = DiskFormat.BlockSize;
        foreach (var frame in scan.Frames)
        {
            if (frame.Header.Lsn != expected)
            {
                var records = (long)(frame.Header.FirstSequence - sequence);
                ReportGap(file, header, reader, end, frame.Offset, expected, frame.Header.Lsn, records);
            }

            if (frame.HasDamagedEntries)
            {
                var bytes = reader.At(frame.Offset, (int)frame.Header.Length);
                counts.Report(
                    file.Name, frame.Offset, $"group {frame.Header.Lsn}: {DescribeDamage(frame.Header, bytes)}", $"those of the {frame.Header.RecordCount} records of the group that are in it", Read);
            }

            var before = entries.Count;
            FrameBody.CollectEntries(frame, reader.At(frame.Offset, (int)frame.Header.Length), entries);
            counts.Groups++;
            counts.Entries += entries.Count - before;
            counts.Records += entries.Skip(before).Sum(static entry => (long)entry.RecordCount);
            expected = frame.Header.Lsn + 1;
            sequence = frame.Header.NextSequence;
            end = DiskFormat.AlignFrame(frame.Offset + (int)frame.Header.Length);
        }

        if (scan.NextLsn > expected)
        {
            ReportGap(file, header, reader, end, dataEnd, expected, scan.NextLsn, null);
        }

        return entries;
    }

    /// <summary>Groups are missing between two places: reports each whose header is left, and the others together.</summary>
    private void ReportGap(JournalFile file, in SegmentHeader header, FrameReader reader, int from, int to, ulong first, ulong next, long? records)
    {
        var expected = first;
        var start = from;
        for (var offset = from; offset + FrameHeader.Size <= to; offset += DiskFormat.FrameAlignment)
        {
            if (FrameHeader.TryRead(reader.At(offset, FrameHeader.Size), out var frame)
                && frame.Incarnation == header.Incarnation && frame.Lsn >= expected && frame.Lsn < next && frame.Length <= header.SegmentSize - offset)
            {
                ReportUnseen(file, start, expected, frame.Lsn, null);
                var bytes = reader.At(offset, (int)frame.Length);
                counts.Report(
                    file.Name, offset, $"group {frame.Lsn}: {DescribeDamage(frame, bytes)}", $"the group with its {frame.RecordCount} records and its changes", Counted);
                expected = frame.Lsn + 1;
                start = DiskFormat.AlignFrame(offset + (int)frame.Length);
            }
        }

        ReportUnseen(file, start, expected, next, expected == first ? records : null);
    }

    private void ReportUnseen(JournalFile file, int offset, ulong first, ulong next, long? records)
    {
        if (first < next)
        {
            var groups = next - first == 1 ? $"group {first}" : $"groups {first} to {next - 1}";
            counts.Report(
                file.Name, offset, $"{groups} should follow here, and no header of {(next - first == 1 ? "it" : "them")} is whole",
                records is { } known ? $"the groups with their {known} records and their changes" : "the groups with their records and changes", Counted);
        }
    }

    private string DescribeDamage(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        var parts = new List<string>();
        var entries = frame.Slice(FrameHeader.Size, header.EntriesLength);
        for (var i = 0; i < header.EntryCount; i++)
        {
            if (entries.Length < LogFormat.EntryHeaderSize || LogFormat.ReadEntryHeader(entries) is not { Length: >= 0 } entry || entry.Length > entries.Length - LogFormat.EntryHeaderSize)
            {
                parts.Add("the lengths of its entries do not fit");
                break;
            }

            entries = entries[LogFormat.EntryHeaderSize..];
            if (Crc32C.Of(entries[..entry.Length]) != entry.DataCrc)
            {
                var topic = topicName(entry.Topic);
                parts.Add($"the {entry.Length} bytes of its entry for {(topic is null ? $"topic {entry.Topic}" : $"topic '{topic}'")} ({entry.Records} records) do not match their checksum");
            }

            entries = entries[entry.Length..];
        }

        return parts.Count > 0 ? string.Join("; ", parts) : "its entry headers, context or changes do not match their checksum";
    }

    private void VerifyTrailer(JournalFile file, in SegmentTrailer trailer, SegmentScan scan)
    {
        var isAgreed = scan.CorruptGroups > 0
            || (trailer.NextLsn == scan.NextLsn && trailer.NextSequence == scan.NextSequence && trailer.DataEnd == scan.DataEnd);
        if (!isAgreed)
        {
            counts.Report(
                file.Name, trailer.Header.SegmentSize - DiskFormat.BlockSize,
                $"the trailer says that the groups end before group {trailer.NextLsn} at byte {trailer.DataEnd}, and they end before group {scan.NextLsn} at byte {scan.DataEnd}",
                "nothing known", "keep a copy of the file for a report: this is a defect of Sluice or of memory");
        }
    }

    private void VerifyIndex(JournalFile file, in SegmentTrailer trailer, List<IndexEntry> entries, SegmentScan scan)
    {
        var index = SegmentIndex.TryRead(file, trailer);
        if (index is null)
        {
            counts.Report(file.Name, trailer.DataEnd, "the index does not match its checksum", Rebuilt, "nothing: it is made again whenever it is read");
            return;
        }

        if (scan.CorruptGroups == 0 && !SegmentIndex.AreEqual(index, entries.ToArray()))
        {
            counts.Report(
                file.Name, trailer.DataEnd, "the index matches its checksum and yet describes other entries than the groups hold",
                "readers of the segment may get wrong bytes, which their checksums refuse", "keep a copy of the file for a report: this is a defect of Sluice or of memory");
        }
    }
}
