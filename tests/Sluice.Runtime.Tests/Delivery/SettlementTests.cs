using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class SettlementTests
{
    [Fact]
    public async Task A_rejected_batch_goes_to_the_dead_letters()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt => attempt.Has("a") ? DeliveryOutcome.Rejected("400: no") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await harness.AppendAsync("logs", "c");
        await harness.SettledAsync();
        Assert.Equal(["a", "b"], harness.DeadLetters.Names);
        Assert.All(harness.DeadLetters.Letters, letter => Assert.Equal(("scripted", "400: no", 1), (letter.Component, letter.Reason, letter.Attempts)));
        Assert.Equal((1, 2), (harness.Ledger().Delivered, harness.Ledger().DeadLettered));
        Assert.Equal(HealthState.Healthy, harness.Health.State);
    }

    [Fact]
    public async Task A_destination_that_refuses_whatever_comes_degrades_its_exporter_until_it_takes_something()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt => attempt.Has("a") ? DeliveryOutcome.Refused("401: who are you?") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await harness.SettledAsync();
        Assert.Equal(["a", "b"], harness.DeadLetters.Names);
        Assert.Equal((HealthState.Degraded, "401: who are you?"), (harness.Health.State, harness.Health.Reason));

        await harness.AppendAsync("logs", "c");
        await harness.SettledAsync();
        Assert.Equal(HealthState.Healthy, harness.Health.State);
        Assert.Equal((1, 2), (harness.Ledger().Delivered, harness.Ledger().DeadLettered));
    }

    [Fact]
    public async Task So_does_one_that_refuses_every_batch_for_its_records()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt => attempt.Has("c") ? DeliveryOutcome.Delivered() : DeliveryOutcome.RejectedWhole("400: too long").OfWhateverComes());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await harness.SettledAsync();
        Assert.Equal(["a", "b"], harness.DeadLetters.Names);
        Assert.Equal((HealthState.Degraded, "400: too long"), (harness.Health.State, harness.Health.Reason));

        await harness.AppendAsync("logs", "c");
        await harness.SettledAsync();
        Assert.Equal(HealthState.Healthy, harness.Health.State);
    }

    [Fact]
    public async Task Single_records_are_rejected_while_the_others_of_their_batch_are_delivered()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(10)) };
        harness.Exporter.AnswerWith(attempt =>
        {
            attempt.Batch.Reject(0, 1, "mapping");
            attempt.Batch.Reject(0, 2, "mapping");
            attempt.Batch.Reject(0, 2, "again");
            attempt.Batch.Reject(1, 0, "date");
            return DeliveryOutcome.Delivered();
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c", "d");
        await harness.AppendAsync("logs", "e", "f", "g", "h", "i", "j");
        await harness.SettledAsync();
        Assert.Equal(["b: mapping", "c: mapping", "e: date"], harness.DeadLetters.Letters.Select(letter => $"{letter.Record.Name}: {letter.Reason}"));
        Assert.Equal(2, harness.DeadLetters.Calls);
        Assert.Equal((7, 3), (harness.Ledger().Delivered, harness.Ledger().DeadLettered));
    }

    [Fact]
    public async Task Records_that_are_refused_without_being_named_are_counted_and_noted()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(10)) };
        harness.Exporter.AnswerWith(attempt =>
        {
            attempt.Batch.Reject(0, 1, "mapping");
            attempt.Batch.RejectUnnamed(6, "too old");
            return DeliveryOutcome.Delivered();
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c", "d");
        await harness.AppendAsync("logs", "e", "f", "g", "h", "i", "j");
        await harness.SettledAsync();

        Assert.Equal((3, 6, 1), (harness.Ledger().Delivered, harness.Ledger().Rejected, harness.Ledger().DeadLettered));
        Assert.True(harness.Ledger().Balanced);
        Assert.Equal(["b"], harness.DeadLetters.Names);
        var note = Assert.Single(harness.DeadLetters.Notes);
        Assert.Equal(("scripted", 6, 10, "too old"), (note.Component, note.Rejected, note.Records, note.Reason));
        Assert.Equal(["logs"], note.Pipelines);
        Assert.Equal(note.First.Plus(9), note.Last);
    }

    [Fact]
    public async Task The_cursor_waits_for_the_note()
    {
        await using var harness = new DeliveryHarness();
        harness.DeadLetters.Failure = new IOException("No space left on device");
        harness.Exporter.AnswerWith(attempt =>
        {
            attempt.Batch.RejectUnnamed(99, "all of them");
            return DeliveryOutcome.Delivered();
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await harness.UntilAsync(() => harness.Health.State == HealthState.Degraded, "the disk is full");
        Assert.Equal(2, harness.Ledger().Pending);
        harness.DeadLetters.Failure = null;
        await harness.SettledAsync();

        Assert.Equal((0, 2), (harness.Ledger().Delivered, harness.Ledger().Rejected));
    }

    [Fact]
    public async Task Rejections_of_a_failed_attempt_are_forgotten()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt =>
        {
            if (attempt.Number == 1)
            {
                attempt.Batch.Reject(0, 0, "no");
                attempt.Batch.CountDuplicates(1);
                return DeliveryOutcome.Retry("lost the connection");
            }

            return DeliveryOutcome.Delivered();
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await harness.SettledAsync();
        Assert.Empty(harness.DeadLetters.Letters);
        Assert.Equal((2, 0), (harness.Ledger().Delivered, harness.Ledger().Duplicate));
    }

    [Fact]
    public async Task Duplicates_are_booked_as_such_beside_rejections()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(6)) };
        harness.Exporter.AnswerWith(attempt =>
        {
            attempt.Batch.Reject(0, 0, "no");
            attempt.Batch.CountDuplicates(3);
            attempt.Batch.CountDuplicates(1);
            return DeliveryOutcome.Delivered();
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c");
        await harness.AppendAsync("logs", "d", "e", "f");
        await harness.SettledAsync();
        var line = harness.Ledger();
        Assert.Equal((1, 4, 1), (line.Delivered, line.Duplicate, line.DeadLettered));
    }

    [Fact]
    public async Task More_duplicates_than_records_is_a_defect_that_shows()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt =>
        {
            attempt.Batch.CountDuplicates(attempt.Number == 1 ? 3 : 2);
            return DeliveryOutcome.Delivered();
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await WithoutTimeAsync(() => harness.Health.Reason.StartsWith("ArgumentOutOfRange", StringComparison.Ordinal), "it shows");
        await harness.SettledAsync();
        Assert.Equal(2, harness.Ledger().Duplicate);
    }

    [Fact]
    public async Task Dead_letters_that_cannot_be_written_hold_the_cursor()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 2) };
        harness.Exporter.AnswerWith(attempt => attempt.Has("bad") ? DeliveryOutcome.Rejected("no") : DeliveryOutcome.Delivered());
        harness.DeadLetters.Failure = new IOException("disk full");
        await harness.StartAsync();
        await harness.AppendAsync("logs", "bad");
        await harness.AppendAsync("logs", "good");
        await harness.UntilAsync(() => harness.DeadLetters.Calls > 5 && harness.Exporter.Delivered.Count == 1, "it was tried several times");
        Assert.Equal(2, harness.Ledger().Pending);
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("dead letters cannot be written: disk full", StringComparison.Ordinal));

        harness.DeadLetters.Failure = null;
        await harness.SettledAsync();
        Assert.Equal(["bad"], harness.DeadLetters.Names);
        Assert.Equal((1, 1), (harness.Ledger().Delivered, harness.Ledger().DeadLettered));
    }

    [Fact]
    public async Task Entries_that_cannot_be_read_are_counted_as_corrupt_and_passed()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(2)) };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.AppendGarbageAsync("logs", "this is no request"u8.ToArray(), 3);
        await harness.AppendGarbageAsync("logs", ReadOnlyMemory<byte>.Empty, 4);
        await harness.AppendAsync("logs", "b");
        await harness.SettledAsync();
        Assert.Equal(["a", "b"], harness.Exporter.DeliveredNames);
        Assert.Equal((2, 7), (harness.Ledger().Delivered, harness.Ledger().Corrupt));
    }

    [Fact]
    public async Task An_exporter_that_may_lose_the_oldest_has_every_lost_record_counted()
    {
        await using var harness = new DeliveryHarness
        {
            Options = Deliver(workers: 2) with { OnFull = OnFull.DropOldest, MaxLag = 16 << 10 },
            Window = 16 << 10,
        };
        var stalled = new TaskCompletionSource();
        harness.Exporter.Answer = async attempt =>
        {
            await stalled.Task.WaitAsync(attempt.Cancellation);
            return DeliveryOutcome.Delivered();
        };
        await harness.StartAsync();
        for (var i = 0; i < 500; i++)
        {
            await harness.AppendAsync("logs", Names(10, $"r{i}-"));
            Assert.Equal(10 * (i + 1), harness.Ledger().Subscribed);
        }

        Assert.True(harness.Ledger().Dropped > 1000, harness.Ledger().ToString());
        stalled.SetResult();
        await harness.SettledAsync();
        var line = harness.Ledger();
        Assert.Equal(5000, line.Delivered + line.Dropped);
        Assert.Equal(line.Delivered, harness.Exporter.Delivered.Count);
    }
}
