using Sluice.Buffers;

namespace Sluice.Journal.Benchmarks;

/// <summary>A journal to be measured, with one topic, and with a consumer that settles what is written, so that segments recycle as in life.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private readonly IJournalConsumer? _settler;

    private Subject(IJournal journal, BufferPool pool, FlushCounter flushes, bool settles)
    {
        Journal = journal;
        Pool = pool;
        Flushes = flushes;
        Topic = journal.OpenTopic("logs");
        _settler = settles ? OpenConsumer("settler") : null;
    }

    public IJournal Journal { get; }

    public JournalTopic Topic { get; }

    public BufferPool Pool { get; }

    public FlushCounter Flushes { get; }

    /// <summary>Whether there is a consumer whose cursor <see cref="SettleAsync"/> moves.</summary>
    public bool Settles => _settler is not null;

    public static Subject Open(string directory, long maxSize, SyncMode sync, bool settles)
    {
        var pool = new BufferPool();
        var flushes = new FlushCounter();
        var options = new DiskJournalOptions { Limits = new JournalOptions { MaxSize = maxSize }, Sync = sync };
        return new Subject(DiskJournal.Open(directory, options, pool, TimeProvider.System, flushes), pool, flushes, settles);
    }

    public IJournalConsumer OpenConsumer(string name) =>
        Journal.OpenConsumer(name, new JournalConsumerOptions { Topics = [Topic], StartAt = StartAt.Earliest });

    /// <summary>Commits a group of one entry.</summary>
    public ValueTask<CommitResult> WriteAsync(ReadOnlySpan<byte> payload)
    {
        var group = Journal.CreateGroup();
        group.ReceivedUnixNano = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        group.BeginEntry(Topic).Write(payload);
        group.EndEntry(Payload.Records);
        return Journal.CommitAsync(group);
    }

    /// <summary>Settles everything before a position.</summary>
    public async Task SettleAsync(RecordId end)
    {
        var group = Journal.CreateGroup();
        group.SetCursor(_settler!, end);
        Committed(await Journal.CommitAsync(group, CommitKind.Internal).ConfigureAwait(false));
    }

    /// <summary>Fails when a group was refused: what is measured then is not what was meant.</summary>
    public static CommitResult Committed(CommitResult result) =>
        result.Committed ? result : throw new InvalidOperationException($"A group was refused ({result.Status}): {result.Reason}");

    public async ValueTask DisposeAsync()
    {
        _settler?.Dispose();
        await Journal.DisposeAsync().ConfigureAwait(false);
        Pool.Dispose();
    }
}
