namespace Sluice.Journal;

/// <content>Opening and closing: the only operations that look at the whole log.</content>
internal sealed partial class ConsumerState
{
    /// <summary>Takes over what it reads from now on. It is closed until <see cref="Attach"/>.</summary>
    /// <param name="opening">Topics and limits.</param>
    /// <param name="head">The oldest segment, or null when the log is empty.</param>
    /// <param name="end">The durable end.</param>
    public void Open(ConsumerOpening opening, LogSegment? head, RecordId end)
    {
        var isFirst = _byTopic.Length == 0 && Cursor == default;
        if (isFirst)
        {
            Cursor = opening.StartAt == StartAt.Latest ? end : default;
        }

        Detach();
        foreach (var subscription in _byTopic)
        {
            if (subscription is { Active: true } && !opening.Topics.Contains(subscription.Topic))
            {
                Unsubscribe(subscription);
            }
        }

        var from = opening.StartAt == StartAt.Latest ? end : opening.Earliest > Cursor ? opening.Earliest : Cursor;
        foreach (var topic in opening.Topics)
        {
            Subscribe(topic, from, opening.Until ?? Subscription.NoEnd);
        }

        Topics = opening.Topics;
        OnFull = opening.OnFull;
        MaxLag = opening.MaxLag;
        ClosedAt = null;
        Recount(head, end);
        DropBehindNewEnd();
        if (isFirst && opening.StartAt == StartAt.Earliest)
        {
            Cursor = HeldEntries > 0 ? _floor.Entry.FirstRecord : end;
        }

        FreeUnneeded(head);
    }

    /// <summary>Begins to be read in this process, from the cursor on.</summary>
    public void Attach(ReadSignal signal)
    {
        Signal = signal;
        IsOpen = true;
        IsReserved = false;
        ClosedAt = null;
    }

    /// <param name="now">UTC ticks.</param>
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
        Recount(head, end);
        Cursor = end;
        FreeUnneeded(head);
    }

    private static void FreeUnneeded(LogSegment? head)
    {
        for (var segment = head; segment is not null;)
        {
            var next = segment.Next;
            segment.FreeIfUnneeded();
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
                _floor = NextOwn(_floor.Segment, _floor.Entry.NextPosition);
            }
        }

        _floor = default;
        _read = default;
        UnreadEntries = 0;
    }

    /// <summary>Counts what the log holds for it behind the cursor, and starts to read there.</summary>
    private void Recount(LogSegment? head, RecordId end)
    {
        _lagBytes = 0;
        _lagRecords = 0;
        foreach (var subscription in _byTopic)
        {
            if (subscription is not null)
            {
                subscription.Present = 0;
            }
        }

        for (var segment = head; segment is not null; segment = segment.Next)
        {
            if ((segment.TopicBits & _topicBits) == 0 || segment.RecordsEnd <= Cursor)
            {
                continue;
            }

            for (var position = segment.FirstPosition; position < segment.End;)
            {
                var entry = segment.EntryAt(position);
                if (entry.FirstRecord >= end)
                {
                    break;
                }

                if (IsOwn(entry) && entry.End > Cursor)
                {
                    Hold(entry, new LogPosition(segment, position));
                }

                position = entry.NextPosition;
            }
        }

        foreach (var subscription in _byTopic)
        {
            if (subscription is not null)
            {
                subscription.UncountedFrom = Subscription.NoEnd;
            }
        }
    }

    /// <summary>Accounts an entry that is in the log and unsettled.</summary>
    private void Hold(in LogEntry entry, LogPosition position)
    {
        var subscription = _byTopic[entry.Topic]!;
        var records = entry.RecordsFrom(Cursor);
        if (entry.FirstRecord >= subscription.UncountedFrom)
        {
            subscription.Subscribed += records;
        }

        subscription.Present += records;
        _lagRecords += records;
        _lagBytes += entry.Size;
        position.Segment.AddNeed(OnFull);
        UnreadEntries++;
        if (HeldEntries++ == 0)
        {
            _floor = position;
            _read = position;
        }
    }

    private void Subscribe(JournalTopic topic, RecordId from, RecordId until)
    {
        var subscription = SubscriptionTo(topic) ?? Add(new Subscription(topic));
        if (!subscription.Active)
        {
            subscription.Active = true;
            subscription.From = from;
            subscription.UncountedFrom = from;
        }
        else if (until > subscription.Until)
        {
            // What lies behind the old end was not counted.
            subscription.UncountedFrom = subscription.Until;
        }

        subscription.IsCutBack = until < subscription.Until;
        subscription.Until = until;
        _topicBits |= LogSegment.BitOf(topic.Ordinal);
    }

    private Subscription Add(Subscription subscription)
    {
        var topic = subscription.Topic.Ordinal;
        if (topic >= _byTopic.Length)
        {
            Array.Resize(ref _byTopic, topic + 1);
        }

        _byTopic[topic] = subscription;
        _topicBits |= subscription.Active ? LogSegment.BitOf(topic) : 0;
        return subscription;
    }

    /// <summary>What an earlier opening had counted and this one does not read.</summary>
    private void DropBehindNewEnd()
    {
        foreach (var subscription in _byTopic)
        {
            if (subscription is { IsCutBack: true })
            {
                subscription.IsCutBack = false;
                subscription.Dropped += subscription.Pending - subscription.Present;
            }
        }
    }

    private void Unsubscribe(Subscription subscription)
    {
        subscription.Active = false;
        subscription.Dropped += subscription.Pending;
        subscription.Present = 0;
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
