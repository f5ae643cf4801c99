using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Ledger;
using Sluice.Runtime.Monitoring;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Delivery;

/// <summary>Entries whose bytes the journal can no longer read.</summary>
public sealed class DamagedEntriesTests : IAsyncDisposable
{
    private static readonly RecordId First = new(1, 100);

    private readonly ComponentWorkbench _bench = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task They_are_counted_as_corrupt_and_passed_and_what_follows_is_delivered()
    {
        var topic = _bench.Journal.OpenTopic("logs");
        using var consumer = new DamagedConsumer(topic, TestRequests.Encode(Signal.Logs, "whole"));
        using var metered = new MeterListener();
        var corrupt = 0L;
        metered.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _bench.Meter && instrument.Name == "sluice_exporter_settled_records")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        metered.SetMeasurementEventCallback<long>((_, value, tags, _) => corrupt += tags[1].Value is "corrupt" ? value : 0);
        metered.Start();
        var tracker = new SettlementTracker();
        var committer = new CursorCommitter(
            _bench.Journal, consumer, new Dictionary<JournalTopic, ConsumerLedger>(), _bench.Journal.OpenTable("states", new JournalTableOptions()),
            default, tracker, _bench.Time, _bench.Log);
        var batches = Channel.CreateBounded<DeliveryBatch>(10);
        using var reader = new ConsumerReader(
            consumer, new Dictionary<JournalTopic, DeliverySource> { [topic] = new(Signal.Logs, IsReplay: false) },
            new PipelineTopics(_bench.Journal), new OpenBatches(DeliveryOrder.None, DeliveryHarness.Deliver(), _bench.Time), 1 << 20,
            _bench.Pool, _bench.Time, tracker, committer, batches.Writer, new DeliveryMetrics(_bench.Meter, "es", SlowOperations.None), _bench.Log);

        var running = reader.RunAsync(_stop.Token);
        var batch = await batches.Reader.ReadAsync();

        Assert.Equal(First.Plus(5), Assert.Single(batch.Segments).FirstRecord);
        batch.Release();
        var progress = new SettlementProgress();
        Assert.True(tracker.TryAdvance(progress));
        Assert.Equal(new SettlementTally(0, 0, 0, 3), progress.Tallies[topic]);
        Assert.Equal(First.Plus(5), progress.Cursor);
        Assert.Equal(3, corrupt);
        Assert.Contains(_bench.Log.Lines, line => line.StartsWith("Error: es: the 5 records from", StringComparison.Ordinal));
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>Reads one damaged entry of five records, two of which were settled before, and then a whole one.</summary>
    private sealed class DamagedConsumer(JournalTopic topic, byte[] whole) : IJournalConsumer
    {
        private int _read;

        public string Name => "es";

        public IReadOnlyList<JournalTopic> Topics => [topic];

        public RecordId Cursor => First.Plus(2);

        public JournalLag Lag => throw new NotSupportedException();

        public long PendingRecords(JournalTopic topic) => throw new NotSupportedException();

        public long DroppedRecords(JournalTopic topic) => throw new NotSupportedException();

        public long LostRecords(JournalTopic topic) => throw new NotSupportedException();

        public long SettledRecords(JournalTopic topic) => throw new NotSupportedException();

        public long SubscribedRecords(JournalTopic topic) => throw new NotSupportedException();

        public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
            new(new TaskCompletionSource<bool>().Task.WaitAsync(cancellationToken));

        public bool TryRead(PooledBufferWriter destination, out JournalEntry entry)
        {
            entry = _read++ == 0
                ? new JournalEntry(topic, First, 5, 2, 1, 0) { IsCorrupt = true }
                : new JournalEntry(topic, First.Plus(5), 1, 0, 1, 0);
            if (!entry.IsCorrupt)
            {
                destination.Write(whole);
            }

            return true;
        }

        public int PeekLength() => _read < 2 ? whole.Length : -1;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
