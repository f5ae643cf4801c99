using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class RetryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_failure_is_retried_after_its_wait_and_not_before()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt => attempt.Number < 3 ? DeliveryOutcome.Retry("busy") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Health.State == HealthState.Degraded && harness.ArmedTimers == 1, "the failure shows, and the wait has begun");
        Assert.Equal("busy", harness.Health.Reason);
        harness.Advance(Second - TimeSpan.FromMilliseconds(1));
        await harness.QuietAsync();
        Assert.Single(harness.Exporter.Attempts);

        await harness.SettledAsync();
        Assert.Equal(3, harness.Exporter.Attempts.Count);
        Assert.Equal(1, harness.Ledger().Delivered);
        Assert.Equal(HealthState.Healthy, harness.Health.State);
    }

    [Fact]
    public async Task A_destination_that_says_when_is_left_in_peace_until_then()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt =>
            attempt.Number == 1 ? DeliveryOutcome.Retry("busy", TimeSpan.FromMinutes(2)) : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Health.State == HealthState.Degraded && harness.ArmedTimers == 1, "the failure shows, and the wait has begun");
        harness.Advance(TimeSpan.FromSeconds(119));
        await harness.QuietAsync();
        Assert.Single(harness.Exporter.Attempts);

        harness.Advance(Second);
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 1, "it is tried again after two minutes");
    }

    [Fact]
    public async Task A_long_wait_that_a_destination_asks_for_is_in_the_status_and_in_the_log()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt => attempt.Number switch
        {
            1 => DeliveryOutcome.Retry("503"),
            2 => DeliveryOutcome.Retry("429", TimeSpan.FromDays(1)),
            3 => DeliveryOutcome.Retry("429", TimeSpan.MaxValue),
            _ => DeliveryOutcome.Delivered(),
        });
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Health.Reason == "503" && harness.ArmedTimers == 1, "the first failure shows, and the wait has begun");

        harness.Advance(Second);
        await WithoutTimeAsync(() => harness.Health.Reason != "503" && harness.ArmedTimers == 1, "the second failure shows, and the wait has begun");
        var tried = harness.Bench.Time.GetUtcNow();
        Assert.Equal($"429; it asks to wait 24h, and is tried again at {tried.AddDays(1):yyyy-MM-dd HH:mm:ss}Z", harness.Health.Reason);
        Assert.Single(harness.Bench.Log.Lines, line => line.Contains(harness.Health.Reason, StringComparison.Ordinal));

        harness.Advance(TimeSpan.FromDays(1));
        await WithoutTimeAsync(() => harness.Exporter.Attempts.Count == 3 && harness.ArmedTimers == 1, "it is tried again after a day");
        Assert.EndsWith($"and is tried again at {tried.AddDays(2):yyyy-MM-dd HH:mm:ss}Z", harness.Health.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_asks_for_a_century_is_tried_again_after_a_day()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt =>
            attempt.Number == 1 ? DeliveryOutcome.Retry("busy", TimeSpan.FromDays(36500)) : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.UntilAsync(() => harness.Exporter.Delivered.Count == 1, "it is delivered", TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task Failures_are_retried_for_days()
    {
        await using var harness = new DeliveryHarness();
        var ends = harness.Bench.Time.GetUtcNow() + TimeSpan.FromDays(3);
        harness.Exporter.AnswerWith(_ => harness.Bench.Time.GetUtcNow() < ends ? DeliveryOutcome.Retry("down") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.UntilAsync(() => harness.Exporter.Delivered.Count == 1, "it is delivered", TimeSpan.FromHours(3));
        Assert.Empty(harness.DeadLetters.Letters);
    }

    [Fact]
    public async Task After_max_elapsed_time_a_batch_goes_to_the_dead_letters()
    {
        await using var harness = new DeliveryHarness
        {
            Options = Deliver(retry: new RetryOptions
            {
                InitialInterval = Second,
                RandomizationFactor = 0,
                Multiplier = 1,
                MaxElapsedTime = TimeSpan.FromSeconds(10),
            }),
        };
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Retry("down"));
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a", "b");
        await harness.SettledAsync();
        Assert.Equal(["a", "b"], harness.DeadLetters.Names);
        Assert.Equal("down", harness.DeadLetters.Letters[0].Reason);
        Assert.InRange(harness.DeadLetters.Letters[0].Attempts, 2, 11);
        Assert.Equal(2, harness.Ledger().DeadLettered);
    }

    [Fact]
    public async Task Without_retries_the_first_failure_goes_to_the_dead_letters()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(retry: new RetryOptions { Enabled = false }) };
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Retry("down"));
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Ledger().DeadLettered == 1, "it is a dead letter without a wait");
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_cut_off_and_retried()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.Answer = async attempt =>
        {
            if (attempt.Number == 1)
            {
                await new TaskCompletionSource().Task.WaitAsync(attempt.Cancellation);
            }

            return DeliveryOutcome.Delivered();
        };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await harness.UntilAsync(() => harness.Health.State == HealthState.Degraded, "the time-out shows");
        Assert.Equal("no answer within 5 s", harness.Health.Reason);
        await harness.SettledAsync();
    }

    [Fact]
    public async Task An_exception_is_a_failure_worth_retrying()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt =>
            attempt.Number == 1 ? throw new InvalidDataException("no good") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Health.Reason == "InvalidDataException: no good", "the exception shows");
        await harness.SettledAsync();
        Assert.Equal(1, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task A_fatal_verdict_shows_as_Failed_and_is_probed_until_it_goes()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.AnswerWith(attempt =>
            attempt.Number < 20 ? DeliveryOutcome.Fatal("the certificate has expired") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Health.State == HealthState.Failed, "it is Failed");
        await harness.SettledAsync();
        Assert.Equal(HealthState.Healthy, harness.Health.State);
        Assert.Equal(1, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task The_circuit_opens_after_five_failures_and_then_one_worker_at_a_time_probes()
    {
        // Attempts have no limit, so that nothing but the waits after them arms timers.
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 8) with { Timeout = TimeSpan.Zero } };
        var allBegan = new TaskCompletionSource();
        var down = true;
        var mostWhileOpen = 0;
        var attempts = 0;
        harness.Exporter.Answer = async attempt =>
        {
            var number = Interlocked.Increment(ref attempts);
            if (number == 8)
            {
                allBegan.SetResult();
            }
            else if (number > 8 && Volatile.Read(ref down))
            {
                mostWhileOpen = Math.Max(mostWhileOpen, harness.Exporter.InFlight);
            }

            await allBegan.Task.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return Volatile.Read(ref down) ? DeliveryOutcome.Retry("down") : DeliveryOutcome.Delivered();
        };
        await harness.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await harness.AppendAsync("logs", $"r{i}");
        }

        // Eight at first, which fail together, then one for each second.
        await WithoutTimeAsync(() => harness.ArmedTimers == 8, "all have failed");
        await harness.UntilAsync(() => Volatile.Read(ref attempts) >= 30, "it is probed", TimeSpan.FromMilliseconds(250));
        var before = harness.Bench.Time.GetUtcNow();
        var at = Volatile.Read(ref attempts);
        await harness.UntilAsync(() => Volatile.Read(ref attempts) >= at + 10, "it is probed on", TimeSpan.FromMilliseconds(250));
        Assert.True(harness.Bench.Time.GetUtcNow() - before >= TimeSpan.FromSeconds(9), "probes came faster than one a second");
        Assert.Equal(1, mostWhileOpen);

        Volatile.Write(ref down, false);
        await harness.SettledAsync();
        Assert.Equal(20, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task An_attempt_cut_off_by_a_stop_is_neither_a_failure_nor_a_dead_letter()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(retry: new RetryOptions { Enabled = false }) };
        harness.Exporter.Answer = async attempt =>
        {
            // As clients do that turn a cancellation into an error of their own.
            await new TaskCompletionSource().Task.WaitAsync(attempt.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return attempt.Number % 2 == 0 ? throw new IOException("the connection was closed") : DeliveryOutcome.Retry("cancelled");
        };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        for (var restart = 1; restart <= 2; restart++)
        {
            await WithoutTimeAsync(() => harness.Exporter.InFlight == 1, "it is under way");
            await harness.RestartAsync();
        }

        await WithoutTimeAsync(() => harness.Exporter.InFlight == 1, "it is under way");
        Assert.Empty(harness.DeadLetters.Letters);
        Assert.Equal(1, harness.Ledger().Pending);
    }
}
