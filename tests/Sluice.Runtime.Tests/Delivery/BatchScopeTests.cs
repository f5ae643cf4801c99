using Sluice.Runtime.Delivery;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class BatchScopeTests
{
    [Fact]
    public async Task One_record_travels_alone_whatever_the_sizes_say()
    {
        await using var harness = new DeliveryHarness
        {
            Options = Deliver(new BatchOptions { MinSize = 100, MaxSize = 200, FlushTimeout = TimeSpan.FromDays(1) }) with { Scope = BatchScope.Record },
        };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c");
        await harness.AppendAsync("logs", "d");

        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 4, "all are delivered without the clock");
        Assert.Equal([["a"], ["b"], ["c"], ["d"]], harness.Exporter.Attempts.Select(attempt => attempt.Names));
    }

    [Fact]
    public async Task Records_of_two_entries_never_travel_together()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(100)) with { Scope = BatchScope.Entry } };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c");
        await harness.AppendAsync("logs", "d");
        await harness.AppendAsync("logs", "e", "f");

        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 6, "all are delivered without the clock");
        Assert.Equal([["a", "b", "c"], ["d"], ["e", "f"]], harness.Exporter.Attempts.Select(attempt => attempt.Names));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Entries_are_cut_in_the_same_places_after_a_restart(int settledBatches)
    {
        await using var harness = new DeliveryHarness
        {
            Options = Deliver(new BatchOptions { MinSize = 0, MaxSize = 3 }) with { Scope = BatchScope.Entry },
        };
        string[][] expected = [["a0", "a1"], ["b0", "b1", "b2"], ["b3", "b4", "b5"], ["b6"], ["c0", "c1", "c2"], ["c3"]];

        // The destination is gone after so many: the cursor then stands in the middle of an entry.
        harness.Exporter.AnswerWith(attempt => attempt.Number <= settledBatches ? DeliveryOutcome.Delivered() : DeliveryOutcome.Retry("gone"));
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(2, "a"));
        await harness.AppendAsync("logs", Names(7, "b"));
        await harness.AppendAsync("logs", Names(4, "c"));
        await WithoutTimeAsync(() => harness.Exporter.Attempts.Count > settledBatches, "the destination is gone");
        await harness.StopAsync();
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.SettledAsync();

        var batches = harness.Exporter.Attempts.Select(attempt => attempt.Names).DistinctBy(names => names[0]).ToArray();
        Assert.Equal(expected, batches);
        Assert.All(harness.Exporter.Attempts, attempt => Assert.Contains(attempt.Names, expected));
    }
}
