using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>One opening of a consumer, over segments of any kind.</summary>
internal sealed class LogConsumer(JournalState journal, ConsumerState state) : IJournalConsumer
{
    /// <summary>The segment it stands in and the one that it reads on in.</summary>
    private const int MaxPrepared = 2;

    private readonly ReadSignal _signal = state.Signal!;
    private bool _disposed;

    public string Name => state.Name;

    public IReadOnlyList<JournalTopic> Topics { get; } = state.Topics;

    public RecordId Cursor
    {
        get
        {
            lock (journal.Gate)
            {
                return state.Cursor;
            }
        }
    }

    public JournalLag Lag
    {
        get
        {
            lock (journal.Gate)
            {
                return state.Lag;
            }
        }
    }

    internal JournalState Journal => journal;

    internal ConsumerState State => state;

    public long PendingRecords(JournalTopic topic)
    {
        lock (journal.Gate)
        {
            return state.SubscriptionTo(topic)?.Pending ?? 0;
        }
    }

    public long DroppedRecords(JournalTopic topic)
    {
        lock (journal.Gate)
        {
            return state.SubscriptionTo(topic)?.Dropped ?? 0;
        }
    }

    public long SettledRecords(JournalTopic topic)
    {
        lock (journal.Gate)
        {
            return state.SubscriptionTo(topic)?.Settled ?? 0;
        }
    }

    public long SubscribedRecords(JournalTopic topic)
    {
        lock (journal.Gate)
        {
            return state.SubscriptionTo(topic)?.Subscribed ?? 0;
        }
    }

    public long LostRecords(JournalTopic topic)
    {
        lock (journal.Gate)
        {
            return state.SubscriptionTo(topic)?.Lost ?? 0;
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        short version;
        lock (journal.Gate)
        {
            if (_disposed || journal.IsClosed)
            {
                return new ValueTask<bool>(false);
            }

            if (state.UnreadEntries > 0)
            {
                return new ValueTask<bool>(true);
            }

            version = _signal.Sleep(cancellationToken);
        }

        return _signal.Task(version);
    }

    public bool TryRead(PooledBufferWriter destination, out JournalEntry entry)
    {
        while (true)
        {
            Prepare();
            LogSegment segment;
            LogEntry found;
            lock (journal.Gate)
            {
                if (_disposed || journal.IsClosed || state.UnreadEntries == 0)
                {
                    entry = default;
                    return false;
                }

                found = state.PeekUnread(out segment);
                segment.Pin();
            }

            // The read position moves when the bytes are here: a disk that fails now may answer later.
            bool isWhole;
            try
            {
                var space = destination.GetSpan(found.ContextLength + found.DataLength);
                isWhole = segment.Read(found, space[..found.ContextLength], space.Slice(found.ContextLength, found.DataLength));
            }
            finally
            {
                segment.Unpin();
            }

            if (TryAdvance(segment, found, out entry))
            {
                if (isWhole)
                {
                    destination.Advance(found.ContextLength + found.DataLength);
                }
                else
                {
                    entry = entry with { ContextLength = 0, IsCorrupt = true };
                }

                return true;
            }
        }
    }

    public int PeekLength()
    {
        Prepare();
        lock (journal.Gate)
        {
            if (_disposed || journal.IsClosed || state.UnreadEntries == 0)
            {
                return -1;
            }

            var entry = state.PeekUnread(out _);
            return entry.ContextLength + entry.DataLength;
        }
    }

    public void Dispose()
    {
        lock (journal.Gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                journal.CloseConsumer(state);
            }
        }
    }

    /// <returns>False when the entry was dropped while it was read: then it was never read.</returns>
    private bool TryAdvance(LogSegment segment, in LogEntry found, out JournalEntry entry)
    {
        lock (journal.Gate)
        {
            if (_disposed || state.UnreadEntries == 0 || state.PeekUnread(out var current).FirstRecord != found.FirstRecord || current != segment)
            {
                entry = default;
                return false;
            }

            entry = new JournalEntry(
                journal.TopicAt(found.Topic),
                found.FirstRecord,
                found.RecordCount,
                found.RecordCount - found.RecordsFrom(state.Cursor),
                found.ReceivedUnixNano,
                found.ContextLength);
            state.AdvanceRead(found);
            return true;
        }
    }

    /// <summary>Waits for the disk without the gate, as far as can be known, so that looking for the next entry need not wait for it under the gate.</summary>
    private void Prepare()
    {
        for (var i = 0; i < MaxPrepared; i++)
        {
            LogSegment? segment;
            lock (journal.Gate)
            {
                segment = _disposed || journal.IsClosed ? null : state.FindUnprepared();
                segment?.Pin();
            }

            if (segment is null)
            {
                return;
            }

            try
            {
                segment.Prepare();
            }
            finally
            {
                segment.Unpin();
            }
        }
    }
}
