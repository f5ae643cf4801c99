using System.Collections.Concurrent;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.Store.Tests.Support;

/// <summary>A store in a directory of its own, written in the order of a journal. A leaked buffer fails the test at the end.</summary>
public sealed class StoreFixture : IAsyncDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private StoreWriter? _writer;

    public StoreFixture(Func<StoreOptions, StoreOptions>? configure = null)
    {
        Options = new StoreOptions { Directory = Directory.Path };
        Options = configure?.Invoke(Options) ?? Options;
        Pool = new TelemetryPool(_buffers);
        Reader = new StoreReader(Directory.Path);
    }

    public TempDirectory Directory { get; } = new();

    public StoreOptions Options { get; set; }

    public TelemetryPool Pool { get; }

    public StoreReader Reader { get; }

    public ManualTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(SampleGenerator.Start / 1_000_000));

    public ConcurrentQueue<StoreNotice> Notices { get; } = new();

    public Guid JournalId { get; set; } = Guid.NewGuid();

    public ulong Epoch { get; set; } = 7;

    /// <summary>The sequence of the next record.</summary>
    public ulong Sequence { get; set; }

    public StoreWriter Writer => _writer ??= StoreWriter.Open(Options, JournalId, _buffers, Time, Note);

    /// <summary>Closes the writer, so that the next use opens it again.</summary>
    public async Task CloseWriterAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
            _writer = null;
        }
    }

    /// <summary>Stores records, and gives each its id.</summary>
    public async Task<ApplyResult> StoreAsync(IReadOnlyList<SampleRecord> records, string topic = "logs")
    {
        var total = default(ApplyResult);
        foreach (var group in records.GroupBy(record => (record.Received, record.Service, record.IsSpan, record.Resource)))
        {
            var result = await StoreAsync(SampleBatches.Make(Pool, [.. group]), group.Key.Received, topic, [.. group]);
            total = new ApplyResult(total.Stored + result.Stored, total.Duplicates + result.Duplicates);
        }

        return total;
    }

    /// <summary>Stores a batch, which it disposes.</summary>
    public async Task<ApplyResult> StoreAsync(EnvelopeBatch batch, long received, string topic, IReadOnlyList<SampleRecord>? records = null)
    {
        using (batch)
        {
            var first = new RecordId(Epoch, Sequence);
            Sequence += (ulong)batch.Count;
            for (var i = 0; i < (records?.Count ?? 0); i++)
            {
                records![i].Id = first.Plus(i).ToString();
            }

            return await Writer.ApplyAsync([new StoreSegment(batch, 0, batch.Count, first, topic, received)], CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseWriterAsync();
        Reader.Dispose();
        Directory.Dispose();
        _buffers.Dispose();
    }

    private void Note(StoreNotice notice) => Notices.Enqueue(notice);
}
