using System.Collections.Concurrent;
using System.Text;
using Sluice.Buffers;
using Sluice.Journal.Tests.Simulation;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Disk;

/// <summary>A directory with a journal that can be closed and opened again. Disposing it fails the test if a buffer leaked.</summary>
internal sealed class DiskJournalFixture : IAsyncDisposable, IJournalObserver
{
    private readonly BufferPool _pool = new(new() { Tracking = true });
    private readonly PooledBufferWriter _buffer;
    private readonly SimulatedDisk? _disk;

    /// <param name="options">Those of the journal.</param>
    /// <param name="disk">Where it is; by default in a directory of its own.</param>
    public DiskJournalFixture(DiskJournalOptions? options = null, SimulatedDisk? disk = null)
    {
        _disk = disk;
        Options = options ?? Small;
        _buffer = new PooledBufferWriter(_pool, "test reads");
        Open();
    }

    /// <summary>Sixteen segments of 64 KiB.</summary>
    public static DiskJournalOptions Small { get; } = new()
    {
        Limits = new JournalOptions { MaxSize = 1 << 20, MaxGroupSize = 32 << 10, MaxWait = TimeSpan.Zero },
        Retention = TimeSpan.Zero,
        TailSize = 64 << 10,
    };

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("sluice-journal-").FullName;

    public DiskJournalOptions Options { get; set; }

    public ManualTimeProvider Clock { get; } = new();

    public DiskJournal Journal { get; private set; } = null!;

    public ConcurrentQueue<string> Notices { get; } = new();

    public string ReadText => Encoding.UTF8.GetString(_buffer.WrittenSpan);

    public int SegmentSize { get; init; } = 64 << 10;

    public void Open() =>
        Journal = DiskJournal.Open(_disk is null ? new DiskFiles(Directory) : new SimulatedFiles(_disk), Options, _pool, Clock, this, JournalDefects.None, SegmentSize);

    public async Task ReopenAsync()
    {
        await Journal.DisposeAsync();
        Open();
    }

    /// <summary>
    /// Waits until the file for the next segment is there, which is made beside all else: then the files stand still, and may be copied.
    /// </summary>
    public Task ReserveReadyAsync() => Eventually.TrueAsync(
        () => System.IO.Directory.GetFiles(Directory) is var files
            && files.Count(file => file.EndsWith(".segment", StringComparison.Ordinal)) == 2
            && !files.Any(file => file.EndsWith(DiskFormat.UnfinishedExtension, StringComparison.Ordinal)),
        "the first segment and the reserve are there");

    public IJournalConsumer Consumer(string name, params string[] topics) => Consumer(name, StartAt.Latest, OnFull.Reject, topics);

    public IJournalConsumer Consumer(string name, StartAt startAt, OnFull onFull, params string[] topics) =>
        Journal.OpenConsumer(name, new JournalConsumerOptions { Topics = [.. topics.Select(Journal.OpenTopic)], StartAt = startAt, OnFull = onFull });

    public ValueTask<CommitResult> AppendAsync(string topic, string text, int records = 1, CommitKind kind = CommitKind.Intake) =>
        AppendAsync(topic, Encoding.UTF8.GetBytes(text), records, kind);

    public ValueTask<CommitResult> AppendAsync(string topic, byte[] bytes, int records = 1, CommitKind kind = CommitKind.Intake)
    {
        var group = Journal.CreateGroup();
        group.ReceivedUnixNano = (Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        group.SetContext("ctx:"u8);
        group.BeginEntry(Journal.OpenTopic(topic)).Write(bytes);
        group.EndEntry(records);
        return Journal.CommitAsync(group, kind);
    }

    public async Task SettleAsync(IJournalConsumer consumer, RecordId cursor)
    {
        var group = Journal.CreateGroup();
        group.SetCursor(consumer, cursor);
        Assert.True((await Journal.CommitAsync(group, CommitKind.Internal)).Committed);
    }

    public JournalEntry Read(IJournalConsumer consumer)
    {
        _buffer.Clear();
        Assert.True(consumer.TryRead(_buffer, out var entry), "there was nothing to read");
        return entry;
    }

    /// <summary>Reads what there is, without its context.</summary>
    public List<string> ReadAll(IJournalConsumer consumer)
    {
        var texts = new List<string>();
        while (true)
        {
            _buffer.Clear();
            if (!consumer.TryRead(_buffer, out var entry))
            {
                return texts;
            }

            texts.Add(Encoding.UTF8.GetString(_buffer.WrittenSpan[entry.ContextLength..]));
        }
    }

    public void OnNotice(JournalNoticeLevel level, string message) => Notices.Enqueue($"{level}: {message}");

    public void OnFlush(int groups, long bytes, TimeSpan duration)
    {
    }

    public async ValueTask DisposeAsync()
    {
        _buffer.Dispose();
        await Journal.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
        _pool.Dispose();
    }
}
