using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class BatchingTests
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_batch_goes_when_it_has_min_size_records()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 3 }) };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.AppendAsync("logs", "b");
        await harness.QuietAsync();
        Assert.Empty(harness.Exporter.Attempts);

        await harness.AppendAsync("logs", "c");
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 3, "three records are delivered without the clock");
        Assert.Equal(["a", "b", "c"], harness.Exporter.Attempts[0].Names);
    }

    [Fact]
    public async Task A_batch_goes_when_it_has_min_size_bytes()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 100, Sizer = BatchSizer.Bytes }) };
        await harness.StartAsync();
        await harness.AppendAsync("logs", new string('a', 40));
        await harness.QuietAsync();
        Assert.Empty(harness.Exporter.Attempts);

        await harness.AppendAsync("logs", new string('b', 70));
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 2, "both are delivered without the clock");
        Assert.Single(harness.Exporter.Attempts);
    }

    [Fact]
    public async Task A_batch_that_is_not_full_goes_at_its_flush_timeout_and_not_before()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 100, FlushTimeout = FlushTimeout }) };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.UntilAsync(() => Armed(harness) > 0, "the reader waits for the flush", TimeSpan.Zero);
        harness.Advance(FlushTimeout - TimeSpan.FromMilliseconds(1));
        await harness.QuietAsync();
        Assert.Empty(harness.Exporter.Attempts);

        harness.Advance(TimeSpan.FromMilliseconds(1));
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 1, "it is delivered at its flush timeout");
    }

    [Theory]
    [InlineData(BatchSizer.Items, 4, 4)]
    [InlineData(BatchSizer.Bytes, 50, 4)]
    public async Task Entries_are_split_over_batches_of_max_size(BatchSizer sizer, long maxSize, int records)
    {
        // Each message takes 12 bytes: body, value and text with their tags and lengths around eight characters.
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = maxSize, MaxSize = maxSize, Sizer = sizer }) };
        await harness.StartAsync();
        var names = Enumerable.Range(0, 30).Select(i => $"name{i:0000}").ToArray();
        await harness.AppendAsync("logs", names[..3]);
        await harness.AppendAsync("logs", names[3..20]);
        await harness.AppendAsync("logs", names[20..]);
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 28, "the full batches go before the clock runs");
        await harness.SettledAsync();

        Assert.Equal(names, harness.Exporter.DeliveredNames);
        Assert.All(harness.Exporter.Attempts.SkipLast(1), attempt => Assert.Equal(records, attempt.Records.Count));
    }

    [Fact]
    public async Task A_record_above_max_size_bytes_goes_alone()
    {
        var options = new BatchOptions { MinSize = 50, MaxSize = 50, Sizer = BatchSizer.Bytes };
        await using var harness = new DeliveryHarness { Options = Deliver(options) };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", new string('b', 500), "c", new string('d', 500));
        await harness.SettledAsync();
        Assert.Equal([1, 1, 1, 1], harness.Exporter.Attempts.Select(attempt => attempt.Records.Count));
    }

    [Fact]
    public async Task Signals_have_batches_of_their_own()
    {
        await using var harness = new DeliveryHarness(DeliveryOrder.None, null, null, "logs", "traces", "metrics")
        {
            Options = Deliver(Full(2)),
        };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "l1");
        await harness.AppendAsync("traces", "t1");
        await harness.AppendAsync("metrics", "m1");
        await harness.AppendAsync("traces", "t2");
        await harness.AppendAsync("metrics", "m2");
        await harness.AppendAsync("logs", "l2");
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 6, "all are delivered");
        Assert.All(harness.Exporter.Attempts, attempt => Assert.Single(attempt.Records.Select(record => record.Signal).Distinct()));
        Assert.Equal(3, harness.Exporter.Attempts.Count);
    }

    [Fact]
    public async Task Journal_order_mixes_signals_in_one_batch_and_keeps_the_order()
    {
        await using var harness = new DeliveryHarness(DeliveryOrder.Journal, null, null, "logs", "traces", "metrics")
        {
            Options = Deliver(Full(6), workers: 10),
        };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "l1");
        await harness.AppendAsync("traces", "t1", "t2");
        await harness.AppendAsync("metrics", "m1");
        await harness.AppendAsync("logs", "l2", "l3");
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 6, "all are delivered");
        var attempt = Assert.Single(harness.Exporter.Attempts);
        Assert.Equal(["l1", "t1", "t2", "m1", "l2", "l3"], attempt.Names);
        Assert.Equal(
            [Signal.Logs, Signal.Traces, Signal.Traces, Signal.Metrics, Signal.Logs, Signal.Logs],
            attempt.Records.Select(record => record.Signal));
    }

    [Fact]
    public async Task A_full_window_sends_what_is_gathered()
    {
        // Each entry is charged its buffer of 4 KiB.
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 1000, FlushTimeout = TimeSpan.FromHours(1) }), Window = 16 << 10 };
        await harness.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await harness.AppendAsync("logs", $"r{i}");
        }

        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count >= 8, "two windows are delivered without the clock");
        Assert.All(harness.Exporter.Attempts, attempt => Assert.Equal(4, attempt.Records.Count));
    }

    [Fact]
    public async Task An_entry_larger_than_the_window_still_goes_alone()
    {
        await using var harness = new DeliveryHarness { Window = 4 << 10 };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "small");
        await harness.AppendAsync("logs", new string('x', 100_000));
        await harness.AppendAsync("logs", "last");
        await harness.SettledAsync();
        Assert.Equal(3, harness.Exporter.Attempts.Count);
    }

    private static int Armed(DeliveryHarness harness) => ((Testing.ManualTimeProvider)harness.Bench.Time).ArmedTimers;
}
