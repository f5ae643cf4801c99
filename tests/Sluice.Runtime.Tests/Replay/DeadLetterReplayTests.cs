using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Replay;
using Sluice.Telemetry;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Replay;

public sealed class DeadLetterReplayTests
{
    private static readonly DeadLetterFilter All = new();

    [Fact]
    public async Task A_dead_letter_is_delivered_under_its_id_and_is_gone_from_the_list()
    {
        await using var harness = new ReplayHarness();
        await RefusedAsync(harness, "a", "b");
        var letters = harness.Letters;
        Assert.Equal(["no", "no"], letters.Select(letter => letter.Reason));

        var job = await ReplayAsync(harness, All);

        Assert.Equal((ReplayState.Done, 2L, 2L), (job.State, job.Found, job.Replayed));
        Assert.Equal(letters.Select(letter => letter.Id), harness.Delivered.Select(record => record.Id));
        Assert.All(harness.Delivered, record => Assert.Equal("logs", record.Pipeline));
        Assert.Empty(harness.Letters);
        Assert.Empty(Directory.GetFiles(Path.Combine(harness.Bench.DataDirectory, "dead-letters")));
        Assert.Equal(new DeadLetterCounts(2, 0, 2), harness.DeadLetters.Counts);
        Assert.Equal((2L, 2L), (harness.Ledger().Subscribed, harness.Ledger().Delivered));
        Assert.Equal(2, harness.Runtime.Ledger[0].Consumers[0].DeadLettered);
        Assert.Equal(0, harness.Bench.Journal.OpenTable("replayed_dead_letters", new()).Count);
    }

    [Fact]
    public async Task One_that_is_refused_again_is_a_new_dead_letter()
    {
        await using var harness = new ReplayHarness();
        await RefusedAsync(harness, "a");
        var before = Assert.Single(harness.Letters);
        harness.Answer = _ => DeliveryOutcome.Rejected("still no");

        var job = await ReplayAsync(harness, All);

        Assert.Equal(1, job.Replayed);
        var after = Assert.Single(harness.Letters);
        Assert.Equal((before.Id, "still no"), (after.Id, after.Reason));
        Assert.NotEqual(before.Key, after.Key);
        Assert.Equal(1, harness.Ledger().DeadLettered);
    }

    [Fact]
    public async Task Only_those_that_are_meant_are_replayed()
    {
        await using var harness = new ReplayHarness();
        await RefusedAsync(harness, "a");
        harness.Advance(TimeSpan.FromMinutes(1));
        var since = harness.Now;
        harness.Answer = _ => DeliveryOutcome.Rejected("Too LARGE");
        await harness.SubmitAsync(Signal.Traces, "t");
        await harness.UntilAsync(() => harness.Letters.Count == 2, "both are refused");
        harness.Advance(TimeSpan.FromMinutes(1));
        harness.Answer = _ => DeliveryOutcome.Delivered();

        Assert.Equal(0, (await ReplayAsync(harness, new DeadLetterFilter { Component = "out/keep" })).Found);
        Assert.Equal(0, (await ReplayAsync(harness, new DeadLetterFilter { Reason = "large", UntilUnixNano = since })).Found);
        Assert.Equal(0, (await ReplayAsync(harness, new DeadLetterFilter { Reason = "large", Pipeline = "logs" })).Found);
        Assert.Empty(harness.Delivered);
        await ReplayAsync(harness, new DeadLetterFilter { Reason = "large", SinceUnixNano = since, Component = "out", Pipeline = "traces" });
        Assert.Equal(["t"], harness.DeliveredNames);
        await ReplayAsync(harness, new DeadLetterFilter { Keys = [harness.Letters[0].Key] });
        Assert.Equal(["t", "a"], harness.DeliveredNames);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_refused()
    {
        await using var harness = new ReplayHarness();
        await RefusedAsync(harness, "a");
        var key = harness.Letters[0].Key;
        await ReplayAsync(harness, All);

        var gone = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.StartAsync(new DeadLetterReplayRequest(new() { Keys = [key] }, null)));
        Assert.Equal((ReplayProblem.Unknown, $"There is no dead letter {key}, or it was replayed."), (gone.Problem, gone.Message));
    }

    [Fact]
    public async Task Those_of_an_exporter_that_is_gone_need_another_one_that_takes_them()
    {
        await using var harness = new ReplayHarness();
        await RefusedAsync(harness, "a");
        var letter = Assert.Single(harness.Letters);
        await harness.RestartAsync("""
            receivers: {in: {}}
            exporters: {out/new: {batch: {min_size: 0}}, out/traces: {}}
            service:
              pipelines:
                logs: {receivers: [in], exporters: [out/new]}
                traces: {receivers: [in], exporters: [out/traces]}
            """);

        var gone = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.StartAsync(new DeadLetterReplayRequest(All, null)));
        Assert.Equal(
            (ReplayProblem.Conflict, $"Dead letter {letter.Key} is of exporter out, which is in no pipeline of this instance."), (gone.Problem, gone.Message));
        var unknown = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.StartAsync(new DeadLetterReplayRequest(All, "nobody")));
        Assert.Equal(ReplayProblem.Unknown, unknown.Problem);
        var other = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.StartAsync(new DeadLetterReplayRequest(All, "out/traces")));
        Assert.Equal($"Dead letter {letter.Key} is of logs, and exporter out/traces is in no pipeline that carries them.", other.Message);

        harness.LetGo();
        await ReplayAsync(harness, All, "out/new");
        Assert.Equal([letter.Id], harness.Components.Exporters["out/new"].Delivered.Select(record => record.Id));
    }

    [Fact]
    public async Task What_could_not_be_marked_is_never_appended_twice()
    {
        await using var harness = new ReplayHarness();
        await RefusedAsync(harness, "a", "b");
        harness.DeadLetters.CannotMark = true;
        var failed = await ReplayAsync(harness, All);
        Assert.Equal((ReplayState.Failed, "No space left on device"), (failed.State, failed.Problem));
        Assert.Equal(2, harness.Delivered.Count);
        Assert.Equal(2, harness.Letters.Count);

        await Assert.ThrowsAsync<IOException>(() => harness.Replays.StartAsync(new DeadLetterReplayRequest(All, null)));
        harness.DeadLetters.CannotMark = false;
        Assert.Equal(0, (await ReplayAsync(harness, All)).Found);

        Assert.Equal(["a", "b"], harness.DeliveredNames);
        Assert.Empty(harness.Letters);
    }

    [Fact]
    public async Task One_replay_goes_on_after_a_restart_and_another_waits_for_it()
    {
        await using var harness = new ReplayHarness();
        await harness.StartAsync();
        harness.Answer = _ => DeliveryOutcome.Rejected("no");
        for (var i = 0; i < 20; i++)
        {
            await harness.SubmitAsync(Signal.Logs, $"{i:D2}".PadRight(64 << 10, '.'));
        }

        await harness.UntilAsync(() => harness.Letters.Count == 20, "all are refused");
        harness.Advance(TimeSpan.FromSeconds(1));
        harness.Answer = _ => DeliveryOutcome.Retry("down");
        var id = (await harness.Replays.StartAsync(new DeadLetterReplayRequest(All, null))).Job.Id;
        await harness.UntilAsync(() => harness.Replays.Find(id)!.WaitingFor is not null, "it waits for the exporter");
        var other = await Assert.ThrowsAsync<ReplayException>(() => harness.Replays.StartAsync(new DeadLetterReplayRequest(All, null)));
        Assert.Equal($"Replay {id} of dead letters is running.", other.Message);

        await harness.RestartAsync();
        harness.Answer = _ => DeliveryOutcome.Delivered();
        var job = await harness.EndedAsync(id);

        Assert.Equal((ReplayState.Done, 20L), (job.State, job.Replayed));
        Assert.Equal(20, harness.Delivered.DistinctBy(record => record.Id).Count());
        Assert.Equal(20, harness.Delivered.Count);
        Assert.Empty(harness.Letters);
    }

    /// <summary>Starts with an exporter that refuses these, and makes it take everything again.</summary>
    private static async Task RefusedAsync(ReplayHarness harness, params string[] names)
    {
        await harness.StartAsync();
        harness.Answer = _ => DeliveryOutcome.Rejected("no");
        await harness.SubmitAsync(Signal.Logs, names);
        await harness.UntilAsync(() => harness.Letters.Count == names.Length, "they are refused");
        harness.Advance(TimeSpan.FromSeconds(1));
        harness.Answer = _ => DeliveryOutcome.Delivered();
    }

    private static async Task<ReplayJob> ReplayAsync(ReplayHarness harness, DeadLetterFilter filter, string? to = null)
    {
        var started = await harness.Replays.StartAsync(new DeadLetterReplayRequest(filter, to));
        var job = await harness.EndedAsync(started.Job.Id);
        harness.Advance(TimeSpan.FromSeconds(1));
        return job;
    }
}
