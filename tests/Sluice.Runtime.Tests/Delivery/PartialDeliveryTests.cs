using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

/// <summary>Attempts after which some records are settled and others are tried again.</summary>
public sealed class PartialDeliveryTests
{
    [Fact]
    public async Task Only_the_records_that_are_left_are_tried_again_and_what_was_said_of_the_others_holds()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(10)) };
        harness.Exporter.AnswerWith(attempt =>
        {
            if (attempt.Number > 1)
            {
                return DeliveryOutcome.Delivered();
            }

            attempt.Batch.RetryLater(0, 0);
            attempt.Batch.Reject(0, 1, "mapping");
            attempt.Batch.RetryLater(0, 3);
            attempt.Batch.Reject(1, 5, "date");
            attempt.Batch.RetryLater(1, 2);
            attempt.Batch.CountDuplicates(2);
            return DeliveryOutcome.DeliveredInPart("429", TimeSpan.FromSeconds(7));
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c", "d");
        await harness.AppendAsync("logs", "e", "f", "g", "h", "i", "j");
        await WithoutTimeAsync(() => harness.DeadLetters.Letters.Count == 2, "two are dead letters");

        Assert.Equal(["b: mapping", "j: date"], harness.DeadLetters.Letters.Select(letter => $"{letter.Record.Name}: {letter.Reason}"));
        Assert.Equal((HealthState.Degraded, "429"), (harness.Health.State, harness.Health.Reason));

        await harness.SettledAsync();
        Assert.Equal(2, harness.Exporter.Attempts.Count);
        Assert.Equal(["a", "d", "g"], harness.Exporter.Attempts[1].Names);
        Assert.Equal((6, 2, 2), (harness.Ledger().Delivered, harness.Ledger().Duplicate, harness.Ledger().DeadLettered));
        Assert.Equal(HealthState.Healthy, harness.Health.State);
    }

    [Fact]
    public async Task The_cursor_waits_for_what_is_left()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(4)) };
        harness.Exporter.AnswerWith(attempt =>
        {
            if (attempt.Names.Count == 4)
            {
                attempt.Batch.RetryLater(0, 1);
                return DeliveryOutcome.DeliveredInPart("503");
            }

            return DeliveryOutcome.Retry("503");
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c", "d");
        await harness.UntilAsync(() => harness.Exporter.Attempts.Count > 2, "the one that is left was tried again");

        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Delivered());
        await harness.RestartAsync();
        await harness.AppendAsync("logs", "e");
        await harness.SettledAsync();
        Assert.Equal(["b", "c", "d", "e"], harness.Exporter.Attempts[^1].Names);
    }

    [Fact]
    public async Task A_record_that_fails_again_and_again_while_the_others_of_its_batch_do_not_is_given_up()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(20)) };
        harness.Exporter.AnswerWith(attempt =>
        {
            if (!attempt.Has("r7"))
            {
                return DeliveryOutcome.Delivered();
            }

            if (attempt.Names.Count == 1)
            {
                return DeliveryOutcome.Retry("500");
            }

            attempt.Batch.RetryLater(0, 7);
            return DeliveryOutcome.DeliveredInPart("500");
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(20));
        var more = 0;
        await harness.UntilAsync(
            async () =>
            {
                await harness.AppendAsync("logs", Names(20, $"more{more++}-"));
                return harness.DeadLetters.Letters.Count > 0;
            },
            "the poison is found");

        Assert.Equal(["r7"], harness.DeadLetters.Names);
    }

    [Fact]
    public async Task Without_retries_what_is_left_goes_to_the_dead_letters()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(3), retry: new RetryOptions { Enabled = false }) };
        harness.Exporter.AnswerWith(attempt =>
        {
            attempt.Batch.RetryLater(0, 2);
            return DeliveryOutcome.DeliveredInPart("503");
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c");
        await harness.SettledAsync();

        Assert.Equal(["c"], harness.DeadLetters.Names);
        Assert.Equal(["a", "b"], harness.Exporter.DeliveredNames);
    }

    [Fact]
    public async Task That_a_batch_may_have_arrived_is_remembered_over_attempts_and_parts()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(4)) };
        var seen = new List<(string First, int Count, bool MayHaveArrived)>();
        harness.Exporter.AnswerWith(attempt =>
        {
            lock (seen)
            {
                seen.Add((attempt.Names[0], attempt.Names.Count, attempt.Batch.MayHaveArrived));
            }

            attempt.Batch.MayHaveArrived = true;
            switch (attempt.Number)
            {
                case 1:
                    return DeliveryOutcome.Retry("no answer");
                case 2:
                    return DeliveryOutcome.TooLarge("413");
                case 3:
                    attempt.Batch.RetryLater(0, 0);
                    return DeliveryOutcome.DeliveredInPart("503");
                default:
                    return DeliveryOutcome.Delivered();
            }
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b", "c", "d");
        await harness.SettledAsync();

        Assert.Equal([("a", 4, false), ("a", 4, true), ("a", 2, true), ("c", 2, true), ("a", 1, true)], seen);
    }

    [Theory]
    [InlineData(DeliveryOrder.Journal, 1)]
    [InlineData(DeliveryOrder.None, 0)]
    [InlineData(DeliveryOrder.None, 2)]
    public async Task To_leave_all_none_or_records_out_of_order_is_a_defect_of_the_exporter(DeliveryOrder order, int left)
    {
        await using var harness = new DeliveryHarness(order) { Options = Deliver(Full(2)) };
        harness.Exporter.AnswerWith(attempt =>
        {
            for (var i = 0; i < left; i++)
            {
                attempt.Batch.RetryLater(0, i);
            }

            return DeliveryOutcome.DeliveredInPart("503");
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");

        await harness.UntilAsync(() => harness.Health.State == HealthState.Failed, "it is Failed");
        Assert.Equal(2, harness.Ledger().Pending);
    }

    [Fact]
    public async Task A_start_says_what_an_earlier_one_may_have_delivered()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Retry("down"));
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Exporter.Attempts.Count > 0, "it was tried");
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Delivered());
        await harness.RestartAsync();
        await harness.AppendAsync("logs", "b");
        await harness.SettledAsync();

        var end = harness.Exporter.Starts[1].End;
        Assert.True(harness.Exporter.Delivered[0].Id < end);
        Assert.False(harness.Exporter.Delivered[1].Id < end);
    }
}
