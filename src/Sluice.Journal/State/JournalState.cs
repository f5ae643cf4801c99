using System.Buffers.Binary;
using System.Security.Cryptography;
using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// What every kind of journal keeps in memory: the names, the order of records, tables, counters, and the account of every consumer.
/// A journal stores a group's bytes and then applies it here, when it is durable; what is applied is what is visible.
/// </summary>
/// <remarks>
/// <para><see cref="Gate"/> guards everything. What must hold whenever it is free:</para>
/// <list type="bullet">
/// <item>Groups are applied one after the other, each wholly; record ids are dense in that order.</item>
/// <item>For each consumer and topic: subscribed = settled + dropped + pending, and pending is the sum over its unsettled entries.</item>
/// <item>A segment's needs are exactly its unsettled entries, once per consumer that reads them.</item>
/// <item>No continuation of a caller runs while it is held.</item>
/// </list>
/// </remarks>
internal sealed class JournalState
{
    private readonly TimeProvider _time;
    private readonly List<JournalTopic> _topics = [];
    private readonly List<ConsumerState[]> _readers = [];
    private readonly Dictionary<string, JournalTopic> _topicsByName = [];
    private readonly Dictionary<string, BoundedTable> _tables = [];
    private readonly Dictionary<string, JournalCounter> _counters = [];
    private readonly Dictionary<string, ConsumerState> _consumers = [];
    private readonly List<ReadSignal> _toWake = [];
    private readonly TimeSpan _orphanRetention;
    private JournalTopic[] _topicArray = [];
    private JournalCounter[] _counterArray = [];
    private ulong _nextSequence;

    public JournalState(BufferPool pool, TimeProvider time, TimeSpan orphanRetention, ulong previousEpoch = 0)
    {
        _time = time;
        _orphanRetention = orphanRetention;
        Epoch = NewEpoch(time, previousEpoch);
        Groups = new LogGroupPool(this, pool);
    }

    public Lock Gate { get; } = new();

    public ulong Epoch { get; }

    public LogGroupPool Groups { get; }

    public bool IsClosed { get; private set; }

    public long GroupCount { get; private set; }

    /// <summary>The position behind the last visible record. Safe without the gate.</summary>
    public RecordId End => new(Epoch, Volatile.Read(ref _nextSequence));

    public Dictionary<string, ConsumerState>.ValueCollection Consumers => _consumers.Values;

    public JournalTopic OpenTopic(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (Gate)
        {
            if (!_topicsByName.TryGetValue(name, out var topic))
            {
                topic = new JournalTopic(name, _topics.Count);
                _topics.Add(topic);
                _readers.Add([]);
                _topicsByName.Add(name, topic);
                Volatile.Write(ref _topicArray, [.. _topics]);
            }

            return topic;
        }
    }

    public JournalTable OpenTable(string name, JournalTableOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        lock (Gate)
        {
            if (!_tables.TryGetValue(name, out var table))
            {
                table = new BoundedTable(name, this, _time);
                table.Limit(options);
                _tables.Add(name, table);
            }
            else
            {
                table.Limit(options);
            }

            return table;
        }
    }

    public JournalCounter OpenCounter(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (Gate)
        {
            if (!_counters.TryGetValue(name, out var counter))
            {
                counter = new JournalCounter(name, _counters.Count);
                _counters.Add(name, counter);
                Volatile.Write(ref _counterArray, [.. _counterArray, counter]);
            }

            return counter;
        }
    }

    /// <summary>Opens a consumer over a log that begins with <paramref name="head"/>; under the gate.</summary>
    public LogConsumer OpenConsumer(string name, JournalConsumerOptions options, LogSegment? head)
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

        if (!_consumers.TryGetValue(name, out var consumer))
        {
            consumer = new ConsumerState(name);
            _consumers.Add(name, consumer);
        }
        else if (consumer.IsOpen)
        {
            throw new InvalidOperationException($"Consumer '{name}' is open already: a name can be open once at a time.");
        }

        consumer.Open(options, head, End, new ReadSignal(this));
        IndexReaders();
        return new LogConsumer(this, consumer);
    }

    public void CloseConsumer(ConsumerState consumer) => consumer.Close(_time.GetTimestamp());

    /// <summary>Forgets a consumer that is not open.</summary>
    public void RemoveConsumer(string name, LogSegment? head)
    {
        if (_consumers.TryGetValue(name, out var consumer))
        {
            if (consumer.IsOpen)
            {
                throw new InvalidOperationException($"Consumer '{name}' is open: close it first.");
            }

            consumer.Abandon(head, End);
            _consumers.Remove(name);
            IndexReaders();
        }
    }

    /// <summary>Gives up the backlog of consumers that have been closed for longer than the journal keeps orphans.</summary>
    public void AbandonOrphans(LogSegment? head)
    {
        foreach (var consumer in _consumers.Values)
        {
            if (!consumer.IsOpen && consumer.Topics.Count > 0 && _time.GetElapsedTime(consumer.ClosedAt) >= _orphanRetention)
            {
                consumer.Abandon(head, End);
                IndexReaders();
            }
        }
    }

    /// <summary>Whether anybody reads any of the group's entries: only then need its bytes be kept.</summary>
    public bool HasReaders(LogGroup group)
    {
        foreach (var entry in group.Entries)
        {
            if (_readers[entry.Topic].Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The rejecting consumer whose limit the group would break, or null. One that has nothing pending takes any group, so that a small
    /// limit delays large groups and never bars them.
    /// </summary>
    public ConsumerState? FindAtLimit(LogGroup group)
    {
        foreach (var consumer in _consumers.Values)
        {
            if (consumer is { OnFull: OnFull.Reject, MaxLag: { } maxLag, LagBytes: > 0 })
            {
                long added = 0;
                foreach (var entry in group.Entries)
                {
                    added += consumer.Reads(entry.Topic) ? entry.Size : 0;
                }

                if (added > 0 && consumer.LagBytes + added > maxLag)
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
        foreach (var consumer in _consumers.Values)
        {
            if (consumer.OnFull == OnFull.Reject && consumer.LagBytes > (most?.LagBytes ?? 0))
            {
                most = consumer;
            }
        }

        return most;
    }

    /// <summary>Drops backlog of consumers that permit it, oldest first, until none of them needs <paramref name="segment"/>.</summary>
    public void DropThrough(LogSegment segment)
    {
        // Segments of a chain hold ascending ids, so that order of segments is order of first records.
        var last = segment.EntryAt(LogFormat.GroupHeaderSize).FirstRecord;
        foreach (var consumer in _consumers.Values)
        {
            while (consumer is { OnFull: OnFull.DropOldest, HeldEntries: > 0 }
                && consumer.FloorSegment.EntryAt(LogFormat.GroupHeaderSize).FirstRecord <= last)
            {
                consumer.LetOldestGo();
            }
        }
    }

    /// <summary>
    /// Makes a group visible: entries, cursors, table changes and counters. Its bytes, if anybody reads them, are at
    /// <paramref name="offset"/> of <paramref name="segment"/>, written with <see cref="End"/> as their first sequence.
    /// </summary>
    public RecordId Apply(LogGroup group, LogSegment? segment, int offset)
    {
        var first = End;

        // Before its own entries are accounted: a group cannot settle what it appends.
        foreach (var move in group.Cursors)
        {
            move.Consumer.MoveCursor(move.Cursor < first ? move.Cursor : first);
        }

        foreach (var change in group.TableChanges)
        {
            if (change.IsDelete)
            {
                change.Table.Remove(group.KeyOf(change));
            }
            else
            {
                change.Table.Put(group.KeyOf(change), group.ValueOf(change));
            }
        }

        foreach (var delta in group.Deltas)
        {
            delta.Counter.Apply(delta.Delta);
        }

        if (segment is not null)
        {
            Append(group, segment, offset);
        }

        GroupCount++;
        Volatile.Write(ref _nextSequence, _nextSequence + (ulong)group.RecordCount);
        foreach (var signal in _toWake)
        {
            signal.Set(true);
        }

        _toWake.Clear();
        return first;
    }

    /// <summary>Refuses everything from now on and wakes every reader for the last time; under the gate.</summary>
    public void Close()
    {
        IsClosed = true;
        foreach (var consumer in _consumers.Values)
        {
            consumer.LeaveLog();
        }
    }

    public IReadOnlyList<JournalConsumerStatus> ConsumerStatus()
    {
        var status = new List<JournalConsumerStatus>(_consumers.Count);
        foreach (var consumer in _consumers.Values)
        {
            status.Add(new JournalConsumerStatus(consumer.Name, consumer.Cursor, consumer.Lag, consumer.TotalDropped, consumer.IsOpen));
        }

        return status;
    }

    public void ThrowIfForeign(JournalTopic topic)
    {
        var topics = Volatile.Read(ref _topicArray);
        if (topic.Ordinal >= topics.Length || topics[topic.Ordinal] != topic)
        {
            throw new ArgumentException($"Topic '{topic.Name}' belongs to another journal.", nameof(topic));
        }
    }

    public void ThrowIfForeign(JournalCounter counter)
    {
        var counters = Volatile.Read(ref _counterArray);
        if (counter.Ordinal >= counters.Length || counters[counter.Ordinal] != counter)
        {
            throw new ArgumentException($"Counter '{counter.Name}' belongs to another journal.", nameof(counter));
        }
    }

    public JournalTopic TopicAt(int ordinal) => _topics[ordinal];

    /// <summary>The second of the opening above 32 random bits, and above every epoch before it even if the clock was set back.</summary>
    private static ulong NewEpoch(TimeProvider time, ulong previous)
    {
        Span<byte> random = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(random);
        var second = (ulong)Math.Clamp(time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue);
        var epoch = (second << 32) | BinaryPrimitives.ReadUInt32LittleEndian(random);
        return epoch > previous ? epoch : previous + 1;
    }

    private void Append(LogGroup group, LogSegment segment, int offset)
    {
        foreach (var part in group.Entries)
        {
            var readers = _readers[part.Topic];
            if (readers.Length == 0)
            {
                continue;
            }

            var position = new LogPosition(segment, offset + part.Offset);
            var entry = position.Entry;
            foreach (var reader in readers)
            {
                if (reader.Append(entry, position) && reader.Signal is { } signal)
                {
                    _toWake.Add(signal);
                }
            }
        }

        foreach (var part in group.Entries)
        {
            foreach (var reader in _readers[part.Topic])
            {
                while (reader is { OnFull: OnFull.DropOldest, UnreadEntries: > 0 } && reader.LagBytes > reader.MaxLag)
                {
                    reader.LetOldestGo();
                }
            }
        }
    }

    private void IndexReaders()
    {
        for (var i = 0; i < _readers.Count; i++)
        {
            var topic = i;
            _readers[i] = [.. _consumers.Values.Where(consumer => consumer.Reads(topic))];
        }
    }
}
