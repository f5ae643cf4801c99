using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class PoisonTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_poisonous_record_is_isolated_and_given_up_while_all_others_are_delivered(int workers)
    {
        await using var harness = new DeliveryHarness { Options = Deliver(workers: workers) };
        harness.Exporter.AnswerWith(attempt => attempt.Has("r37") ? DeliveryOutcome.Retry("500") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        var names = Names(400);
        for (var i = 0; i < names.Length; i += 20)
        {
            await harness.AppendAsync("logs", names[i..(i + 20)]);
        }

        // While there is traffic: what others achieve is the evidence.
        var more = 0;
        await harness.UntilAsync(
            async () =>
            {
                await harness.AppendAsync("logs", $"more{more++}");
                return harness.DeadLetters.Letters.Count > 0;
            },
            "the poison is found");
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Delivered());
        await harness.SettledAsync();

        Assert.Equal(["r37"], harness.DeadLetters.Names);
        Assert.Equal(names.Where(name => name != "r37").Order(), harness.Exporter.DeliveredNames.Where(name => name[0] == 'r').Distinct().Order());
        Assert.Equal(1, harness.Ledger().DeadLettered);
        Assert.Equal(399 + more, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task A_record_that_has_its_batch_refused_is_found_without_waiting_and_the_others_are_delivered()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(1000)) };
        harness.Exporter.AnswerWith(attempt =>
            attempt.Has("r0") || attempt.Has("r700") ? DeliveryOutcome.RejectedWhole("400: no") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        var names = Names(1000);
        for (var i = 0; i < names.Length; i += 100)
        {
            await harness.AppendAsync("logs", names[i..(i + 100)]);
        }

        await harness.SettledAsync();

        Assert.Equal(["r0", "r700"], harness.DeadLetters.Names.Order());
        Assert.Equal(names.Except(["r0", "r700"]).Order(), harness.Exporter.DeliveredNames.Order());
        Assert.InRange(harness.Exporter.Attempts.Count, 20, 50);
        Assert.Equal(HealthState.Healthy, harness.Health.State);
    }

    [Fact]
    public async Task A_destination_that_refuses_everything_is_not_asked_about_each_record()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(Full(1000)) };
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.RejectedWhole("400: no"));
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(1000));
        await harness.SettledAsync();

        Assert.Equal(1000, harness.Ledger().DeadLettered);
        Assert.InRange(harness.Exporter.Attempts.Count, DeliveryHistory.RefusalsToGiveUp, DeliveryHistory.RefusalsToGiveUp + 20);
    }

    [Fact]
    public async Task With_everything_failing_nothing_is_split_or_given_up()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 4) };
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Retry("down"));
        await harness.StartAsync();
        for (var i = 0; i < 8; i++)
        {
            await harness.AppendAsync("logs", $"a{i}", $"b{i}");
        }

        await harness.UntilAsync(() => harness.Exporter.Attempts.Count > 200, "it has failed two hundred times", TimeSpan.FromSeconds(10));
        Assert.Empty(harness.DeadLetters.Letters);
        Assert.All(harness.Exporter.Attempts, attempt => Assert.Equal(2, attempt.Records.Count));

        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Delivered());
        await harness.SettledAsync();
        Assert.Equal(16, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task A_single_poisonous_record_does_not_keep_the_probe_of_an_open_circuit()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 2) };
        harness.Exporter.AnswerWith(attempt => attempt.Has("poison") ? DeliveryOutcome.Retry("500") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "poison");
        await harness.UntilAsync(() => harness.Exporter.Attempts.Count > CircuitBreaker.FailuresToOpen, "the circuit is open");
        await harness.AppendAsync("logs", "good");
        await harness.UntilAsync(() => harness.Exporter.DeliveredNames.Contains("good"), "the good one gets its turn");
    }

    [Fact]
    public async Task A_destination_that_says_when_to_come_back_is_not_poisoned()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 2) };
        harness.Exporter.AnswerWith(attempt =>
            attempt.Has("unlucky") ? DeliveryOutcome.Retry("429", TimeSpan.FromSeconds(1)) : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "unlucky", "too");
        var more = 0;
        await harness.UntilAsync(
            async () =>
            {
                await harness.AppendAsync("logs", $"more{more++}");
                return harness.Exporter.Attempts.Count(attempt => attempt.Has("unlucky")) > 30;
            },
            "it was unlucky thirty times",
            TimeSpan.FromSeconds(2));
        Assert.Empty(harness.DeadLetters.Letters);
        Assert.All(harness.Exporter.Attempts.Where(attempt => attempt.Has("unlucky")), attempt => Assert.Equal(2, attempt.Records.Count));
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_until_it_fits()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt => attempt.Records.Count > 3 ? DeliveryOutcome.TooLarge("413") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(100));
        await WithoutTimeAsync(() => harness.Ledger().Delivered == 100, "all are delivered without a wait");
        Assert.Equal(Names(100), harness.Exporter.DeliveredNames.OrderBy(name => int.Parse(name.AsSpan(1), null)));
        Assert.Empty(harness.DeadLetters.Letters);
    }

    [Fact]
    public async Task A_single_record_that_is_too_large_goes_to_the_dead_letters_alone()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt => attempt.Has("r5") ? DeliveryOutcome.TooLarge("413") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(9));
        await WithoutTimeAsync(() => harness.Ledger().Pending == 0, "all are settled without a wait");
        Assert.Equal(["r5"], harness.DeadLetters.Names);
        Assert.Equal(8, harness.Exporter.Delivered.Count);
    }
}
