using Sluice.Buffers;
using Sluice.Journal.Tests.Simulation;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Model;

/// <summary>One random run: every step is done to the journal and to the model, and what can be seen of both must be equal.</summary>
/// <remarks>
/// With <c>pressure</c> the journal is small. Which segment a backlog is dropped from is then the journal's choice: the model learns how much
/// was dropped from the counts and insists that it was the oldest unread entries, whole, and that only a rejecting consumer can cause a refusal.
/// </remarks>
internal sealed class ModelRun : IAsyncDisposable
{
    private const int SegmentSize = 32 << 10;

    private static readonly JournalTableOptions[] Limits = [new() { MaxEntries = 20 }, new() { MaxEntries = 50, Expiry = TimeSpan.FromSeconds(60) }];

    private readonly Random _random;
    private readonly bool _pressure;
    private readonly BufferPool _pool = new(new() { Tracking = true });
    private readonly ManualTimeProvider _clock = new();
    private readonly bool _isOnDisk;
    private readonly JournalOptions _options;
    private readonly SimulatedDisk _disk = new(0);
    private readonly PooledBufferWriter _buffer;
    private readonly ModelConsumer[] _consumers;
    private readonly ModelTable[] _tables;
    private readonly long[] _counts = new long[2];
    private readonly List<ModelEntry> _log = [];
    private IJournal _journal;
    private JournalTopic[] _topics = [];
    private JournalCounter[] _counters = [];
    private ulong _records;
    private int _ownGroups;

    public ModelRun(int seed, bool pressure, bool isOnDisk)
    {
        _random = new Random(seed);
        _pressure = pressure;
        _isOnDisk = isOnDisk;
        _options = new JournalOptions
        {
            MaxSize = !pressure ? 1L << 30 : isOnDisk ? 8 * SegmentSize : 96 << 10,
            MaxGroupSize = 12 << 10,
            MaxWait = TimeSpan.Zero,
            OrphanRetention = TimeSpan.MaxValue,
        };
        _journal = Open();
        _buffer = new PooledBufferWriter(_pool, "model reads");
        _consumers = [.. Enumerable.Range(0, 4).Select(i => new ModelConsumer($"consumer {i}"))];
        _tables = [.. Limits.Select((limit, i) => new ModelTable(_journal.OpenTable($"table {i}", limit), limit))];
        FindNames();
    }

    public int Restarts { get; private set; }

    public int Refused { get; private set; }

    public long Dropped => _consumers.Sum(consumer => consumer.Tallies.Values.Sum(tally => tally.Dropped));

    public async Task StepAsync(int step)
    {
        if (_isOnDisk && _random.Next(200) == 0)
        {
            await RestartAsync();
        }

        var consumer = _consumers[_random.Next(_consumers.Length)];
        switch (_random.Next(100))
        {
            case < 45:
                await CommitAsync();
                break;
            case < 75:
                Read(consumer, _random.Next(1, 6));
                break;
            case < 90:
                await MoveCursorAsync(consumer);
                break;
            case < 94:
                Reopen(consumer);
                break;
            case < 96:
                consumer.Handle?.Dispose();
                consumer.IsOpen = false;
                break;
            default:
                _clock.Advance(TimeSpan.FromSeconds(_random.Next(20)));
                break;
        }

        foreach (var each in _consumers)
        {
            Check(each);
        }

        if (step % 64 == 0)
        {
            CheckState();
        }
    }

    /// <summary>Reads everything to the end, as a last check of contents.</summary>
    public void ReadAll()
    {
        foreach (var consumer in _consumers.Where(consumer => consumer.IsOpen))
        {
            Read(consumer, int.MaxValue);
        }

        CheckState();
    }

    public async ValueTask DisposeAsync()
    {
        _buffer.Dispose();
        await _journal.DisposeAsync();
        _pool.Dispose();
    }

    private IJournal Open()
    {
        if (!_isOnDisk)
        {
            return new MemoryJournal(_options, _pool, _clock);
        }

        var options = new DiskJournalOptions { Limits = _options, Retention = TimeSpan.Zero, TailSize = SegmentSize };
        return DiskJournal.Open(new SimulatedFiles(_disk), options, _pool, _clock, new UnexpectedNotices(), JournalDefects.None, SegmentSize);
    }

    private void FindNames()
    {
        _topics = [.. Enumerable.Range(0, 4).Select(i => _journal.OpenTopic($"topic {i}"))];
        _counters = [_journal.OpenCounter("a"), _journal.OpenCounter("b")];
    }

    /// <summary>Closes the journal and opens it again: all that was committed is there, and consumers are closed until they are opened.</summary>
    private async Task RestartAsync()
    {
        await _journal.DisposeAsync();
        _journal = Open();
        Restarts++;
        FindNames();
        for (var i = 0; i < _tables.Length; i++)
        {
            _tables[i].Real = _journal.OpenTable($"table {i}", Limits[i]);
        }

        _records = 0;
        foreach (var consumer in _consumers)
        {
            consumer.Handle = null;
            consumer.IsOpen = false;
            foreach (var item in consumer.Items)
            {
                item.Read = item.Released;
            }
        }

        CheckState();
    }

    private async Task CommitAsync()
    {
        var group = _journal.CreateGroup();
        var context = Bytes(40);
        group.SetContext(context);
        group.ReceivedUnixNano = _random.NextInt64(1, long.MaxValue);
        var entries = new List<ModelEntry>();
        var next = _journal.DurableEnd;
        for (var i = _random.Next(4); i > 0; i--)
        {
            var entry = new ModelEntry(_random.Next(_topics.Length), next, _random.Next(5), group.ReceivedUnixNano, context, Bytes(1500));
            group.BeginEntry(_topics[entry.Topic]).Write(entry.Bytes);
            group.EndEntry(entry.Count);
            next = entry.End;
            if (entry.Count > 0)
            {
                entries.Add(entry);
            }
        }

        var kind = _random.Next(4) == 0 ? CommitKind.Internal : CommitKind.Intake;
        var cursors = new List<(ModelConsumer Consumer, RecordId Cursor)>();
        if (_random.Next(4) == 0 && _consumers[_random.Next(_consumers.Length)] is { Handle: { } handle } mover)
        {
            var cursor = RandomCursor(mover);
            group.SetCursor(handle, cursor);
            cursors.Add((mover, cursor));
        }

        var changes = new List<Action>();
        if (_random.Next(2) == 0)
        {
            Change(group, changes);
        }

        var end = _journal.DurableEnd;
        var result = await _journal.CommitAsync(group, kind);
        if (!result.Committed)
        {
            Refused++;
            Assert.Equal(CommitStatus.Full, result.Status);
            Assert.True(MayRefuse(entries, kind), result.Reason);
            Assert.Equal(end, _journal.DurableEnd);
            Learn();
            return;
        }

        Assert.False(kind == CommitKind.Intake && IsAtLimit(entries), "a consumer at its limit did not refuse");
        Assert.Equal(end, result.FirstRecord);
        _records += (ulong)entries.Sum(entry => entry.Count);
        _ownGroups += kind == CommitKind.Internal && entries.Count > 0 ? 1 : 0;
        Learn();
        foreach (var (consumer, cursor) in cursors)
        {
            consumer.MoveCursor(cursor < end ? cursor : end);
        }

        changes.ForEach(change => change());
        _log.AddRange(entries);
        foreach (var consumer in _consumers)
        {
            var own = entries.FindAll(entry => consumer.Reads(entry.Topic));
            own.ForEach(consumer.Append);
            while (own.Count > 0
                && consumer.Options is { OnFull: OnFull.DropOldest, MaxLag: { } limit }
                && consumer.LagBytes > limit
                && consumer.NextUnread is not null)
            {
                consumer.LetOldestGo();
            }
        }
    }

    private void Change(JournalGroup group, List<Action> changes)
    {
        var table = _tables[_random.Next(_tables.Length)];
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            var key = _random.Next(100);
            var value = Bytes(30);
            if (_random.Next(4) == 0)
            {
                group.Delete(table.Real, BitConverter.GetBytes(key));
                changes.Add(() => table.Delete(key));
            }
            else
            {
                group.Put(table.Real, BitConverter.GetBytes(key), value);
                changes.Add(() => table.Put(key, value, _clock.GetUtcNow()));
            }
        }

        var counter = _random.Next(_counters.Length);
        var delta = _random.Next(-10, 100);
        group.Add(_counters[counter], delta);
        changes.Add(() => _counts[counter] += delta);
    }

    private bool IsAtLimit(List<ModelEntry> entries) => _consumers.Any(consumer =>
        consumer.Options is { OnFull: OnFull.Reject, MaxLag: { } limit }
        && consumer.LagBytes > 0
        && entries.Any(entry => consumer.Reads(entry.Topic))
        && consumer.LagBytes + entries.Where(entry => consumer.Reads(entry.Topic)).Sum(entry => entry.Size) > limit);

    private bool MayRefuse(List<ModelEntry> entries, CommitKind kind) =>
        (kind == CommitKind.Intake && IsAtLimit(entries))
        || (_pressure && (_isOnDisk || entries.Count > 0) && _consumers.Any(consumer => consumer.Options.OnFull == OnFull.Reject && consumer.Items.Count > 0));

    /// <summary>Takes over what was dropped for space before the last group was appended.</summary>
    private void Learn(ModelConsumer? except = null)
    {
        foreach (var consumer in _consumers.Where(consumer => _pressure && consumer != except && consumer is { Options.OnFull: OnFull.DropOldest, Handle: not null }))
        {
            while (consumer.Topics.Any(topic => consumer.Handle!.DroppedRecords(_topics[topic]) > consumer.TallyOf(topic).Dropped))
            {
                consumer.LetOldestGo();
            }
        }
    }

    private void Read(ModelConsumer consumer, int times)
    {
        while (consumer is { IsOpen: true, Handle: { } handle } && times-- > 0)
        {
            _buffer.Clear();
            var expected = consumer.NextUnread;
            Assert.Equal(expected is null ? -1 : expected.Entry.Context.Length + expected.Entry.Bytes.Length, handle.PeekLength());
            Assert.Equal(expected is not null, handle.TryRead(_buffer, out var entry));
            if (expected is null)
            {
                return;
            }

            Verify(entry, expected.Entry);
            Assert.Equal(expected.Entry.Count - consumer.Remaining(expected.Entry), entry.SettledRecords);
            expected.Read = true;
        }
    }

    private void Verify(in JournalEntry entry, ModelEntry expected)
    {
        Assert.Equal((_topics[expected.Topic], expected.First, expected.Count), (entry.Topic, entry.FirstRecord, entry.RecordCount));
        Assert.Equal(expected.Received, entry.ReceivedUnixNano);
        Assert.True(_buffer.WrittenSpan[..entry.ContextLength].SequenceEqual(expected.Context));
        Assert.True(_buffer.WrittenSpan[entry.ContextLength..].SequenceEqual(expected.Bytes));
    }

    private async Task MoveCursorAsync(ModelConsumer consumer)
    {
        if (consumer.Handle is { } handle)
        {
            var cursor = RandomCursor(consumer);
            var group = _journal.CreateGroup();
            group.SetCursor(handle, cursor);
            Assert.True((await _journal.CommitAsync(group, CommitKind.Internal)).Committed);
            Learn();
            consumer.MoveCursor(cursor < _journal.DurableEnd ? cursor : _journal.DurableEnd);
        }
    }

    private RecordId RandomCursor(ModelConsumer consumer)
    {
        var read = consumer.Items.Where(item => item.Read).ToList();
        return _random.Next(20) switch
        {
            0 => _journal.DurableEnd.Plus(_random.Next(10)),
            1 => new RecordId(_journal.Epoch, (ulong)_random.NextInt64((long)_records + 1)),
            2 => default,
            _ when read.Count > 0 => read[_random.Next(read.Count)] is var item ? item.Entry.First.Plus(_random.Next(item.Entry.Count + 1)) : default,
            _ => consumer.Cursor,
        };
    }

    private void Reopen(ModelConsumer consumer)
    {
        consumer.Handle?.Dispose();
        var onFull = _random.Next(2) == 0 ? OnFull.DropOldest : OnFull.Reject;
        List<int> topics = [.. Enumerable.Range(0, _topics.Length).Where(_ => _random.Next(3) > 0)];
        var options = new JournalConsumerOptions
        {
            Topics = [.. topics.Select(topic => _topics[topic])],
            StartAt = _random.Next(3) == 0 ? StartAt.Earliest : StartAt.Latest,
            OnFull = onFull,

            // Drops for space and for lag in one commit could not be told apart.
            MaxLag = _random.Next(2) == 0 && !(_pressure && onFull == OnFull.DropOldest) ? _random.Next(5_000, 30_000) : null,
        };
        var added = topics.Except(consumer.Topics).ToHashSet();
        var isFirst = !consumer.WasOpened;
        var handle = _journal.OpenConsumer(consumer.Name, options);
        Learn(except: consumer);
        consumer.Handle = handle;
        consumer.IsOpen = true;
        consumer.WasOpened = true;
        foreach (var item in consumer.Items.ToList())
        {
            var topic = item.Entry.Topic;
            if (!topics.Contains(topic))
            {
                consumer.TallyOf(topic).Dropped += consumer.Remaining(item.Entry);
                consumer.Items.Remove(item);
            }
            else if (handle.DroppedRecords(_topics[topic]) > consumer.TallyOf(topic).Dropped)
            {
                Assert.True((item.Read && (item.Released || _pressure)) || (_isOnDisk && _pressure), "an entry that was still in the log was dropped on opening");
                consumer.Drop(item);
            }
        }

        Assert.True(handle.Cursor >= consumer.Cursor, "the cursor moved back");
        Assert.True(consumer.Items.Count == 0 || handle.Cursor < consumer.Items[0].Entry.End, "the cursor passed what is pending");
        consumer.Cursor = handle.Cursor;
        consumer.Options = options;
        consumer.Topics = topics;
        foreach (var topic in topics)
        {
            consumer.TallyOf(topic);
        }

        foreach (var item in consumer.Items)
        {
            item.Read = false;
            item.Released = false;
        }

        if (options.StartAt == StartAt.Earliest && added.Count > 0)
        {
            ReadBacklog(consumer, added, isFirst);
        }
    }

    /// <summary>What the log still holds of a topic nobody can say but the journal: at least what others have pending of it.</summary>
    private void ReadBacklog(ModelConsumer consumer, HashSet<int> added, bool isFirst)
    {
        var known = consumer.Items.Select(item => item.Entry).ToHashSet();
        var items = new List<ModelConsumer.Item>();
        _buffer.Clear();
        while (consumer.Handle!.TryRead(_buffer, out var entry))
        {
            var topic = Array.IndexOf(_topics, entry.Topic);
            var expected = _log[_log.BinarySearch(new ModelEntry(topic, entry.FirstRecord, 0, 0, [], []), ByFirst)];
            Verify(entry, expected);
            Assert.True(added.Contains(topic) ? entry.FirstRecord >= consumer.Cursor : known.Contains(expected));
            Assert.True(items.Count == 0 || items[^1].Entry.End <= entry.FirstRecord);
            items.Add(new ModelConsumer.Item(expected) { Read = true });
            if (added.Contains(topic))
            {
                consumer.TallyOf(topic).Subscribed += entry.RecordCount;
            }

            _buffer.Clear();
        }

        // What was dropped for space of a consumer that was not opened since a restart is not known yet.
        var held = _consumers.Where(other => other != consumer && (other.Handle is not null || !_pressure || other.Options.OnFull == OnFull.Reject))
            .SelectMany(other => other.Items.Where(item => !item.Read))
            .Select(item => item.Entry)
            .Where(entry => added.Contains(entry.Topic) && (isFirst || entry.First >= consumer.Cursor));
        Assert.Empty(known.Concat(held).Except(items.Select(item => item.Entry)));
        consumer.Items.Clear();
        consumer.Items.AddRange(items);
    }

    private static readonly Comparer<ModelEntry> ByFirst = Comparer<ModelEntry>.Create((a, b) => a.First.CompareTo(b.First));

    private void Check(ModelConsumer consumer)
    {
        if (consumer.Handle is not { } handle)
        {
            return;
        }

        foreach (var (topic, tally) in consumer.Tallies)
        {
            Assert.Equal(
                (tally.Subscribed, tally.Settled, tally.Dropped),
                (handle.SubscribedRecords(_topics[topic]), handle.SettledRecords(_topics[topic]), handle.DroppedRecords(_topics[topic])));
            var pending = consumer.Items.Where(item => item.Entry.Topic == topic).Sum(item => consumer.Remaining(item.Entry));
            Assert.Equal(pending, handle.PendingRecords(_topics[topic]));
            Assert.Equal(tally.Subscribed, tally.Settled + tally.Dropped + pending);
        }

        Assert.Equal(consumer.Cursor, handle.Cursor);
        var oldest = consumer.Items.Count == 0 ? 0 : consumer.Items[0].Entry.Received;
        Assert.Equal(new JournalLag(consumer.LagBytes, consumer.Items.Sum(item => consumer.Remaining(item.Entry)), oldest), handle.Lag);
    }

    private void CheckState()
    {
        Assert.Equal(_records, _journal.DurableEnd.Sequence);
        foreach (var table in _tables)
        {
            table.Check(_clock.GetUtcNow());
        }

        Assert.Equal(_counts, _counters.Select(counter => counter.Value));
        var status = _journal.GetStatus();

        // Not refused for space are openings, which begin a segment and keep one in reserve, and the journal's own groups, each of which may
        // keep a segment with its entries.
        var beyond = _isOnDisk ? ((2 * (Restarts + 1)) + _ownGroups) * (long)SegmentSize : 0;
        Assert.InRange(status.Bytes, 0, status.MaxBytes + beyond);
        if (_consumers.All(consumer => consumer.Items.Count == 0))
        {
            Assert.InRange(status.Bytes, 0, 1 << 20);
        }
    }

    private byte[] Bytes(int max)
    {
        var bytes = new byte[_random.Next(max)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Nothing goes wrong in a run, so that there is nothing to say.</summary>
    private sealed class UnexpectedNotices : IJournalObserver
    {
        public void OnNotice(JournalNoticeLevel level, string message) => Assert.Fail($"{level}: {message}");

        public void OnFlush(int groups, long bytes, TimeSpan duration)
        {
        }
    }
}
