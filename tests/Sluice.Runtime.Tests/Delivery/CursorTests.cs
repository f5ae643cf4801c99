using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class CursorTests
{
    [Fact]
    public async Task The_cursor_moves_only_behind_contiguous_settled_runs()
    {
        var gates = new ConcurrentDictionary<string, TaskCompletionSource<DeliveryOutcome>>();
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 3) };
        harness.Exporter.Answer = attempt => new(gates.GetOrAdd(attempt.Names[0], _ => new()).Task);
        await harness.StartAsync();
        foreach (var name in (string[])["a", "b", "c"])
        {
            await harness.AppendAsync("logs", name);
        }

        await WithoutTimeAsync(() => harness.Exporter.Attempts.Count == 3, "all three are under way");
        gates["c"].SetResult(DeliveryOutcome.Delivered());
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 1, "c is delivered");
        await harness.QuietAsync();
        Assert.Equal(3, harness.Ledger().Pending);

        gates["a"].SetResult(DeliveryOutcome.Delivered());
        await WithoutTimeAsync(() => harness.Ledger().Pending == 2, "the cursor is behind a");

        gates["b"].SetResult(DeliveryOutcome.Delivered());
        await WithoutTimeAsync(() => harness.Ledger().Pending == 0, "the cursor is behind c");
    }

    [Fact]
    public async Task After_a_restart_exactly_what_is_behind_the_cursor_comes_again()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 4, MaxSize = 4 }) };
        var hold = new TaskCompletionSource<DeliveryOutcome>();
        harness.Exporter.Answer = attempt => attempt.Number > 2 ? new(hold.Task.WaitAsync(attempt.Cancellation)) : new(DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(30));
        await harness.UntilAsync(() => harness.Exporter.Attempts.Count == 3, "the third batch is under way");

        // Two batches of four are settled, in the middle of the entry.
        harness.Exporter.Answer = _ => new(DeliveryOutcome.Delivered());
        await harness.RestartAsync();
        await harness.SettledAsync();
        Assert.Equal(Names(30), harness.Exporter.DeliveredNames);
    }

    [Fact]
    public async Task What_was_settled_when_it_is_stopped_is_committed()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 4) };
        await harness.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            await harness.AppendAsync("logs", $"r{i}");
        }

        await harness.UntilAsync(() => harness.Exporter.Delivered.Count >= 20, "some are delivered");
        await harness.RestartAsync();
        await harness.SettledAsync();
        Assert.Equal(50, harness.Exporter.DeliveredNames.Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task The_committed_state_matches_the_records_before_the_cursor_at_every_restart(int maxSize)
    {
        // The destination is a file: its state is how many records it holds, and a start cuts it back to that.
        var file = new List<string>();
        await using var harness = new DeliveryHarness(DeliveryOrder.Journal)
        {
            Options = Deliver(new BatchOptions { MinSize = maxSize, MaxSize = maxSize, FlushTimeout = TimeSpan.FromMilliseconds(1) }),
        };
        var attempts = 0;
        harness.Exporter.OnStart = start =>
        {
            var length = start.State.IsEmpty ? 0 : int.Parse(start.State.Span, CultureInfo.InvariantCulture);
            lock (file)
            {
                file.RemoveRange(length, file.Count - length);
            }

            return ValueTask.CompletedTask;
        };
        harness.Exporter.AnswerWith(attempt =>
        {
            lock (file)
            {
                file.AddRange(attempt.Names);
                return (++attempts % 3) switch
                {
                    0 when attempt.Records.Count > 1 => Undo(attempt.Names.Count, DeliveryOutcome.TooLarge("halve it")),
                    1 => DeliveryOutcome.Delivered(Encoding.UTF8.GetBytes(file.Count.ToString(CultureInfo.InvariantCulture))),
                    2 when attempts % 2 == 0 => Undo(attempt.Names.Count, DeliveryOutcome.Retry("again")),
                    _ => DeliveryOutcome.Delivered(Encoding.UTF8.GetBytes(file.Count.ToString(CultureInfo.InvariantCulture))),
                };
            }

            DeliveryOutcome Undo(int count, DeliveryOutcome outcome)
            {
                file.RemoveRange(file.Count - count, count);
                return outcome;
            }
        });
        await harness.StartAsync();
        var names = Names(60);
        for (var i = 0; i < 60; i += 5)
        {
            await harness.AppendAsync("logs", names[i..(i + 5)]);
            if (i % 10 == 0)
            {
                var delivered = harness.Exporter.Delivered.Count;
                await harness.UntilAsync(() => harness.Exporter.Delivered.Count > delivered, "something is delivered");
                await harness.RestartAsync();
            }
        }

        await harness.SettledAsync();
        Assert.Equal(names, file);
    }

    [Fact]
    public async Task A_state_that_is_asked_for_first_is_durable_with_all_that_was_settled_before_the_batch_comes_again()
    {
        await using var harness = new DeliveryHarness(DeliveryOrder.Journal) { Options = Deliver(new BatchOptions { MinSize = 1, MaxSize = 1 }) };
        harness.Exporter.Answer = attempt => attempt.Names[0] switch
        {
            "a" => new(DeliveryOutcome.Delivered("behind a"u8.ToArray())),
            _ when harness.Exporter.Attempts.Count(earlier => earlier.Names[0] == "b") == 1 => new(DeliveryOutcome.StateFirst("before b"u8.ToArray())),
            _ => new(new TaskCompletionSource<DeliveryOutcome>().Task.WaitAsync(attempt.Cancellation)),
        };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await WithoutTimeAsync(() => harness.Exporter.Attempts.Count == 3, "b comes again");
        Assert.Equal(1, harness.Ledger().Pending);

        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Delivered("behind b"u8.ToArray()));
        await harness.RestartAsync();
        await harness.SettledAsync();
        await harness.RestartAsync();

        Assert.Equal(["", "before b", "behind b"], harness.Exporter.Starts.Select(start => Encoding.UTF8.GetString(start.State.Span)));
        Assert.Equal(["a", "b"], harness.Exporter.DeliveredNames);
    }

    [Fact]
    public async Task A_state_may_be_asked_for_first_more_than_once_for_a_batch()
    {
        await using var harness = new DeliveryHarness(DeliveryOrder.Journal);
        var asked = 0;
        harness.Exporter.AnswerWith(_ => ++asked <= 5 ? DeliveryOutcome.StateFirst(new[] { (byte)asked }) : DeliveryOutcome.Delivered(new[] { (byte)asked }));
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.SettledAsync();
        await harness.RestartAsync();

        Assert.Equal(6, asked);
        Assert.Equal([6], harness.Exporter.Starts[^1].State.ToArray());
    }

    [Fact]
    public async Task An_exporter_beside_journal_order_that_asks_for_its_state_first_has_failed()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.StateFirst("state"u8.ToArray()));
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");

        await harness.UntilAsync(() => harness.Health.State == HealthState.Failed, "it is failed");
        Assert.Contains("journal order", harness.Health.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_beside_journal_order_is_ignored()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Delivered("state"u8.ToArray()));
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.SettledAsync();
        await harness.RestartAsync();
        Assert.True(harness.Exporter.Starts[^1].State.IsEmpty);
    }

    [Theory]
    [InlineData(3, 100)]
    [InlineData(9, 5 << 20)]
    public async Task Changes_of_tables_are_committed_with_the_cursor_and_where_they_are_too_large_before_it(int count, int size)
    {
        await using var harness = new DeliveryHarness(DeliveryOrder.Journal) { Options = Deliver(new BatchOptions { MinSize = 1, MaxSize = 1 }) };
        harness.Exporter.AnswerWith(attempt =>
        {
            var table = harness.Exporter.Starts[^1].OpenTable(new JournalTableOptions());
            var changes = Enumerable.Range(0, count).Select(_ => new TableChanges(table, harness.Bench.Pool.Buffers, "test")).ToList();
            for (var i = 0; i < count; i++)
            {
                changes[i].Put([(byte)i], new byte[size]);
                changes[i].Put("last"u8, Encoding.UTF8.GetBytes(attempt.Names[0]));
                changes[i].Delete([(byte)(i + 1)]);
            }

            return DeliveryOutcome.DeliveredWith(changes);
        });
        await harness.StartAsync();
        Assert.True(harness.Exporter.Starts[^1].IsCaughtUp());
        await harness.AppendAsync("logs", "a", "b");
        await harness.SettledAsync();
        await harness.RestartAsync();

        var restored = harness.Exporter.Starts[^1].OpenTable(new JournalTableOptions());
        Assert.Equal(count + 1, restored.Count);
        Assert.True(restored.TryGet("last"u8, out var last));
        Assert.Equal("b", Encoding.UTF8.GetString(last.Span));
        Assert.Equal(2, harness.Exporter.Attempts.Count);
    }

    [Fact]
    public async Task An_exporter_has_caught_up_when_what_the_journal_held_at_the_start_is_settled()
    {
        await using var harness = new DeliveryHarness(DeliveryOrder.Journal) { Options = Deliver(new BatchOptions { MinSize = 1, MaxSize = 1 }) };
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Retry("not now"));
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.UntilAsync(() => harness.Exporter.Attempts.Count > 0, "a was tried");
        await harness.RestartAsync();
        Assert.False(harness.Exporter.Starts[^1].IsCaughtUp());

        // What came later does not count.
        await harness.AppendAsync("logs", "b");
        harness.Exporter.AnswerWith(attempt => attempt.Names[0] == "a" ? DeliveryOutcome.Delivered() : DeliveryOutcome.Retry("not now"));
        await harness.UntilAsync(() => harness.Exporter.Starts[^1].IsCaughtUp(), "it has caught up");
        Assert.Equal(["a"], harness.Exporter.DeliveredNames);
    }
}
