namespace Sluice.Journal;

/// <summary>
/// Brings a journal back from its directory: the newest whole snapshot, and every group behind it applied as it was the first time. Writes
/// nothing before <see cref="Settle"/>, so that a look from outside can use it too.
/// </summary>
internal sealed class Recovery(DiskJournalContext context, JournalState state, bool readOnly) : IDisposable
{
    private readonly List<DiskSegment> _segments = [];
    private HashSet<ulong> _required = [];
    private Guid _id;
    private bool _attached;
    private int _damagedSnapshots;
    private string? _snapshotName;
    private SegmentFiles? _found;

    /// <summary>The journal's id; empty when there is no journal yet.</summary>
    public Guid Id => _id;

    /// <summary>Whether the file that holds the id has to be written again.</summary>
    public bool LacksIdentity { get; private set; }

    /// <summary>The segments, in order and linked.</summary>
    public IReadOnlyList<DiskSegment> Segments => _segments;

    public IReadOnlyList<JournalFile> Blanks { get; private set; } = [];

    public int HighestSlot { get; private set; }

    /// <summary>The number for the next group: above all that were ever written, acknowledged or not.</summary>
    public ulong NextLsn { get; private set; } = 1;

    public ulong HighestNumber { get; private set; }

    public ulong HighestEpoch { get; private set; }

    /// <summary>The last group in the snapshot; 0 without one.</summary>
    public ulong SnapshotLsn { get; private set; }

    public long SnapshotBytes { get; private set; }

    /// <summary>Groups that were applied behind the snapshot.</summary>
    public long ReplayedGroups { get; private set; }

    public long TornBytes { get; private set; }

    /// <summary>Records that consumers had not settled and that are gone, once per consumer.</summary>
    public long LostRecords { get; private set; }

    /// <summary>Segments that the snapshot needs and that are not there.</summary>
    public int MissingSegments { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <exception cref="JournalOpenException">There is a journal, and it cannot be brought back whole or with its losses counted.</exception>
    public void Run()
    {
        var names = context.Files.List();
        ReadIdentity(names);
        RestoreSnapshot(names);
        var found = new SegmentFiles(context.Files, context.Observer, readOnly);
        _found = found;
        found.Open(names, (incarnation, highestLsn) => highestLsn > SnapshotLsn || _required.Contains(incarnation));
        Blanks = found.Blanks;
        HighestSlot = found.HighestSlot;
        CheckBelonging(found.Segments);
        ReportMissing(found.Segments);
        for (var i = 0; i < found.Segments.Count; i++)
        {
            var (file, header) = found.Segments[i];
            Add(file, header, i + 1 < found.Segments.Count ? found.Segments[i + 1].Header : null);
        }

        Attach();
        LostRecords = state.FinishRecovery(context.Time.GetUtcNow());
        if (LostRecords > 0)
        {
            context.Observer.OnNotice(
                JournalNoticeLevel.Error,
                $"{LostRecords} records that consumers had not settled are gone from the journal in {context.Files.Path}; they are counted as corrupt at each of them.");
        }
    }

    /// <summary>
    /// Makes durable what was found, before anybody sees or builds upon it: a process that was killed leaves groups that only the page cache
    /// has. Seals every segment, so that nothing is appended to one and the next opening decides nothing again; those with little in them get smaller
    /// files.
    /// </summary>
    /// <param name="segmentSize">Bytes of a usual segment.</param>
    public void Settle(int segmentSize)
    {
        if (_id == Guid.Empty)
        {
            _id = Guid.NewGuid();
            if (_segments.Count > 0)
            {
                context.Observer.OnNotice(
                    JournalNoticeLevel.Error,
                    $"No file of the journal in {context.Files.Path} holds its id any more: it has the new id {_id}. Its records are kept, and exporters that knew by the old id what arrived may deliver some of them again.");
            }
        }

        if (LacksIdentity)
        {
            new JournalIdentity(_id, (context.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100).Write(context.Files);
        }

        // Made again once more behind a later segment, a header could let groups in that were cut off here.
        Span<byte> header = stackalloc byte[SegmentHeader.Size];
        foreach (var segment in _segments.Where(segment => _found!.Rebuilt.Contains(segment.File)))
        {
            (segment.Header with { JournalId = _id }).Write(header);
            segment.File.Write(0, header);
            segment.File.Flush();
        }

        foreach (var segment in _segments.Where(segment => !segment.IsResumed))
        {
            // Its groups first: a trailer that a power cut leaves without some of them would make these damaged ones.
            segment.File.Flush();
            if (!segment.IsSealed)
            {
                segment.Seal();
            }
        }

        var shrinker = new SegmentShrinker(context.Files, segmentSize);
        foreach (var segment in _segments)
        {
            Shrink(segment, shrinker);
        }

        // Segments may be freed because of it, so it has to stay.
        if (_snapshotName is not null)
        {
            using var snapshot = context.Files.Open(_snapshotName, JournalFileAccess.ReadWrite);
            snapshot.Flush();
        }

        foreach (var name in context.Files.List().Where(name => name.EndsWith(DiskFormat.UnfinishedExtension, StringComparison.Ordinal)))
        {
            context.Files.Delete(name);
        }

        context.Files.FlushDirectory();
    }

    /// <summary>Gives a segment a smaller file if it is worth it; what is damaged stays as it was found.</summary>
    private void Shrink(DiskSegment segment, SegmentShrinker shrinker)
    {
        var old = segment.File;
        if (!segment.IsSealed || segment.IsResumed || segment.CorruptGroups > 0 || _found!.Rebuilt.Contains(old) || shrinker.SizeFor(segment) is not { } size)
        {
            return;
        }

        SegmentHeader? header;
        try
        {
            header = shrinker.Copy(segment, size);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Observer.OnNotice(
                JournalNoticeLevel.Warning, $"{old.Name} could not be made smaller, and takes {segment.Header.SegmentSize} bytes until it is not needed any more: {exception.Message}");
            return;
        }

        if (header is { } smaller)
        {
            shrinker.Replace(segment, smaller);
            _found.Replace(old, segment.File, smaller);
        }
    }

    public void Dispose()
    {
        _found?.Dispose();
    }

    private void ReadIdentity(IReadOnlyList<string> names)
    {
        LacksIdentity = true;
        if (names.Contains(DiskFormat.IdentityName) && JournalIdentity.Read(context.Files) is { } identity)
        {
            _id = identity.Id;
            LacksIdentity = false;
        }
    }

    private void RestoreSnapshot(IReadOnlyList<string> names)
    {
        var snapshots = new SnapshotFiles(context.Files, _id);
        foreach (var name in SnapshotFiles.Newest(names))
        {
            using var snapshot = snapshots.TryOpen(name);
            if (snapshot is null)
            {
                _damagedSnapshots++;
                context.Observer.OnNotice(JournalNoticeLevel.Warning, $"{Path.Combine(context.Files.Path, name)} is unfinished or damaged; another copy is used.");
                continue;
            }

            try
            {
                _required = snapshot.Restore(state);
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
            {
                throw new JournalOpenException(
                    $"{Path.Combine(context.Files.Path, name)} is whole and yet holds what no snapshot holds: {exception.Message} This is a defect of Sluice or of memory; keep the directory for a report and restore a copy.",
                    exception);
            }

            if (_id == Guid.Empty)
            {
                _id = snapshot.Header.JournalId;
            }

            _snapshotName = name;
            SnapshotLsn = snapshot.Header.Lsn;
            SnapshotBytes = snapshot.Header.BodyLength;
            NextLsn = SnapshotLsn + 1;
            HighestEpoch = snapshot.Header.End.Epoch;
            state.Recovered(snapshot.Header.End);
            return;
        }
    }

    private void CheckBelonging(List<(JournalFile File, SegmentHeader Header)> segments)
    {
        foreach (var (file, header) in segments)
        {
            if (_id == Guid.Empty)
            {
                _id = header.JournalId;
            }

            if (header.JournalId != _id && header.JournalId != Guid.Empty)
            {
                throw new JournalOpenException(
                    $"{Path.Combine(context.Files.Path, file.Name)} belongs to journal {header.JournalId}, and the directory is that of journal {_id}: files of two journals were mixed. Restore one of them whole.");
            }
        }

        if (SnapshotLsn == 0 && segments.Count > 0 && segments[0].Header.FirstLsn > 1)
        {
            throw new JournalOpenException(
                $"The journal in {context.Files.Path} begins with group {segments[0].Header.FirstLsn}, and "
                + (_damagedSnapshots > 0 ? "both copies of the snapshot of what was before are damaged" : "the snapshot of what was before is missing")
                + ": cursors and tables cannot be known, so nothing could be delivered once. Restore the directory from a copy, or move it away to begin a new journal.");
        }
    }

    private void ReportMissing(List<(JournalFile File, SegmentHeader Header)> segments)
    {
        var missing = _required.Count - segments.Count(segment => _required.Contains(segment.Header.Incarnation));
        MissingSegments = missing;
        if (missing > 0)
        {
            context.Counts.OnCorruptGroups(missing);
            context.Observer.OnNotice(
                JournalNoticeLevel.Error,
                $"{missing} segment files of the journal in {context.Files.Path} are missing or destroyed. What consumers had not settled of them is lost and counted as corrupt.");
        }
    }

    private void Add(JournalFile file, SegmentHeader header, SegmentHeader? following)
    {
        var segment = new DiskSegment(file, header, context);
        HighestEpoch = Math.Max(HighestEpoch, header.Epoch);
        HighestNumber = Math.Max(HighestNumber, header.Number);
        if (_segments.Count > 0)
        {
            _segments[^1].Next = segment;
            segment.Previous = _segments[^1];
        }

        // Groups that the snapshot does not hold, and that no segment holds: those between the last one and this one.
        if (header.FirstLsn > NextLsn && NextLsn > SnapshotLsn && _segments.Count > 0 && _segments[^1].Epoch == header.Epoch)
        {
            ReportCorrupt(file, (long)(header.FirstLsn - NextLsn), 0);
        }

        _segments.Add(segment);
        state.Head = _segments[0];
        var limit = following is { } next && next.FirstLsn >= header.FirstLsn ? next.FirstLsn : (ulong?)null;
        var trailer = SegmentFiles.ReadTrailer(file, header);
        if (trailer is { } end && (limit is null || end.NextLsn <= limit) && end.NextLsn <= SnapshotLsn + 1)
        {
            segment.TakeFrom(end);
        }
        else
        {
            Replay(segment, trailer is { } sealedAt && sealedAt.NextLsn <= (limit ?? ulong.MaxValue) ? sealedAt.NextLsn : limit, trailer is not null);
        }

        NextLsn = Math.Max(NextLsn, segment.NextLsn);
    }

    private void Replay(DiskSegment segment, ulong? limit, bool isSealed)
    {
        var scan = SegmentScan.Of(segment.File, segment.Header, limit);
        if (scan.CorruptGroups > 0)
        {
            ReportCorrupt(segment.File, scan.CorruptGroups, scan.CorruptRecords);
        }

        if (scan.DamagedGroups is > 0 and var damaged)
        {
            // Counted by those who read them.
            context.Observer.OnNotice(
                JournalNoticeLevel.Error,
                $"{segment.File.Name}: {damaged} groups that had been acknowledged have damaged entries. Consumers that had not settled them count their records as corrupt when they come to them.");
        }

        if (scan.TornBytes > 0)
        {
            TornBytes += scan.TornBytes;
            context.Observer.OnNotice(
                JournalNoticeLevel.Information,
                $"{segment.File.Name}: cut off {scan.TornBytes} bytes that a crash left behind group {scan.NextLsn - 1}; nothing of them was acknowledged.");
        }

        using var reader = new FrameReader(segment.File, segment.Header.SegmentSize);
        var entries = new List<IndexEntry>();
        foreach (var frame in scan.Frames)
        {
            var bytes = reader.At(frame.Offset, (int)frame.Header.Length);
            if (frame.Header.Lsn > SnapshotLsn)
            {
                Attach();
            }

            entries.Clear();
            FrameBody.CollectEntries(frame, bytes, entries);
            var position = segment.End;
            foreach (var entry in entries)
            {
                segment.Append(entry);
            }

            // Walks over the log step over a segment that ends before what they look for.
            segment.NextLsn = frame.Header.Lsn + 1;
            segment.NextSequence = frame.Header.NextSequence;
            segment.NewestUnixNano = Math.Max(segment.NewestUnixNano, frame.Header.ReceivedUnixNano);
            if (frame.Header.Lsn > SnapshotLsn)
            {
                Apply(segment, frame, FrameBody.ChangesOf(frame.Header, bytes), entries.Count == 0 ? null : segment, position);
            }
        }

        segment.NextLsn = scan.NextLsn;
        segment.NextSequence = scan.NextSequence;
        segment.DataEnd = scan.DataEnd;
        segment.CutFrom = scan.CutFrom;
        segment.WrittenEnd = scan.WrittenEnd;
        segment.CorruptGroups = scan.CorruptGroups;
        segment.IsSealed = isSealed && scan.CorruptGroups == 0;
        NextLsn = Math.Max(NextLsn, scan.HighestLsn + 1);
    }

    private void Apply(DiskSegment segment, in FrameRef frame, ReadOnlySpan<byte> changes, LogSegment? entries, int position)
    {
        context.ApplyingLsn = frame.Header.Lsn;
        var group = state.Groups.Take();
        group.ReceivedUnixNano = frame.Header.ReceivedUnixNano;
        var nowTicks = 0L;
        try
        {
            GroupCodec.Read(changes, state, group, out nowTicks);
        }
        catch (InvalidDataException exception)
        {
            ReportCorrupt(segment.File, 1, 0);
            context.Observer.OnNotice(JournalNoticeLevel.Error, $"{segment.File.Name}: group {frame.Header.Lsn} changes what is not known: {exception.Message}");
            group.Reset();
        }

        state.Apply(group, frame.Header.FirstRecord, frame.Header.RecordCount, entries, position, nowTicks);
        state.Groups.Return(group);
        ReplayedGroups++;
    }

    private void Attach()
    {
        if (!_attached)
        {
            _attached = true;
            state.AttachRestored(_segments.Count > 0 ? _segments[0] : null);
        }
    }

    private void ReportCorrupt(JournalFile file, long groups, long records)
    {
        context.Counts.OnCorruptGroups(groups);
        context.Observer.OnNotice(
            JournalNoticeLevel.Error,
            $"{file.Name}: {groups} groups that had been acknowledged are damaged or missing{(records > 0 ? $", with about {records} records" : "")}. What consumers had not settled of them is lost and counted as corrupt.");
    }
}
