using Sluice.Buffers;
using Sluice.Testing;

namespace Sluice.Journal.Tests.PowerCut;

/// <summary>One opening of the journal, with everything that the workload uses of it.</summary>
internal sealed class Opening : IAsyncDisposable
{
    /// <summary>Reads every topic and rejects: nothing that it has not settled may be missing.</summary>
    public const string Audit = "audit";

    public static readonly string[] TopicNames = ["a", "b", "c"];
    public static readonly string[] ConsumerNames = [Audit, "rejecting", "dropping"];
    public static readonly JournalTableOptions SmallTable = new() { MaxEntries = 16 };

    private readonly BufferPool _pool;

    public Opening(IJournal journal, BufferPool pool)
    {
        _pool = pool;
        Journal = journal;
        Buffer = new PooledBufferWriter(pool, "test reads");
    }

    public IJournal Journal { get; }

    public PooledBufferWriter Buffer { get; }

    public JournalTopic[] Topics { get; private set; } = [];

    public JournalTable Marks { get; private set; } = null!;

    public JournalTable Small { get; private set; } = null!;

    public JournalCounter[] Counters { get; private set; } = [];

    public List<ConsumerReading> Consumers { get; } = [];

    public ConsumerReading AuditReading => Consumers[0];

    public void OpenNames()
    {
        Topics = [.. TopicNames.Select(Journal.OpenTopic)];
        Marks = Journal.OpenTable("marks", new JournalTableOptions());
        Small = Journal.OpenTable("small", SmallTable);
        Counters = [Journal.OpenCounter("first"), Journal.OpenCounter("second")];
    }

    /// <summary>Opens the consumers; each that opens while the disk is alive exists from then on.</summary>
    public void OpenConsumers(History history, Func<bool> isOff)
    {
        foreach (var name in ConsumerNames)
        {
            var end = Journal.DurableEnd;
            var consumer = Journal.OpenConsumer(name, OptionsOf(name));
            Consumers.Add(new ConsumerReading(consumer, OptionsOf(name).OnFull));
            if (!isOff())
            {
                history.Subscribed.TryAdd(name, end);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Consumers.ForEach(consumer => consumer.Consumer.Dispose());
        Buffer.Dispose();

        // As long as a test waits for anything: a journal that never ends is a failure, not a hanging test.
        await Journal.DisposeAsync().AsTask().WaitAsync(Eventually.DefaultDeadline);
        _pool.Dispose();
    }

    private JournalConsumerOptions OptionsOf(string name) => name switch
    {
        Audit => new() { Topics = Topics },
        "rejecting" => new() { Topics = [Topics[0], Topics[1]], MaxLag = 200_000 },
        _ => new() { Topics = [Topics[1], Topics[2]], MaxLag = 20_000, OnFull = OnFull.DropOldest },
    };
}
