using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class StopTests
{
    [Fact]
    public async Task A_drain_sends_what_is_gathered_without_waiting_and_leaves_nothing()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 1000, FlushTimeout = TimeSpan.FromHours(10) }) };
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(10));
        await harness.QuietAsync();
        Assert.Empty(harness.Exporter.Attempts);

        Assert.Equal(0, await DrainAsync(harness, CancellationToken.None));
        Assert.Equal(10, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task A_drain_says_exactly_how_many_are_left_at_its_deadline()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 4, MaxSize = 4 }) };
        harness.Exporter.AnswerWith(attempt => attempt.Has("r8") ? DeliveryOutcome.Retry("down") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync("logs", Names(20));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), harness.Bench.Time);
        var left = await DrainAsync(harness, deadline.Token);
        Assert.Equal(harness.Ledger().Pending, left);
        Assert.Equal(12, left);
    }

    [Fact]
    public async Task A_drain_of_what_was_never_started_returns_at_once()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.OnStart = _ => throw new ComponentStartException("no");
        await Assert.ThrowsAsync<ComponentStartException>(() => harness.StartAsync());
        await harness.AppendAsync("logs", "a");
        Assert.Equal(1, await harness.Delivery.DrainAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_everything_returns_all_buffers()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var harness = new DeliveryHarness
            {
                Options = Deliver(new BatchOptions { MinSize = 7, MaxSize = 7 }, workers: 3),
                Window = 64 << 10,
            };
            harness.Exporter.Answer = async attempt =>
            {
                await Task.Yield();
                return (attempt.Number % 4) switch
                {
                    0 => DeliveryOutcome.TooLarge("413"),
                    1 => await HangAsync(attempt),
                    2 => DeliveryOutcome.Retry("down"),
                    _ => DeliveryOutcome.Delivered(),
                };
            };
            await harness.StartAsync();
            for (var i = 0; i < 30; i++)
            {
                await harness.AppendAsync("logs", Names(5));
            }

            await harness.UntilAsync(() => harness.Exporter.Attempts.Count > round, "it is in the middle");
            await harness.StopAsync();
            Assert.Equal(0, harness.Bench.RentedBuffers);
        }
    }

    [Fact]
    public async Task An_exporter_that_cannot_be_cut_off_is_left_behind_after_a_grace()
    {
        await using var harness = new DeliveryHarness();
        var stuck = new TaskCompletionSource<DeliveryOutcome>();
        harness.Exporter.Answer = _ => new(stuck.Task);
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Exporter.InFlight == 1, "it is under way");
        await harness.StopInTimeAsync();
        Assert.Equal(1, harness.Exporter.Disposals);
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("left behind", StringComparison.Ordinal));

        // What comes back late does no harm, and its memory is returned.
        stuck.SetResult(DeliveryOutcome.Delivered());
        await WithoutTimeAsync(() => harness.Bench.RentedBuffers == 0, "the buffer has come back");
    }

    [Fact]
    public async Task An_exporter_that_lets_go_when_it_is_disposed_is_waited_for()
    {
        await using var harness = new DeliveryHarness();
        var stuck = new TaskCompletionSource<DeliveryOutcome>();
        harness.Exporter.Answer = _ => new(stuck.Task);
        harness.Exporter.OnDispose = () =>
        {
            stuck.TrySetException(new ObjectDisposedException("connection"));
            return ValueTask.CompletedTask;
        };
        await harness.StartAsync();
        await harness.AppendAsync("logs", "a");
        await WithoutTimeAsync(() => harness.Exporter.InFlight == 1, "it is under way");
        await harness.StopInTimeAsync();
        Assert.Equal(0, harness.Bench.RentedBuffers);
        Assert.DoesNotContain(harness.Bench.Log.Lines, line => line.Contains("left behind", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_exporter_that_fails_to_be_disposed_does_not_keep_its_consumer_open()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.OnDispose = () => throw new InvalidOperationException("cannot");
        await harness.StartAsync();
        await harness.RestartAsync();
        Assert.Contains(harness.Bench.Log.Lines, line => line.Contains("did not end cleanly", StringComparison.Ordinal));
        harness.Exporter.OnDispose = () => ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_can_be_disposed_twice_and_without_a_start()
    {
        await using var harness = new DeliveryHarness();
        harness.Exporter.OnStart = _ => throw new ComponentStartException("no");
        await Assert.ThrowsAsync<ComponentStartException>(() => harness.StartAsync());
        await harness.StopAsync();
        await harness.StopAsync();
        Assert.Equal(1, harness.Exporter.Disposals);
    }

    [Fact]
    public async Task A_defect_of_ours_stops_the_exporter_and_shows_as_Failed_for_good()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(workers: 3) };
        harness.Exporter.AnswerWith(attempt => attempt.Has("bad") ? DeliveryOutcome.Rejected("no") : DeliveryOutcome.Delivered());
        harness.DeadLetters.Failure = new InvalidOperationException("a defect");
        await harness.StartAsync();
        await harness.AppendAsync("logs", "bad");
        await harness.UntilAsync(() => harness.Health.State == HealthState.Failed, "it is Failed");
        Assert.Equal("internal error: a defect", harness.Health.Reason);
        Assert.Equal(1, await harness.Delivery.DrainAsync(CancellationToken.None));
        harness.Context.Health.Set(HealthState.Healthy);
        Assert.Equal(HealthState.Failed, harness.Health.State);
    }

    [Fact]
    public async Task What_an_exporter_says_of_itself_at_its_start_stays()
    {
        await using var harness = new DeliveryHarness();
        await harness.StartAsync(context => harness.Exporter.OnStart = _ =>
        {
            context.Health.Set(HealthState.Degraded, "the directory is missing");
            return ValueTask.CompletedTask;
        });
        Assert.Equal(HealthState.Degraded, harness.Health.State);
    }

    private static async Task<long> DrainAsync(DeliveryHarness harness, CancellationToken deadline)
    {
        var draining = harness.Delivery.DrainAsync(deadline);
        await harness.UntilAsync(() => draining.IsCompleted, "the drain has ended");
        return await draining;
    }

    private static async Task<DeliveryOutcome> HangAsync(Testing.Components.ScriptedAttempt attempt)
    {
        await new TaskCompletionSource().Task.WaitAsync(attempt.Cancellation);
        return DeliveryOutcome.Delivered();
    }
}
