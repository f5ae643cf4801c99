using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Replay;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Replay;

public sealed class JournalReplayTests
{
    /// <summary>A record of which 16 fill what a replay may have waiting.</summary>
    private const int Large = 64 << 10;

    [Fact]
    public async Task Records_of_the_time_asked_for_are_delivered_again_under_their_ids()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        await harness.SubmitAsync(Signal.Logs, "early");
        harness.Advance(TimeSpan.FromHours(1));
        var since = harness.Now;
        await harness.SubmitAsync(Signal.Logs, "a", "b");
        await harness.SubmitAsync(Signal.Traces, "t");
        harness.Advance(TimeSpan.FromHours(1));
        var until = harness.Now;
        await harness.SubmitAsync(Signal.Logs, "late");
        await harness.UntilAsync(() => harness.Delivered.Count == 5, "all are delivered");
        var first = harness.Delivered;

        var started = await harness.Replays.StartAsync(new ReplayRequest("out", since, until));
        var job = await harness.EndedAsync(started.Job.Id);

        Assert.Equal((ReplayState.Done, 5L, 3L, 2L, 0L), (job.State, job.Found, job.Replayed, job.Skipped, job.Dropped));
        Assert.Equal(started.Job.OldestUnixNano, since - (3600 * 1_000_000_000L));
        Assert.Equal(first.Where(record => record.Name is "a" or "b" or "t"), harness.Delivered.Skip(5).OrderBy(record => record.Id));
        Assert.Equal((3L, 3L, 0L), (harness.Ledger().Subscribed, harness.Ledger().Delivered, harness.Ledger().Pending));
        Assert.Equal([4L, 1L], harness.Runtime.Ledger.Select(line => line.Consumers.Single(consumer => consumer.Exporter == "out").Delivered));
        Assert.DoesNotContain(harness.Consumers, ReplayTopics.IsConsumer);
    }

    [Fact]
    public async Task Records_that_come_while_it_runs_are_not_replayed()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        await harness.SubmitLargeAsync(20, Large);
        var stalled = await StallAsync(harness);
        await harness.SubmitAsync(Signal.Logs, "new");
        harness.Answer = _ => DeliveryOutcome.Delivered();
        await harness.EndedAsync(stalled);
        await harness.UntilAsync(() => harness.DeliveredNames.Contains("new"), "the new one is delivered");

        Assert.Equal(41, harness.Delivered.Count);
        Assert.Single(harness.DeliveredNames, "new");
    }

    [Fact]
    public async Task It_goes_on_where_it_was_after_a_restart()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();

        // Behind a restart as much again may be waiting, and there is still more.
        await harness.SubmitLargeAsync(48, Large);
        var id = await StallAsync(harness);
        Assert.InRange(harness.Replays.Find(id)!.Job.Replayed, 15, 20);

        await harness.RestartAsync();
        Assert.Equal(ReplayState.Running, harness.Replays.Find(id)!.Job.State);
        harness.Answer = _ => DeliveryOutcome.Delivered();
        var job = await harness.EndedAsync(id);

        Assert.Equal((ReplayState.Done, 48L), (job.State, job.Replayed));
        Assert.Equal(96, harness.Delivered.Count);
        Assert.All(harness.Delivered.GroupBy(record => record.Id), records => Assert.Equal(2, records.Count()));
        Assert.Equal(48, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task It_can_be_cancelled_and_what_it_appended_is_delivered()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        await harness.SubmitLargeAsync(24, Large);
        var id = await StallAsync(harness);

        var cancelled = (await harness.Replays.CancelAsync(id)).Job;
        harness.Answer = _ => DeliveryOutcome.Delivered();
        await harness.EndedAsync(id);

        Assert.Equal(ReplayState.Cancelled, cancelled.State);
        Assert.InRange(cancelled.Replayed, 15, 20);
        Assert.Equal(24 + cancelled.Replayed, harness.Delivered.Count);
        Assert.DoesNotContain(harness.Consumers, ReplayTopics.IsConsumer);
        var again = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.CancelAsync(id));
        Assert.Equal((ReplayProblem.Conflict, $"Replay {id} has ended: it is cancelled."), (again.Problem, again.Message));
        var unknown = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.CancelAsync("nothing"));
        Assert.Equal(ReplayProblem.Unknown, unknown.Problem);
    }

    [Fact]
    public async Task One_exporter_has_one_replay_at_a_time_and_must_be_there()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        await harness.SubmitLargeAsync(20, Large);
        var id = await StallAsync(harness);

        var second = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.StartAsync(new ReplayRequest("out", 0, null)));
        var unknown = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.StartAsync(new ReplayRequest("nobody", 0, null)));

        Assert.Equal((ReplayProblem.Conflict, $"Replay {id} to exporter out is running."), (second.Problem, second.Message));
        Assert.Equal((ReplayProblem.Unknown, "one of out, out/keep"), (unknown.Problem, unknown.Expected));
    }

    [Fact]
    public async Task It_waits_for_space_in_the_journal_without_taking_the_reserve()
    {
        await using var harness = new ReplayHarness(new JournalOptions { MaxSize = 16 * Large, MaxGroupSize = 4 * Large, MaxWait = TimeSpan.Zero });
        await harness.StartAsync();
        await harness.SubmitLargeAsync(14, Large - 1024);

        var id = (await harness.Replays.StartAsync(new ReplayRequest("out", 0, null))).Job.Id;
        await harness.UntilAsync(() => harness.Replays.Find(id)!.WaitingFor is not null, "it waits");
        Assert.Contains("'out/keep' lags", harness.Replays.Find(id)!.WaitingFor, StringComparison.Ordinal);
        harness.LetGo();
        var job = await harness.EndedAsync(id);

        Assert.Equal((ReplayState.Done, 14L, 0L), (job.State, job.Replayed, job.Dropped));
        Assert.Equal(28, harness.Delivered.Count);
    }

    [Fact]
    public async Task It_yields_to_new_records_when_the_journal_is_full_and_counts_what_it_lost()
    {
        await using var harness = new ReplayHarness(new JournalOptions { MaxSize = 64 * Large, MaxGroupSize = 4 * Large, MaxWait = TimeSpan.Zero });
        await harness.StartAsync();
        await harness.SubmitLargeAsync(36, Large - 1024);
        var id = await StallAsync(harness);
        harness.LetGo();
        await harness.UntilAsync(
            () => harness.Bench.Journal.GetStatus().Consumers.Single(consumer => consumer.Name == "out/keep").Lag.Records == 0,
            "nothing but the replay holds them");
        for (var i = 0; i < 40; i++)
        {
            await harness.SubmitAsync(Signal.Logs, $"new {i}".PadRight(Large / 2, '.'));
        }

        harness.Answer = _ => DeliveryOutcome.Delivered();
        var job = await harness.EndedAsync(id);
        await harness.UntilAsync(() => harness.Delivered.Count == 36 + 40 + job.Replayed, "all are delivered");

        Assert.Equal(ReplayState.Done, job.State);
        Assert.InRange(job.Dropped, 1, 20);
        Assert.Equal(36, job.Replayed + job.Dropped);
        Assert.Equal(job.Replayed, harness.Ledger().Delivered);
    }

    [Fact]
    public async Task What_an_exporter_refuses_of_it_becomes_a_dead_letter_in_its_own_account()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        await harness.SubmitAsync(Signal.Logs, "good", "bad");
        await harness.UntilAsync(() => harness.Delivered.Count == 2, "both are delivered");
        harness.Answer = attempt =>
        {
            attempt.Batch.Reject(0, 1, "no");
            return DeliveryOutcome.Delivered();
        };
        var id = (await harness.Replays.StartAsync(new ReplayRequest("out", 0, null))).Job.Id;
        await harness.EndedAsync(id);

        Assert.Equal((2L, 1L, 1L), (harness.Ledger().Subscribed, harness.Ledger().Delivered, harness.Ledger().DeadLettered));
        var letter = Assert.Single(harness.Letters);
        Assert.Equal((harness.Delivered[1].Id, "logs", "out"), (letter.Id, letter.Pipeline, letter.Component));
    }

    [Fact]
    public async Task An_entry_that_is_no_replay_is_counted_as_corrupt()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        var group = harness.Bench.Journal.CreateGroup();
        group.BeginEntry(harness.Bench.Journal.OpenTopic(ReplayTopics.NameOf("out", Signal.Logs))).Write([1, 2, 3]);
        group.EndEntry(5);
        Assert.True((await harness.Bench.Journal.CommitAsync(group)).Committed);

        await harness.UntilAsync(() => harness.Ledger().Pending == 0, "it is settled");
        Assert.Equal((5L, 5L), (harness.Ledger().Subscribed, harness.Ledger().Corrupt));
    }

    [Fact]
    public async Task A_replay_to_an_exporter_that_is_gone_fails_at_the_next_start()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        await harness.SubmitLargeAsync(20, Large);
        var id = await StallAsync(harness);

        await harness.RestartAsync("""
            receivers: {in: {}}
            exporters: {out/keep: {batch: {min_size: 0}}}
            service: {pipelines: {logs: {receivers: [in], exporters: [out/keep]}}}
            """);

        await harness.UntilAsync(() => harness.Replays.Find(id)!.Job.State == ReplayState.Failed, "it fails");
        Assert.Equal("There is no exporter \"out\" in a pipeline of this instance.", harness.Replays.Find(id)!.Job.Problem);
        Assert.DoesNotContain(harness.Consumers, ReplayTopics.IsConsumer);
    }

    /// <summary>Begins a replay to an exporter that takes nothing, and waits until it may append no more.</summary>
    private static async Task<string> StallAsync(ReplayHarness harness)
    {
        harness.Answer = _ => DeliveryOutcome.Retry("down");
        var id = (await harness.Replays.StartAsync(new ReplayRequest("out", 0, long.MaxValue))).Job.Id;
        await harness.UntilAsync(() => harness.Replays.Find(id)!.WaitingFor is not null, "the replay waits for the exporter");
        Assert.Equal("exporter out has 1048576 bytes of replayed records to deliver", harness.Replays.Find(id)!.WaitingFor);
        return id;
    }
}
