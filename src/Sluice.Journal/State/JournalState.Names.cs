namespace Sluice.Journal;

/// <content>The names: topics, tables, counters and consumers, each found by name and by ordinal. The arrays are replaced, never changed, so
/// that they can be read without the gate.</content>
internal sealed partial class JournalState
{
    private readonly Dictionary<string, JournalTopic> _topicsByName = [];
    private readonly Dictionary<string, BoundedTable> _tablesByName = [];
    private readonly Dictionary<string, JournalCounter> _countersByName = [];
    private readonly Dictionary<string, ConsumerState> _consumersByName = [];
    private JournalTopic[] _topics = [];
    private BoundedTable[] _tables = [];
    private JournalCounter[] _counters = [];

    /// <summary>By ordinal; those removed leave a gap for ever, since groups in the log may name them.</summary>
    private ConsumerState?[] _consumersByOrdinal = [];
    private ConsumerState[] _consumers = [];

    /// <summary>The consumers of each topic, by its ordinal.</summary>
    private ConsumerState[][] _readers = [];

    /// <summary>Bytes of entries of each topic that were admitted and not applied yet.</summary>
    private long[] _admitted = [];

    public ReadOnlySpan<JournalTopic> Topics => Volatile.Read(ref _topics);

    public ReadOnlySpan<BoundedTable> Tables => Volatile.Read(ref _tables);

    public ReadOnlySpan<JournalCounter> Counters => Volatile.Read(ref _counters);

    /// <summary>The consumers there are.</summary>
    public ReadOnlySpan<ConsumerState> Consumers => Volatile.Read(ref _consumers);

    /// <summary>The consumers by ordinal; null where one was removed.</summary>
    public ReadOnlySpan<ConsumerState?> ConsumersByOrdinal => Volatile.Read(ref _consumersByOrdinal);

    /// <summary>All names there are: after a recovery they are all defined.</summary>
    public DefinedNames Names => new()
    {
        Topics = Topics.Length,
        Tables = Tables.Length,
        Counters = Counters.Length,
        Consumers = ConsumersByOrdinal.Length,
    };

    public JournalTopic OpenTopic(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (Gate)
        {
            if (!_topicsByName.TryGetValue(name, out var topic))
            {
                topic = new JournalTopic(name, _topics.Length);
                _topicsByName.Add(name, topic);
                _readers = [.. _readers, []];
                _admitted = [.. _admitted, 0];
                Volatile.Write(ref _topics, [.. _topics, topic]);
            }

            return topic;
        }
    }

    /// <summary>Finds or makes a table; a new one has no limits until a group with <see cref="TableLimit"/> is applied.</summary>
    public BoundedTable OpenTable(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (Gate)
        {
            if (!_tablesByName.TryGetValue(name, out var table))
            {
                table = new BoundedTable(name, _tables.Length, this, _time);
                _tablesByName.Add(name, table);
                Volatile.Write(ref _tables, [.. _tables, table]);
            }

            return table;
        }
    }

    public JournalCounter OpenCounter(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (Gate)
        {
            if (!_countersByName.TryGetValue(name, out var counter))
            {
                counter = new JournalCounter(name, _counters.Length);
                _countersByName.Add(name, counter);
                Volatile.Write(ref _counters, [.. _counters, counter]);
            }

            return counter;
        }
    }

    public JournalTopic TopicAt(int ordinal) => _topics[ordinal];

    public void ThrowIfForeign(JournalTopic topic)
    {
        var topics = Topics;
        if (topic.Ordinal >= topics.Length || topics[topic.Ordinal] != topic)
        {
            throw new ArgumentException($"Topic '{topic.Name}' belongs to another journal.", nameof(topic));
        }
    }

    public void ThrowIfForeign(JournalCounter counter)
    {
        var counters = Counters;
        if (counter.Ordinal >= counters.Length || counters[counter.Ordinal] != counter)
        {
            throw new ArgumentException($"Counter '{counter.Name}' belongs to another journal.", nameof(counter));
        }
    }

    private ConsumerState AddConsumer(string name)
    {
        var consumer = new ConsumerState(name, _consumersByOrdinal.Length);
        _consumersByName.Add(name, consumer);
        Volatile.Write(ref _consumersByOrdinal, [.. _consumersByOrdinal, consumer]);
        Volatile.Write(ref _consumers, [.. _consumers, consumer]);
        return consumer;
    }

    internal void Forget(ConsumerState consumer)
    {
        _suspects.Remove(consumer);
        _releases.RemoveAll(release => release.Consumer == consumer);
        if (_consumersByName.GetValueOrDefault(consumer.Name) == consumer)
        {
            _consumersByName.Remove(consumer.Name);
            ConsumerState?[] byOrdinal = [.. _consumersByOrdinal];
            byOrdinal[consumer.Ordinal] = null;
            Volatile.Write(ref _consumersByOrdinal, byOrdinal);
            Volatile.Write(ref _consumers, [.. _consumers.Where(other => other != consumer)]);
        }
    }
}
