using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Store.Tests.Support;
using Sluice.Store.Writing;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.Store.Tests.Writing;

public sealed class StoreFilesAllocationTests
{
    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public void Storing_allocates_per_transaction_and_nothing_per_record_or_run(Signal signal)
    {
        using var directory = new TempDirectory();
        using var buffers = new BufferPool();
        var pool = new TelemetryPool(buffers);
        using var batch = Batch(pool, signal);
        using var files = StoreFiles.Open(
            new StoreOptions { Directory = directory.Path }, Guid.NewGuid(), buffers, TimeProvider.System, _ => { });
        var sequence = 0UL;
        var few = Segments(batch, runs: 4);
        var many = Segments(batch, runs: 40);

        var leastFew = Allocations.LeastOf(20, () => Store(few));
        Assert.InRange(Allocations.Least(() => Store(many), leastFew), 0, leastFew);

        void Store(StoreSegment[] segments)
        {
            var records = 0;
            for (var i = 0; i < segments.Length; i++)
            {
                segments[i] = segments[i] with { FirstRecord = new RecordId(1, sequence) };
                sequence += (ulong)segments[i].Count;
                records += segments[i].Count;
            }

            Assert.Equal(records, files.Apply(segments, CancellationToken.None).Stored);
        }
    }

    private static StoreSegment[] Segments(EnvelopeBatch batch, int runs) =>
        [.. Enumerable.Range(0, runs).Select(_ => new StoreSegment(batch, 0, batch.Count, default, "all", SampleGenerator.Start))];

    private static EnvelopeBatch Batch(TelemetryPool pool, Signal signal) => signal == Signal.Metrics
        ? SampleBatches.MakeMetrics(pool, "cart", Enumerable.Range(0, 50).Select(i => ($"cart.items.{i}", SampleGenerator.Start)))
        : SampleBatches.Make(pool, new SampleGenerator(1).Group(50, signal == Signal.Traces));
}
