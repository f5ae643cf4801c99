using System.Text;
using Sluice.Buffers;
using Sluice.Testing;

namespace Sluice.Journal.Tests;

/// <summary>A journal in memory over a tracking pool and a clock that stands still. Disposing it fails the test if a buffer leaked.</summary>
internal sealed class JournalFixture : IAsyncDisposable
{
    private readonly List<IDisposable> _owned = [];

    public JournalFixture(JournalOptions? options = null, bool tracking = true)
    {
        Pool = new BufferPool(new() { Tracking = tracking });
        Journal = new MemoryJournal(options ?? Small, Pool, Clock);
        Topic = Journal.OpenTopic("logs");
        Other = Journal.OpenTopic("traces");
        Buffer = new PooledBufferWriter(Pool, "test reads");
        _owned.Add(Buffer);
    }

    /// <summary>64 KiB in segments of 4 KiB: 15 of them for intake, the last one in reserve.</summary>
    public static JournalOptions Small { get; } = new() { MaxSize = 64 << 10, MaxGroupSize = 16 << 10 };

    public BufferPool Pool { get; }

    public ManualTimeProvider Clock { get; } = new();

    public MemoryJournal Journal { get; }

    public JournalTopic Topic { get; }

    public JournalTopic Other { get; }

    /// <summary>Holds the last entry read: context and bytes.</summary>
    public PooledBufferWriter Buffer { get; }

    public string ReadText => Encoding.UTF8.GetString(Buffer.WrittenSpan);

    public IJournalConsumer Open(string name, params JournalTopic[] topics) => Open(name, new JournalConsumerOptions { Topics = topics });

    public IJournalConsumer Open(string name, JournalConsumerOptions options)
    {
        var consumer = Journal.OpenConsumer(name, options);
        _owned.Add(consumer);
        return consumer;
    }

    public ValueTask<CommitResult> AppendAsync(JournalTopic topic, string text, int records = 1, CommitKind kind = CommitKind.Intake) =>
        AppendAsync(topic, Encoding.UTF8.GetBytes(text), records, kind);

    public ValueTask<CommitResult> AppendAsync(JournalTopic topic, byte[] bytes, int records = 1, CommitKind kind = CommitKind.Intake)
    {
        var group = Journal.CreateGroup();
        group.ReceivedUnixNano = NowUnixNano;
        group.BeginEntry(topic).Write(bytes);
        group.EndEntry(records);
        return Journal.CommitAsync(group, kind);
    }

    public long NowUnixNano => (Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    public ValueTask<CommitResult> SettleAsync(IJournalConsumer consumer, RecordId cursor)
    {
        var group = Journal.CreateGroup();
        group.SetCursor(consumer, cursor);
        return Journal.CommitAsync(group, CommitKind.Internal);
    }

    public bool TryRead(IJournalConsumer consumer, out JournalEntry entry)
    {
        Buffer.Clear();
        return consumer.TryRead(Buffer, out entry);
    }

    public JournalEntry Read(IJournalConsumer consumer)
    {
        Assert.True(TryRead(consumer, out var entry), "there was nothing to read");
        return entry;
    }

    /// <summary>Appends entries of a kibibyte until one is not taken at once.</summary>
    /// <returns>How many were taken, and the one that was not.</returns>
    public async Task<(int Taken, ValueTask<CommitResult> Last)> FillAsync(JournalTopic topic, CommitKind kind = CommitKind.Intake)
    {
        var bytes = new byte[1024];
        for (var taken = 0; ; taken++)
        {
            var commit = AppendAsync(topic, bytes, 1, kind);
            if (!commit.IsCompleted)
            {
                return (taken, commit);
            }

            var result = await commit;
            if (!result.Committed)
            {
                return (taken, new ValueTask<CommitResult>(result));
            }
        }
    }

    public static void AssertBalanced(IJournalConsumer consumer)
    {
        long pending = 0;
        foreach (var topic in consumer.Topics)
        {
            Assert.Equal(
                consumer.SubscribedRecords(topic),
                consumer.SettledRecords(topic) + consumer.DroppedRecords(topic) + consumer.LostRecords(topic) + consumer.PendingRecords(topic));
            pending += consumer.PendingRecords(topic);
        }

        Assert.Equal(pending, consumer.Lag.Records);
        Assert.Equal(pending == 0, consumer.Lag.Bytes == 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var openings in _owned.OfType<IJournalConsumer>().GroupBy(consumer => consumer.Name))
        {
            AssertBalanced(openings.Last());
        }

        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        await Journal.DisposeAsync();
        Pool.Dispose();
    }
}
