namespace Sluice.Journal;

/// <content>Consumers: openings and removals on their way to the log, orphans, limits.</content>
internal sealed partial class JournalState
{
    private readonly TimeSpan _orphanRetention;
    private readonly List<ConsumerState> _suspects = [];
    private readonly List<Release> _releases = [];

    /// <summary>
    /// Finds or makes a consumer for an opening and bars others from it; under the gate. When the group with
    /// <see cref="LogGroup.OpenConsumer"/> is applied, <see cref="Attach"/> follows; if it is refused, <see cref="Unreserve"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is open, or about to be opened or removed.</exception>
    public ConsumerState Reserve(string name, JournalConsumerOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        ObjectDisposedException.ThrowIf(IsClosed, typeof(IJournal));
        if (options.MaxLag is { } maxLag)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLag, nameof(options.MaxLag));
        }

        foreach (var topic in options.Topics)
        {
            ThrowIfForeign(topic);
        }

        if (!_consumersByName.TryGetValue(name, out var consumer))
        {
            consumer = AddConsumer(name);
        }
        else if (consumer.IsOpen)
        {
            throw new InvalidOperationException($"Consumer '{name}' is open already: a name can be open once at a time.");
        }
        else
        {
            ThrowIfReserved(consumer);
        }

        consumer.IsReserved = true;
        return consumer;
    }

    /// <summary>Finds a consumer for a removal and bars others from it; under the gate. When the removal is refused, <see cref="Unreserve"/> follows.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidOperationException">It is open, or about to be opened or removed.</exception>
    public ConsumerState? ReserveForRemoval(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_consumersByName.TryGetValue(name, out var consumer))
        {
            return null;
        }

        if (consumer.IsOpen)
        {
            throw new InvalidOperationException($"Consumer '{name}' is open: close it first.");
        }

        ThrowIfReserved(consumer);
        consumer.IsReserved = true;
        return consumer;
    }

    /// <summary>What was reserved will not come about.</summary>
    public void Unreserve(ConsumerState consumer) => consumer.IsReserved = false;

    /// <summary>Gives a consumer whose opening was applied to its reader; under the gate.</summary>
    public LogConsumer Attach(ConsumerState consumer)
    {
        consumer.Attach(new ReadSignal(this));
        return new LogConsumer(this, consumer);
    }

    public void CloseConsumer(ConsumerState consumer) => consumer.Close(_time.GetUtcNow().UtcTicks);

    /// <summary>Puts into a group that the consumers are abandoned that have been closed for longer than the journal keeps orphans; under the gate.</summary>
    /// <returns>False when there are none.</returns>
    public bool TakeOrphans(LogGroup into)
    {
        var now = _time.GetUtcNow().UtcTicks;
        var found = false;
        foreach (var consumer in _consumers)
        {
            if (consumer is { IsOpen: false, IsReserved: false, Topics.Count: > 0, ClosedAt: { } closed } && now - closed >= _orphanRetention.Ticks)
            {
                into.AbandonConsumer(consumer);
                found = true;
            }
        }

        return found;
    }

    /// <summary>Counts a group that was let in and will be applied or refused later, for <see cref="FindAtLimit"/>; under the gate.</summary>
    public void Admit(LogGroup group) => CountAdmitted(group, 1);

    /// <summary>Takes back one <see cref="Admit"/>.</summary>
    public void Unadmit(LogGroup group) => CountAdmitted(group, -1);

    /// <summary>
    /// The rejecting consumer whose limit the group would break, or null. One that has nothing pending takes any group, so that a small
    /// limit delays large groups and never bars them.
    /// </summary>
    public ConsumerState? FindAtLimit(LogGroup group)
    {
        var end = End;
        foreach (var consumer in _consumers)
        {
            if (consumer is { OnFull: OnFull.Reject, MaxLag: { } maxLag })
            {
                long added = 0;
                foreach (var entry in group.Entries)
                {
                    added += consumer.WillRead(entry.Topic, end) ? entry.Size : 0;
                }

                if (added > 0 && consumer.LagBytes + AdmittedBytes(consumer, end) is > 0 and var lag && lag + added > maxLag)
                {
                    return consumer;
                }
            }
        }

        return null;
    }

    /// <summary>The consumer that holds up intake the most: those that permit drops never do. For messages; null when there is none.</summary>
    public ConsumerState? FindMostLagging()
    {
        ConsumerState? most = null;
        foreach (var consumer in _consumers)
        {
            if (consumer.OnFull == OnFull.Reject && consumer.LagBytes > (most?.LagBytes ?? 0))
            {
                most = consumer;
            }
        }

        return most;
    }

    /// <summary>Lets the oldest entries go of consumers that permit it and got beyond their limit by what was applied; under the gate.</summary>
    public void DropBeyondLimits()
    {
        Version++;
        foreach (var consumer in _suspects)
        {
            consumer.IsSuspect = false;
            while (consumer.IsBeyondLimit)
            {
                Record(consumer.LetOldestGo());
            }
        }

        _suspects.Clear();
    }

    /// <summary>Lets go of backlog of consumers that permit it, oldest first, until none of them needs <paramref name="segment"/>.</summary>
    public void DropThrough(LogSegment segment)
    {
        Version++;

        // Segments of a chain hold ascending ids, so that order of segments is order of first records.
        var last = segment.FirstRecord;
        foreach (var consumer in _consumers)
        {
            while (consumer is { OnFull: OnFull.DropOldest, HeldEntries: > 0 } && consumer.FloorSegment.FirstRecord <= last)
            {
                Record(consumer.LetOldestGo());
            }
        }
    }

    /// <summary>Moves what consumers let go since the last call into a group, which goes to the log before any other; under the gate.</summary>
    /// <returns>False when that is nothing.</returns>
    public bool TakeReleases(LogGroup into)
    {
        into.Releases.AddRange(_releases);
        _releases.Clear();
        return into.Releases.Count > 0;
    }

    /// <summary>Forgets what consumers let go, where no log keeps it.</summary>
    /// <summary>Whether <see cref="TakeReleases"/> would find any.</summary>
    public bool HasReleases => _releases.Count > 0;

    public void DiscardReleases() => _releases.Clear();

    public IReadOnlyList<JournalConsumerStatus> ConsumerStatus()
    {
        var status = new List<JournalConsumerStatus>(_consumers.Length);
        foreach (var consumer in _consumers)
        {
            status.Add(new JournalConsumerStatus(consumer.Name, consumer.Cursor, consumer.Lag, consumer.TotalDropped, consumer.IsOpen)
            {
                LostRecords = consumer.TotalLost,
                ClosedAt = consumer.ClosedAt is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
            });
        }

        return status;
    }

    private static void ThrowIfReserved(ConsumerState consumer)
    {
        if (consumer.IsReserved)
        {
            throw new InvalidOperationException($"Consumer '{consumer.Name}' is being opened or removed: wait until that is done.");
        }
    }

    private void Suspect(ConsumerState consumer)
    {
        consumer.IsSuspect = true;
        _suspects.Add(consumer);
    }

    /// <summary>Remembers a release, joined with the one before it of the same consumer where the order permits it.</summary>
    private void Record(in Release release)
    {
        for (var i = _releases.Count - 1; i >= 0; i--)
        {
            var last = _releases[i];
            if (last.Consumer != release.Consumer)
            {
                continue;
            }

            if (release.DroppedThrough != default)
            {
                _releases[i] = last with { DroppedThrough = release.DroppedThrough };
                return;
            }

            if (last.DroppedThrough == default)
            {
                _releases[i] = last with { ReleasedThrough = release.ReleasedThrough };
                return;
            }

            break;
        }

        _releases.Add(release);
    }

    private long AdmittedBytes(ConsumerState consumer, RecordId end)
    {
        long bytes = 0;
        foreach (var topic in consumer.Topics)
        {
            bytes += consumer.WillRead(topic.Ordinal, end) ? _admitted[topic.Ordinal] : 0;
        }

        return bytes;
    }

    private void CountAdmitted(LogGroup group, int sign)
    {
        foreach (var entry in group.Entries)
        {
            _admitted[entry.Topic] += sign * (long)entry.Size;
        }
    }
}
