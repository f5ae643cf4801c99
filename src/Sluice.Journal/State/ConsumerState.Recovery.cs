using System.Buffers;

namespace Sluice.Journal;

/// <content>Bringing it back from a snapshot and the groups behind it.</content>
internal sealed partial class ConsumerState
{
    /// <summary>The first of its unsettled entries in the log when the snapshot was taken, or the end of then.</summary>
    public RecordId RestoredFloor { get; private set; } = Subscription.NoEnd;

    /// <summary>Writes all that is kept over restarts, except the name.</summary>
    /// <param name="output">Gets the bytes.</param>
    /// <param name="end">The durable end.</param>
    /// <param name="epoch">The epoch of the last id in <paramref name="output"/>.</param>
    public void Save(IBufferWriter<byte> output, RecordId end, ref ulong epoch)
    {
        output.WriteCount((int)OnFull);
        output.WriteOptional(MaxLag);
        output.WriteOptional(ClosedAt);
        output.WriteId(Cursor, ref epoch);
        output.WriteId(_droppedThrough, ref epoch);
        output.WriteId(HeldEntries > 0 ? _floor.Entry.FirstRecord : end, ref epoch);
        output.WriteCount(Topics.Count);
        foreach (var topic in Topics)
        {
            output.WriteCount(topic.Ordinal);
        }

        output.WriteCount(_byTopic.Count(static subscription => subscription is not null));
        foreach (var subscription in _byTopic)
        {
            if (subscription is not null)
            {
                output.WriteCount(subscription.Topic.Ordinal);
                output.WriteCount(subscription.Active ? 1 : 0);
                output.WriteId(subscription.From, ref epoch);
                output.WriteId(subscription.Until, ref epoch);
                output.WriteCount(subscription.Subscribed);
                output.WriteCount(subscription.Settled);
                output.WriteCount(subscription.Dropped);
                output.WriteCount(subscription.Lost);
            }
        }

        output.WriteCount(_released.Count);
        foreach (var released in _released)
        {
            output.WriteCount(released.Subscription.Topic.Ordinal);
            output.WriteId(released.First, ref epoch);
            output.WriteCount((long)(released.End.Sequence - released.First.Sequence));
            output.WriteCount(released.Size);
            output.WriteSigned(released.ReceivedUnixNano);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote into a consumer that is new.</summary>
    /// <exception cref="InvalidDataException">It did not.</exception>
    public void Restore(ref SpanDecoder input, ReadOnlySpan<JournalTopic> known)
    {
        OnFull = (OnFull)input.ReadInt("what a consumer does when full", (int)OnFull.DropOldest);
        MaxLag = input.ReadOptional("the limit of a consumer");
        ClosedAt = input.ReadOptional("when a consumer was closed");
        Cursor = input.ReadId("a cursor");
        _droppedThrough = input.ReadId("what was dropped");
        RestoredFloor = input.ReadId("the oldest entry of a consumer");
        var topics = new JournalTopic[input.ReadInt("the number of topics", known.Length)];
        for (var i = 0; i < topics.Length; i++)
        {
            topics[i] = input.ReadKnown("topic", known);
        }

        Topics = topics;
        for (var count = input.ReadInt("the number of subscriptions", known.Length); count > 0; count--)
        {
            Add(RestoreSubscription(ref input, known));
        }

        for (var count = input.ReadInt("the number of released entries"); count > 0; count--)
        {
            var released = RestoreReleased(ref input, known);
            var records = (long)(released.End.Sequence - (Cursor > released.First ? Cursor : released.First).Sequence);
            released.Subscription.Present += records;
            _lagRecords += records;
            _lagBytes += released.Size;
            _released.Enqueue(released);
        }

        if (Topics.Any(topic => SubscriptionTo(topic) is not { Active: true }))
        {
            throw input.Error($"consumer '{Name}' reads a topic that it is not subscribed to");
        }
    }

    /// <summary>Accounts an entry of the log if it was unsettled and held when the snapshot was taken.</summary>
    public void HoldRestored(in LogEntry entry, LogPosition position)
    {
        if (entry.FirstRecord >= RestoredFloor && entry.End > Cursor && IsOwn(entry))
        {
            Hold(entry, position);
        }
    }

    /// <summary>Counts what should be there and is not, and closes it.</summary>
    /// <returns>Records lost.</returns>
    public long FinishRecovery(long nowTicks)
    {
        long lost = 0;
        foreach (var subscription in _byTopic)
        {
            if (subscription is not null && subscription.Pending > subscription.Present)
            {
                lost += subscription.Pending - subscription.Present;
                subscription.Lost += subscription.Pending - subscription.Present;
            }
        }

        RestoredFloor = Subscription.NoEnd;
        ClosedAt ??= nowTicks;
        return lost;
    }

    private static Subscription RestoreSubscription(ref SpanDecoder input, ReadOnlySpan<JournalTopic> known) =>
        new(input.ReadKnown("topic", known))
        {
            Active = input.ReadInt("whether a topic is read", 1) == 1,
            From = input.ReadId("the start of a subscription"),
            Until = input.ReadId("the end of a subscription"),
            Subscribed = input.ReadCount("a number of records", long.MaxValue),
            Settled = input.ReadCount("a number of records", long.MaxValue),
            Dropped = input.ReadCount("a number of records", long.MaxValue),
            Lost = input.ReadCount("a number of records", long.MaxValue),
        };

    private ReleasedEntry RestoreReleased(ref SpanDecoder input, ReadOnlySpan<JournalTopic> known)
    {
        var topic = input.ReadKnown("topic", known);
        var subscription = SubscriptionTo(topic) ?? throw input.Error($"consumer '{Name}' holds an entry of a topic that it never read");
        var first = input.ReadId("a released entry");
        var end = first.Plus(input.ReadInt("the records of a released entry"));
        var size = input.ReadInt("the size of a released entry");
        var received = input.ReadSigned("when an entry was received");
        return end > Cursor && end.Sequence > first.Sequence
            ? new ReleasedEntry(subscription, first, end, size, received)
            : throw input.Error($"consumer '{Name}' holds an entry that it has settled");
    }
}
