namespace Sluice.Journal;

/// <content>Opening and closing: the only operations that look at the whole log.</content>
internal sealed partial class ConsumerState
{
    /// <summary>Opens it with what it reads now.</summary>
    /// <param name="options">Topics and limits.</param>
    /// <param name="head">The oldest segment, or null when the log is empty.</param>
    /// <param name="end">The durable end.</param>
    /// <param name="signal">Where its reader will sleep.</param>
    public void Open(JournalConsumerOptions options, LogSegment? head, RecordId end, ReadSignal signal)
    {
        var isFirst = _byTopic.Length == 0;
        if (isFirst)
        {
            Cursor = options.StartAt == StartAt.Latest ? end : default;
        }

        Detach();
        foreach (var subscription in _byTopic)
        {
            if (subscription is { Active: true } && !options.Topics.Contains(subscription.Topic))
            {
                Unsubscribe(subscription);
            }
        }

        foreach (var topic in options.Topics)
        {
            Subscribe(topic, options.StartAt == StartAt.Latest ? end : Cursor);
        }

        Topics = [.. options.Topics];
        OnFull = options.OnFull;
        MaxLag = options.MaxLag;
        Attach(head);
        if (isFirst && options.StartAt == StartAt.Earliest)
        {
            Cursor = HeldEntries > 0 ? _floor.Entry.FirstRecord : end;
        }

        Signal = signal;
        IsOpen = true;
        FreeUnneeded(head);
    }

    public void Close(long now)
    {
        IsOpen = false;
        ClosedAt = now;
        Signal?.Set(false);
        Signal = null;
    }

    /// <summary>The journal closes and takes its segments away: from here on only the account is left, and nothing changes it.</summary>
    public void LeaveLog()
    {
        _oldestAtEnd = OldestUnixNano;
        Signal?.Set(false);
    }

    /// <summary>Gives up everything that it has not settled, counted as dropped. Opened again, it starts as a new one, with its counts kept.</summary>
    public void Abandon(LogSegment? head, RecordId end)
    {
        Detach();
        foreach (var subscription in _byTopic)
        {
            if (subscription is { Active: true })
            {
                Unsubscribe(subscription);
            }
        }

        Topics = [];
        Attach(head);
        Cursor = end;
        FreeUnneeded(head);
    }

    private static void FreeUnneeded(LogSegment? head)
    {
        for (var segment = head; segment is not null;)
        {
            var next = segment.Next;
            if (!segment.IsNeeded)
            {
                segment.OnUnneeded();
            }

            segment = next;
        }
    }

    /// <summary>Lets go of the log for a recount; what was read and released can never be read again.</summary>
    private void Detach()
    {
        while (_released.TryDequeue(out var released))
        {
            var from = Cursor > released.First ? Cursor : released.First;
            Drop(released.Subscription, (long)(released.End.Sequence - from.Sequence));
            _droppedThrough = _droppedThrough > released.End ? _droppedThrough : released.End;
        }

        PassDropped();
        for (; HeldEntries > 0; HeldEntries--)
        {
            _floor.Segment.RemoveNeed(OnFull);
            if (HeldEntries > 1)
            {
                _floor = NextOwn(_floor.Segment, _floor.Entry.NextOffset);
            }
        }

        _floor = default;
        _read = default;
        UnreadEntries = 0;
    }

    /// <summary>Counts what the log holds for it behind the cursor, and starts to read there.</summary>
    private void Attach(LogSegment? head)
    {
        _lagBytes = 0;
        _lagRecords = 0;
        for (var segment = head; segment is not null; segment = segment.Next)
        {
            var offset = LogFormat.GroupHeaderSize;
            while (offset < segment.End)
            {
                var entry = segment.EntryAt(offset);
                if (IsOwn(entry) && entry.End > Cursor)
                {
                    Attach(entry, new LogPosition(segment, offset));
                }

                offset = entry.NextOffset;
            }
        }

        foreach (var subscription in _byTopic)
        {
            if (subscription is not null)
            {
                subscription.IsNew = false;
            }
        }
    }

    private void Attach(in LogEntry entry, LogPosition position)
    {
        var subscription = _byTopic[entry.Topic]!;
        if (subscription.IsNew)
        {
            subscription.Subscribed += entry.RecordCount;
        }

        _lagRecords += entry.RecordsFrom(Cursor);
        _lagBytes += entry.Size;
        position.Segment.AddNeed(OnFull);
        UnreadEntries++;
        if (HeldEntries++ == 0)
        {
            _floor = position;
            _read = position;
        }
    }

    private void Subscribe(JournalTopic topic, RecordId from)
    {
        if (topic.Ordinal >= _byTopic.Length)
        {
            Array.Resize(ref _byTopic, topic.Ordinal + 1);
        }

        var subscription = _byTopic[topic.Ordinal] ??= new Subscription(topic);
        if (!subscription.Active)
        {
            subscription.Active = true;
            subscription.From = from;
            subscription.IsNew = true;
        }

        _topicBits |= LogSegment.BitOf(topic.Ordinal);
    }

    private void Unsubscribe(Subscription subscription)
    {
        subscription.Active = false;
        subscription.Dropped += subscription.Pending;
        _topicBits = 0;
        foreach (var other in _byTopic)
        {
            if (other is { Active: true })
            {
                _topicBits |= LogSegment.BitOf(other.Topic.Ordinal);
            }
        }
    }
}
