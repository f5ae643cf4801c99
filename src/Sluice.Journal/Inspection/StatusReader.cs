namespace Sluice.Journal;

/// <summary>Reads the status of a journal from its files.</summary>
internal sealed class StatusReader(IJournalFiles files, TimeProvider clock, long? maxSize)
{
    private static readonly TimeSpan GrowthWindow = TimeSpan.FromMinutes(5);

    /// <summary>A consumer whose oldest unsettled record is younger than this keeps up.</summary>
    private static readonly TimeSpan KeepsUp = TimeSpan.FromSeconds(10);

    private readonly long _now = UnixNano.Of(clock.GetUtcNow());

    /// <summary>Looks once.</summary>
    /// <param name="isLast">Whether to say what was found even if the journal changed meanwhile.</param>
    /// <returns>Null when it changed in a way that makes losses doubtful.</returns>
    public JournalInspection? TryRead(bool isLast)
    {
        var signatures = SegmentSignatures.Of(files);
        using var look = new JournalLook(files, clock);
        Tally tally;
        try
        {
            look.Run();
            tally = Walk(look);
        }
        catch (Exception exception) when (!isLast && exception is IOException or JournalOpenException && signatures.HaveChanged())
        {
            return null;
        }

        var isDoubtful = (look.IsDamaged || tally.Unreadable.Count > 0) && signatures.HaveChanged();
        return isDoubtful && !isLast ? null : Describe(look, tally, !isDoubtful);
    }

    private Tally Walk(JournalLook look)
    {
        var consumers = look.State.Consumers.ToArray().Where(consumer => consumer.OnFull == OnFull.Reject && IsBehind(consumer)).ToArray();
        var tally = new Tally(look.State.Topics.Length) { WindowStart = _now - (GrowthWindow.Ticks * 100) };
        foreach (var segment in look.Recovery.Segments)
        {
            try
            {
                segment.Prepare();
                tally.Add(segment, look.State, consumers);
            }
            catch (IOException exception)
            {
                tally.Unreadable[segment] = exception.Message;
            }
        }

        return tally;
    }

    private bool IsBehind(ConsumerState consumer) => consumer.Lag.AgeSeconds(_now) >= KeepsUp.TotalSeconds;

    private JournalInspection Describe(JournalLook look, Tally tally, bool isConsistent)
    {
        var recovery = look.Recovery;
        var newest = recovery.Segments.Count > 0 ? recovery.Segments.Max(segment => segment.NewestUnixNano) : 0;
        var needed = NeededBytes(recovery.Segments);
        var growth = tally.UnsettledInWindow > 0 ? tally.UnsettledInWindow / Math.Max(1, (_now - Math.Max(tally.WindowStart, tally.Oldest)) / 1e9) : (double?)null;
        return new JournalInspection
        {
            Directory = files.Path,
            JournalId = recovery.Id,
            FormatVersion = DiskFormat.Version,
            Epoch = recovery.HighestEpoch == 0 ? null : recovery.HighestEpoch.ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
            Holder = JournalHolder.Of(files.Path),
            IsConsistent = isConsistent,
            NextLsn = recovery.NextLsn,
            NewestGroupAgeSeconds = newest == 0 ? null : Math.Max(0, _now - newest) / 1e9,
            NeededBytes = needed,
            MaxSize = maxSize,
            GrowthBytesPerSecond = growth,
            SecondsToFull = growth is { } rate && maxSize is { } limit ? Math.Max(0, limit - needed) / rate : null,
            Snapshot = DescribeSnapshot(recovery),
            Segments = [.. DescribeSegments(recovery, tally)],
            Topics = [.. look.State.Topics.ToArray().Select((topic, i) => tally.TopicAt(i, topic.Name))],
            Consumers = [.. look.State.Consumers.ToArray().Select(Describe)],
            Tables = [.. look.State.Tables.ToArray().Select(Describe)],
            Counters = [.. look.State.Counters.ToArray().Select(counter => new InspectedCounter(counter.Name, counter.Value))],
            Warnings = [.. look.Notices.Texts.Concat(tally.Unreadable.Values).Distinct()],
        };
    }

    private static long NeededBytes(IReadOnlyList<DiskSegment> segments)
    {
        long bytes = 0;
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            bytes += i == segments.Count - 1 ? segment.DataEnd : segment.IsNeeded ? segment.Header.SegmentSize : 0;
        }

        return bytes;
    }

    private InspectedSnapshot? DescribeSnapshot(Recovery recovery)
    {
        if (recovery.SnapshotLsn == 0)
        {
            return null;
        }

        var path = SnapshotFiles.Newest(files.List()).Select(name => Path.Combine(files.Path, name)).FirstOrDefault(File.Exists);
        double? age = path is null ? null : Math.Max(0, (clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path)).TotalSeconds);
        return new InspectedSnapshot(recovery.SnapshotLsn, recovery.SnapshotBytes, age, recovery.ReplayedGroups);
    }

    private IEnumerable<InspectedSegment> DescribeSegments(Recovery recovery, Tally tally)
    {
        for (var i = 0; i < recovery.Segments.Count; i++)
        {
            var segment = recovery.Segments[i];
            var counts = tally.Segments.GetValueOrDefault(segment);
            yield return new InspectedSegment
            {
                File = segment.File.Name,
                State = StateOf(segment, i == recovery.Segments.Count - 1, tally.Unreadable.ContainsKey(segment)),
                Number = segment.Header.Number,
                FirstLsn = segment.Header.FirstLsn,
                NextLsn = segment.NextLsn,
                Entries = segment.End,
                Records = counts.Records,
                UsedBytes = segment.DataEnd,
                FileBytes = segment.File.Length,
                Oldest = UnixNano.ToTime(counts.Oldest),
                Newest = UnixNano.ToTime(segment.NewestUnixNano),
            };
        }

        foreach (var blank in recovery.Blanks)
        {
            yield return new InspectedSegment { File = blank.Name, State = SegmentState.Spare, FileBytes = blank.Length };
        }

        var known = recovery.Segments.Select(segment => segment.File.Name).Concat(recovery.Blanks.Select(blank => blank.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in files.List().Where(name => IsSegmentFile(name) && !known.Contains(name)).Order(StringComparer.Ordinal))
        {
            using var file = files.Open(name, JournalFileAccess.Read);
            var isSetAside = name.EndsWith(DiskFormat.DamagedExtension, StringComparison.Ordinal);

            // A file that came into use since the look is none of its business.
            if (isSetAside || SegmentSignatures.HeaderOf(file, out _) == FileHeaderState.Damaged)
            {
                yield return new InspectedSegment { File = name, State = SegmentState.Damaged, FileBytes = file.Length };
            }
        }
    }

    private static bool IsSegmentFile(string name) =>
        name.EndsWith(DiskFormat.DamagedExtension, StringComparison.Ordinal) || name.EndsWith(DiskFormat.SegmentExtension, StringComparison.Ordinal);

    private static SegmentState StateOf(DiskSegment segment, bool isLast, bool isUnreadable) =>
        isUnreadable || segment.CorruptGroups > 0 ? SegmentState.Damaged
        : !segment.IsSealed ? isLast ? SegmentState.Written : SegmentState.Unsealed
        : segment.IsNeeded ? SegmentState.Sealed : SegmentState.Retained;

    private InspectedConsumer Describe(ConsumerState consumer) => new()
    {
        Name = consumer.Name,
        Topics = [.. consumer.Topics.Select(topic => topic.Name)],
        Cursor = consumer.Cursor,
        LagBytes = consumer.Lag.Bytes,
        LagRecords = consumer.Lag.Records,
        LagSeconds = consumer.Lag.AgeSeconds(_now),
        MaxLag = consumer.MaxLag,
        OnFull = consumer.OnFull,
        DroppedRecords = consumer.TotalDropped,
        LostRecords = consumer.TotalLost,
        // What the look itself closed was open.
        OrphanSince = consumer.ClosedAt is { } closed && closed != clock.GetUtcNow().UtcTicks ? new DateTimeOffset(closed, TimeSpan.Zero) : null,
    };

    private static InspectedTable Describe(BoundedTable table)
    {
        var image = table.Capture();
        long bytes = 0;
        foreach (var entry in image)
        {
            bytes += entry.Key.Length + entry.Value.Length;
        }

        double? expiry = table.ExpiryTicks is { } ticks ? TimeSpan.FromTicks(ticks).TotalSeconds : null;
        return new InspectedTable(table.Name, image.Count, bytes, table.MaxEntries, expiry, table.Evicted);
    }

    /// <summary>Sums over the indexes of all segments.</summary>
    private sealed class Tally(int topics)
    {
        private readonly (long Entries, long Records, long Bytes)[] _topics = new (long, long, long)[topics];

        public Dictionary<DiskSegment, (long Records, long Oldest)> Segments { get; } = [];

        public Dictionary<DiskSegment, string> Unreadable { get; } = [];

        public required long WindowStart { get; init; }

        public long UnsettledInWindow { get; private set; }

        /// <summary>When the oldest entry of all was received.</summary>
        public long Oldest { get; private set; } = long.MaxValue;

        public InspectedTopic TopicAt(int ordinal, string name) => new(name, _topics[ordinal].Entries, _topics[ordinal].Records, _topics[ordinal].Bytes);

        public void Add(DiskSegment segment, JournalState state, ConsumerState[] consumers)
        {
            long records = 0;
            var oldest = long.MaxValue;
            for (var position = segment.FirstPosition; position < segment.End;)
            {
                var entry = segment.EntryAt(position);
                position = entry.NextPosition;
                records += entry.RecordCount;
                oldest = entry.ReceivedUnixNano > 0 ? Math.Min(oldest, entry.ReceivedUnixNano) : oldest;
                if (entry.Topic < _topics.Length)
                {
                    ref var topic = ref _topics[entry.Topic];
                    topic = (topic.Entries + 1, topic.Records + entry.RecordCount, topic.Bytes + entry.DataLength);
                }

                if (entry.ReceivedUnixNano >= WindowStart && consumers.Any(consumer => IsUnsettled(consumer, state, entry)))
                {
                    UnsettledInWindow += entry.Size;
                }
            }

            Segments[segment] = (records, oldest == long.MaxValue ? 0 : oldest);
            Oldest = Math.Min(Oldest, oldest);
        }

        private static bool IsUnsettled(ConsumerState consumer, JournalState state, LogEntry entry) =>
            entry.End > consumer.Cursor && consumer.SubscriptionTo(state.TopicAt(entry.Topic)) is { } subscription && subscription.Reads(entry.FirstRecord);
    }
}
