namespace Sluice.Journal;

/// <summary>
/// What the journal knows of one consumer, open or not: cursor, read position, and an exact account of every record. Shared by all kinds
/// of journal; everything is called under the journal's gate.
/// </summary>
/// <remarks>
/// <para>The consumer's unsettled entries, in order, are: <em>released</em> ones (read, bytes gone, held here by name), then <em>held</em>
/// ones in the log from <c>_floor</c> on, the last <see cref="UnreadEntries"/> of which start at <c>_read</c>. A cursor may stand inside
/// the first of them. Entries that it dropped are in neither place.</para>
/// <para>Only entries that were not read yet are counted as dropped: what was read may be delivered already, and would be counted twice.
/// Making room therefore releases the bytes of read entries and drops unread ones. What was released and is not settled when the consumer
/// is opened again can never be read, and is counted as dropped then.</para>
/// <para>What is read and by whom is this process's affair; everything else is kept over restarts, and changes only by groups that are
/// applied. What was let go to make room (<see cref="LetOldestGo"/>) is the exception: it depends on what was read, so it happens at once,
/// and a later group says what it was (<see cref="LetGo"/>).</para>
/// <para>An entry is accounted when its group becomes visible, which for a journal on disk is when it is durable.</para>
/// </remarks>
internal sealed partial class ConsumerState(string name, int ordinal)
{
    private readonly Queue<ReleasedEntry> _released = new();
    private Subscription?[] _byTopic = [];
    private ulong _topicBits;
    private LogPosition _floor;
    private LogPosition _read;
    private RecordId _droppedThrough;
    private long _lagBytes;
    private long _lagRecords;
    private long? _oldestAtEnd;

    public string Name { get; } = name;

    /// <summary>Its index among all consumers that the journal ever had.</summary>
    public int Ordinal { get; } = ordinal;

    public OnFull OnFull { get; private set; }

    /// <summary>Bytes it may lag; null without a limit of its own.</summary>
    public long? MaxLag { get; private set; }

    public bool IsOpen { get; private set; }

    /// <summary>An opening or removal is on its way to the log: no other may begin.</summary>
    public bool IsReserved { get; set; }

    /// <summary>It is on the list of those that may be beyond their limit.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>When it was closed, in UTC ticks; null when it is open, or was when the process ended.</summary>
    public long? ClosedAt { get; private set; }

    public IReadOnlyList<JournalTopic> Topics { get; private set; } = [];

    public RecordId Cursor { get; private set; }

    /// <summary>Unsettled entries in the log.</summary>
    public int HeldEntries { get; private set; }

    /// <summary>Entries behind the read position.</summary>
    public int UnreadEntries { get; private set; }

    /// <summary>Where its reader sleeps; null while it is not open.</summary>
    public ReadSignal? Signal { get; private set; }

    public long LagBytes => _lagBytes;

    public JournalLag Lag => new(_lagBytes, _lagRecords, OldestUnixNano);

    /// <summary>Where its oldest entry in the log is; only with <see cref="HeldEntries"/>.</summary>
    public LogSegment FloorSegment => _floor.Segment;

    public long TotalDropped => Sum(static subscription => subscription.Dropped);

    public long TotalLost => Sum(static subscription => subscription.Lost);

    /// <summary>Whether it lags beyond a limit at which it drops, and has anything left to drop.</summary>
    public bool IsBeyondLimit => OnFull == OnFull.DropOldest && UnreadEntries > 0 && _lagBytes > MaxLag;

    private long OldestUnixNano =>
        _oldestAtEnd is { } oldest ? oldest
        : _released.TryPeek(out var released) ? released.ReceivedUnixNano
        : HeldEntries > 0 ? _floor.Entry.ReceivedUnixNano
        : 0;

    public Subscription? SubscriptionTo(JournalTopic topic) =>
        topic.Ordinal < _byTopic.Length && _byTopic[topic.Ordinal] is { } found && found.Topic == topic ? found : null;

    /// <summary>Whether it reads entries of a topic that begin at <paramref name="end"/> or behind.</summary>
    public bool WillRead(int topic, RecordId end) =>
        topic < _byTopic.Length && _byTopic[topic] is { Active: true } subscription && end < subscription.Until;

    /// <summary>Accounts an entry of a topic that it reads, now visible, unless it is behind its end.</summary>
    /// <returns>Whether a sleeping reader has to be woken.</returns>
    public bool Append(in LogEntry entry, LogPosition position)
    {
        var subscription = _byTopic[entry.Topic]!;
        if (!subscription.Reads(entry.FirstRecord))
        {
            return false;
        }

        subscription.Subscribed += entry.RecordCount;
        subscription.Present += entry.RecordCount;
        _lagRecords += entry.RecordCount;
        _lagBytes += entry.Size;
        position.Segment.AddNeed(OnFull);
        if (HeldEntries++ == 0)
        {
            _floor = position;
        }

        if (UnreadEntries++ != 0)
        {
            return false;
        }

        _read = position;
        return true;
    }

    /// <summary>The entry at the read position; only with <see cref="UnreadEntries"/>.</summary>
    public LogEntry PeekUnread(out LogSegment segment)
    {
        segment = _read.Segment;
        return _read.Entry;
    }

    /// <summary>Moves the read position behind the entry that <see cref="PeekUnread"/> gave.</summary>
    public void AdvanceRead(in LogEntry entry)
    {
        if (--UnreadEntries > 0)
        {
            _read = NextOwn(_read.Segment, entry.NextPosition);
        }
    }

    /// <summary>The first segment that reading on looks at and that would have to wait for the disk, or null.</summary>
    public LogSegment? FindUnprepared()
    {
        if (UnreadEntries == 0)
        {
            return null;
        }

        if (!_read.Segment.IsPrepared)
        {
            return _read.Segment;
        }

        var next = UnreadEntries > 1 ? _read.Segment.Next : null;
        while (next is not null && (next.TopicBits & _topicBits) == 0)
        {
            next = next.Next;
        }

        return next is { IsPrepared: false } ? next : null;
    }

    /// <summary>Settles everything before <paramref name="cursor"/>, which is not beyond the durable end. Never moves back.</summary>
    public void MoveCursor(RecordId cursor)
    {
        if (cursor <= Cursor)
        {
            return;
        }

        while (_released.TryPeek(out var released) && released.First < cursor)
        {
            var from = Cursor > released.First ? Cursor : released.First;
            var to = cursor < released.End ? cursor : released.End;
            Settle(released.Subscription, (long)(to.Sequence - from.Sequence));
            if (cursor < released.End)
            {
                break;
            }

            _lagBytes -= released.Size;
            _released.Dequeue();
        }

        while (HeldEntries > 0)
        {
            var entry = _floor.Entry;
            if (entry.FirstRecord >= cursor)
            {
                break;
            }

            Settle(_byTopic[entry.Topic]!, entry.RecordsFrom(Cursor) - entry.RecordsFrom(cursor));
            if (cursor < entry.End)
            {
                break;
            }

            _lagBytes -= entry.Size;
            PassFloor(entry);
        }

        Cursor = cursor;
        PassDropped();
    }

    /// <summary>Lets the oldest entry in the log go: releases it if it was read, drops it if not. Only with <see cref="HeldEntries"/>.</summary>
    /// <returns>What it did.</returns>
    public Release LetOldestGo()
    {
        var entry = _floor.Entry;
        var isRead = HeldEntries > UnreadEntries;
        LetFloorGo(entry, isRead);
        return isRead ? new Release(this, entry.End, default) : new Release(this, default, entry.End);
    }

    /// <summary>Lets go of what a release names and is still held: all of it in a replay, nothing where it happened before.</summary>
    public void LetGo(in Release release)
    {
        LetThroughGo(release.ReleasedThrough, isRead: true);
        LetThroughGo(release.DroppedThrough, isRead: false);
    }

    private void LetThroughGo(RecordId through, bool isRead)
    {
        while (HeldEntries > 0 && _floor.Entry is var entry && entry.FirstRecord < through)
        {
            LetFloorGo(entry, isRead);
        }
    }

    private void LetFloorGo(in LogEntry entry, bool isRead)
    {
        var subscription = _byTopic[entry.Topic]!;
        if (isRead)
        {
            _released.Enqueue(new ReleasedEntry(subscription, entry.FirstRecord, entry.End, entry.Size, entry.ReceivedUnixNano));
        }
        else
        {
            Drop(subscription, entry.RecordsFrom(Cursor));
            _lagBytes -= entry.Size;
            _droppedThrough = entry.End;
        }

        PassFloor(entry);
        PassDropped();
    }

    private long Sum(Func<Subscription, long> count)
    {
        long sum = 0;
        foreach (var subscription in _byTopic)
        {
            sum += subscription is null ? 0 : count(subscription);
        }

        return sum;
    }

    private void Settle(Subscription subscription, long records)
    {
        subscription.Settled += records;
        subscription.Present -= records;
        _lagRecords -= records;
    }

    private void Drop(Subscription subscription, long records)
    {
        subscription.Dropped += records;
        subscription.Present -= records;
        _lagRecords -= records;
    }

    /// <summary>With nothing before it that was read and could still be settled, what was dropped needs no waiting for.</summary>
    private void PassDropped()
    {
        var waits = _released.TryPeek(out var released) && released.First < _droppedThrough;
        if (!waits && _droppedThrough > Cursor)
        {
            Cursor = _droppedThrough;
        }
    }

    /// <summary>Moves the floor, and a read position that stood on it, to the next own entry. The old segment may be freed by it.</summary>
    private void PassFloor(in LogEntry entry)
    {
        var segment = _floor.Segment;
        var wasUnread = HeldEntries == UnreadEntries;
        HeldEntries--;
        _floor = HeldEntries > 0 ? NextOwn(segment, entry.NextPosition) : default;
        if (wasUnread)
        {
            UnreadEntries--;
            _read = _floor;
        }

        segment.ReleaseNeed(OnFull);
    }

    /// <summary>The first own entry at or behind a position. There is one: the caller has counted.</summary>
    private LogPosition NextOwn(LogSegment segment, int position)
    {
        while (true)
        {
            if ((segment.TopicBits & _topicBits) != 0)
            {
                while (position < segment.End)
                {
                    var entry = segment.EntryAt(position);
                    if (IsOwn(entry))
                    {
                        return new LogPosition(segment, position);
                    }

                    position = entry.NextPosition;
                }
            }

            segment = segment.Next ?? throw new InvalidOperationException($"Consumer '{Name}' has {HeldEntries} entries in the log, but there are fewer.");
            position = segment.FirstPosition;
        }
    }

    private bool IsOwn(in LogEntry entry) =>
        entry.Topic < _byTopic.Length && _byTopic[entry.Topic] is { } subscription && subscription.Reads(entry.FirstRecord);
}
