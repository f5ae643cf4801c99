using Sluice.Buffers;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Replay;

/// <summary>
/// One random run on a state over a log. Every now and then a second state is brought back from the newest snapshot and the groups behind it:
/// it must be equal to the first in all that is kept. Sometimes the run goes on with the second, as after a crash.
/// </summary>
internal sealed class ReplayRun : IDisposable
{
    private static readonly string[] TopicNames = ["a", "b", "c", "d"];
    private static readonly string[] TableNames = ["rows", "ids"];
    private static readonly string[] CounterNames = ["x", "y"];
    private static readonly string[] ConsumerNames = ["one", "two", "three", "four"];

    private readonly Random _random;
    private readonly BufferPool _pool = new(new() { Tracking = true });
    private readonly ManualTimeProvider _clock = new();
    private readonly PooledBufferWriter _buffer;
    private readonly Dictionary<string, LogConsumer> _handles = [];
    private ListLog _log;

    public ReplayRun(int seed)
    {
        _random = new Random(seed);
        _buffer = new PooledBufferWriter(_pool, "replay reads");
        _log = new ListLog(_pool, _clock, entriesPerSegment: 6).Begin();
    }

    public int Comparisons { get; private set; }

    public int Crashes { get; private set; }

    public int Freed { get; private set; }

    public long Dropped { get; private set; }

    private JournalState State => _log.State;

    public void Step()
    {
        switch (_random.Next(100))
        {
            case < 45:
                Commit();
                break;
            case < 65:
                Read();
                break;
            case < 72:
                Open();
                break;
            case < 75:
                Close(Pick(ConsumerNames));
                break;
            case < 77:
                Remove(Pick(ConsumerNames));
                break;
            case < 79:
                Abandon(Pick(ConsumerNames));
                break;
            case < 82:
                LimitTable();
                break;
            case < 88:
                MakeRoom();
                break;
            case < 92:
                _log.NowTicks += _random.Next(-20, 200);
                break;
            case < 94:
                _log.TakeSnapshot();
                break;
            case < 97:
                Freed += _log.TryFree(_random) ? 1 : 0;
                break;
            case < 99:
                Compare();
                break;
            default:
                Crash();
                break;
        }

        CheckBalance(State);
    }

    /// <summary>Holds a state that was brought back against this one.</summary>
    public void Compare()
    {
        Comparisons++;
        _log.WriteReleases();
        var recovered = _log.Recover();
        var copy = _log.Copy();
        try
        {
            CheckSame(State, recovered.State);
            Assert.Equal(0, recovered.State.FinishRecovery(_clock.GetUtcNow()));
            copy.State.FinishRecovery(_clock.GetUtcNow());
            Assert.Equal(copy.CaptureBytes(), recovered.CaptureBytes());
            CheckReads(recovered.State);
        }
        finally
        {
            recovered.State.Groups.Close();
            copy.State.Groups.Close();
        }
    }

    public void Dispose()
    {
        _buffer.Dispose();
        State.Groups.Close();
        _pool.Dispose();
    }

    private static void CheckSame(JournalState live, JournalState recovered)
    {
        Assert.Equal(live.End, recovered.End);
        Assert.Equal(live.Counters.ToArray().Select(counter => (counter.Name, counter.Value)), Known(live.Counters.ToArray(), recovered.Counters.ToArray()));
        Assert.Equal(live.Tables.Length, recovered.Tables.Length);
        for (var i = 0; i < live.Tables.Length; i++)
        {
            var (one, other) = (live.Tables[i], recovered.Tables[i]);
            Assert.Equal((one.Name, one.Evicted, one.MaxEntries, one.ExpiryTicks), (other.Name, other.Evicted, other.MaxEntries, other.ExpiryTicks));
            Assert.Equal(Rows(one), Rows(other));
        }

        Assert.Equal(live.ConsumersByOrdinal.Length, recovered.ConsumersByOrdinal.Length);
        for (var i = 0; i < live.ConsumersByOrdinal.Length; i++)
        {
            CheckSame(live, live.ConsumersByOrdinal[i], recovered, recovered.ConsumersByOrdinal[i]);
        }
    }

    private static IEnumerable<(string Name, long Value)> Known(JournalCounter[] live, JournalCounter[] recovered)
    {
        Assert.Equal(live.Length, recovered.Length);
        return recovered.Select(counter => (counter.Name, counter.Value));
    }

    private static void CheckSame(JournalState live, ConsumerState? one, JournalState recovered, ConsumerState? other)
    {
        Assert.Equal(one?.Name, other?.Name);
        if (one is null || other is null)
        {
            return;
        }

        Assert.Equal((one.Cursor, one.Lag, one.HeldEntries, one.OnFull, one.MaxLag), (other.Cursor, other.Lag, other.HeldEntries, other.OnFull, other.MaxLag));
        Assert.Equal(one.Topics.Select(topic => topic.Name), other.Topics.Select(topic => topic.Name));
        Assert.Equal(Counts(live, one), Counts(recovered, other));
    }

    private static List<(string Topic, bool Active, RecordId From, RecordId Until, long Subscribed, long Settled, long Dropped, long Lost, long Present)> Counts(
        JournalState state, ConsumerState consumer) =>
        [.. state.Topics.ToArray().Select(consumer.SubscriptionTo).OfType<Subscription>().Select(subscription => (
            subscription.Topic.Name, subscription.Active, subscription.From, subscription.Until,
            subscription.Subscribed, subscription.Settled, subscription.Dropped, subscription.Lost, subscription.Present))];

    private static List<(string Key, string Value, long Written)> Rows(BoundedTable table)
    {
        var rows = new List<(string, string, long)>();
        foreach (var entry in table.Capture())
        {
            rows.Add((Convert.ToHexString(entry.Key), Convert.ToHexString(entry.Value), entry.WrittenTicks));
        }

        return rows;
    }

    private void CheckBalance(JournalState state)
    {
        long dropped = 0;
        foreach (var consumer in state.Consumers)
        {
            long pending = 0;
            foreach (var topic in state.Topics)
            {
                if (consumer.SubscriptionTo(topic) is { } subscription)
                {
                    Assert.Equal(subscription.Present, subscription.Pending);
                    Assert.True(subscription.Active || subscription.Pending == 0, "something is pending of a topic that is not read");
                    Assert.Equal(0, subscription.Lost);
                    pending += subscription.Pending;
                }
            }

            Assert.Equal(pending, consumer.Lag.Records);
            Assert.Equal(pending == 0, consumer.LagBytes == 0);
            dropped += consumer.TotalDropped;
        }

        Dropped = Math.Max(Dropped, dropped);
    }

    /// <summary>A reader of this state has read a part of what one of the other has before it.</summary>
    private void CheckReads(JournalState recovered)
    {
        foreach (var consumer in recovered.Consumers.ToArray())
        {
            var held = consumer.HeldEntries;
            using var handle = recovered.Attach(consumer);
            var entries = ReadAll(handle);
            Assert.Equal(held, entries.Count);
            if (_handles.TryGetValue(consumer.Name, out var live))
            {
                var unread = live.State.UnreadEntries;
                Assert.Equal(entries.TakeLast(unread), ReadAll(live));
            }
        }
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private byte[] Bytes(int max)
    {
        var bytes = new byte[_random.Next(max)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private RecordId RandomRecord() => new(
        State.Epoch, (ulong)Math.Max(0, (long)State.End.Sequence + _random.Next(-60, 20)));

    private void Commit()
    {
        var group = _log.CreateGroup();
        group.SetContext(Bytes(20));
        group.ReceivedUnixNano = _random.NextInt64();
        for (var i = _random.Next(4); i > 0; i--)
        {
            group.BeginEntry(State.OpenTopic(Pick(TopicNames))).Write(Bytes(100));
            group.EndEntry(_random.Next(5));
        }

        var consumers = State.Consumers.ToArray();
        if (consumers.Length > 0 && _random.Next(3) == 0)
        {
            group.MoveCursor(Pick(consumers), RandomRecord());
        }

        for (var i = _random.Next(4); i > 0; i--)
        {
            group.Change(State.OpenTable(Pick(TableNames)), [(byte)_random.Next(30)], Bytes(10), isDelete: _random.Next(4) == 0);
        }

        if (_random.Next(2) == 0)
        {
            group.Add(State.OpenCounter(Pick(CounterNames)), _random.Next(-5, 50));
        }

        _log.Commit(group);
        if (_random.Next(3) > 0)
        {
            State.DropBeyondLimits();
        }
    }

    private void Read()
    {
        if (_handles.Count > 0)
        {
            var handle = Pick(_handles.Values.ToArray());
            for (var i = _random.Next(8); i > 0 && handle.TryRead(_buffer, out _); i--)
            {
                _buffer.Clear();
            }
        }
    }

    private void Open()
    {
        var name = Pick(ConsumerNames);
        Close(name);
        _handles[name] = _log.Open(name, new JournalConsumerOptions
        {
            Topics = [.. TopicNames.Where(_ => _random.Next(3) > 0).Select(State.OpenTopic)],
            StartAt = _random.Next(2) == 0 ? StartAt.Earliest : StartAt.Latest,
            OnFull = _random.Next(2) == 0 ? OnFull.DropOldest : OnFull.Reject,
            MaxLag = _random.Next(2) == 0 ? _random.Next(100, 1500) : null,
            Until = _random.Next(3) == 0 ? RandomRecord() : null,
        });
    }

    private void Close(string name)
    {
        if (_handles.Remove(name, out var handle))
        {
            handle.Dispose();
        }
    }

    private void Remove(string name)
    {
        Close(name);
        if (State.Consumers.ToArray().Any(consumer => consumer.Name == name))
        {
            _log.Remove(name);
        }
    }

    private void Abandon(string name)
    {
        Close(name);
        if (State.Consumers.ToArray().FirstOrDefault(consumer => consumer.Name == name) is { } consumer)
        {
            var group = _log.CreateGroup();
            group.AbandonConsumer(consumer);
            _log.Commit(group);
        }
    }

    private void LimitTable()
    {
        var group = _log.CreateGroup();
        group.LimitTable(State.OpenTable(Pick(TableNames)), _random.Next(1, 40), _random.Next(2) == 0 ? _random.Next(1, 2000) : null);
        _log.Commit(group);
    }

    private void MakeRoom()
    {
        var droppable = _log.Segments.Where(segment => segment.IsHeldByDroppingOnly).ToArray();
        if (droppable.Length > 0)
        {
            State.DropThrough(Pick(droppable));
        }
    }

    /// <summary>Goes on with a state that was brought back. What was let go and not written is not let go then.</summary>
    private void Crash()
    {
        Crashes++;
        _handles.Clear();
        var recovered = _log.Recover();
        State.Groups.Close();
        Assert.Equal(0, recovered.FinishRecovery());
        _log = recovered;
        if (_random.Next(2) == 0)
        {
            _log.TakeSnapshot();
        }
    }

    private List<(string Topic, JournalEntry Entry, string Bytes)> ReadAll(LogConsumer consumer)
    {
        var entries = new List<(string, JournalEntry, string)>();
        while (consumer.TryRead(_buffer, out var entry))
        {
            // A topic is a handle of its state.
            entries.Add((entry.Topic.Name, entry with { Topic = null! }, Convert.ToHexString(_buffer.WrittenSpan)));
            _buffer.Clear();
        }

        return entries;
    }
}
