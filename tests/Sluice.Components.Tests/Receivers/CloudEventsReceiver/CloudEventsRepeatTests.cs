using Sluice.Components.Tests.Receivers.WebhookReceiver;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using static Sluice.Components.Tests.Receivers.CloudEventsReceiver.CloudEventsUnderTest;

namespace Sluice.Components.Tests.Receivers.CloudEventsReceiver;

public sealed class CloudEventsRepeatTests
{
    [Fact]
    public async Task An_event_is_taken_once_whatever_the_mode_and_also_after_a_restart()
    {
        await using var test = await StartAsync();

        var first = await test.PostAsync(Structured, Event("1"));
        var second = await test.PostBinaryAsync("1", null, []);
        await test.RestartAsync();
        var third = await test.PostAsync(Batched, $"[{Event("1")}]");

        Assert.Equal((202, ""), (first.Status, first.Body));
        Assert.Equal((first.Status, first.Body), (second.Status, second.Body));
        Assert.Equal((first.Status, first.Body), (third.Status, third.Body));
        Assert.Single(test.Records);
    }

    [Fact]
    public async Task Source_and_id_name_an_event_together()
    {
        await using var test = await StartAsync();

        await test.PostAsync(Structured, Event("1", source: "/ab"));
        await test.PostAsync(Structured, Event("b1", source: "/a"));
        await test.PostAsync(Structured, Event("1", source: "/a"));

        Assert.Equal(3, test.Records.Count);
    }

    [Fact]
    public async Task Of_a_batch_what_is_new_is_taken_once()
    {
        await using var test = await StartAsync();

        await test.PostAsync(Structured, Event("2", ",\"n\":1"));
        var reply = await test.PostAsync(Batched, $"[{Event("1", ",\"n\":2")},{Event("2", ",\"n\":3")},{Event("3", ",\"n\":4")},{Event("1", ",\"n\":5")}]");
        var again = await test.PostAsync(Batched, $"[{Event("3", ",\"n\":6")},{Event("3", ",\"n\":7")}]");

        Assert.Equal((202, 202), (reply.Status, again.Status));
        Assert.Equal(["1", "2", "4"], test.Records.Select(record => WebhookUnderTest.Attributes(record)["cloudevents.extension.n"]));
        Assert.Equal(2, test.Intake.Submissions);
    }

    [Fact]
    public async Task A_repeat_waits_for_the_first_to_be_durable()
    {
        await using var test = await StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Intake.Gate = gate.Task;
        var first = test.PostAsync(Batched, $"[{Event("1")},{Event("2")}]");
        await Eventually.TrueAsync(() => test.Intake.Submissions == 1, "the first to be on its way");
        test.Intake.Gate = Task.CompletedTask;

        var repeats = Enumerable.Range(0, 5).Select(i => test.PostAsync(Batched, $"[{Event("2")},{Event("1")}]")).ToArray();
        Assert.Equal(202, (await test.PostAsync(Structured, Event("3"))).Status);

        Assert.All(repeats, repeat => Assert.False(repeat.IsCompleted));
        gate.SetResult();
        Assert.Equal(202, (await first).Status);
        Assert.All(await Task.WhenAll(repeats), reply => Assert.Equal(202, reply.Status));
        Assert.Equal(3, test.Records.Count);
    }

    [Fact]
    public async Task Batches_of_the_same_events_in_any_order_do_not_wait_for_each_other_for_ever()
    {
        await using var test = await StartAsync();
        string[] ids = [.. Enumerable.Range(0, 20).Select(i => $"{i}")];

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
        {
            var order = ids.Skip(i / 2).Concat(ids.Take(i / 2));
            return test.PostAsync(Batched, $"[{string.Join(',', (i % 2 == 0 ? order : order.Reverse()).Select(id => Event(id)))}]");
        }));

        Assert.All(replies, reply => Assert.Equal(202, reply.Status));
        Assert.Equal(20, test.Records.Count);
    }

    [Fact]
    public async Task A_repeat_is_taken_when_the_first_was_refused()
    {
        await using var test = await StartAsync();
        test.Intake.Refusal = new IntakeResult(IntakeStatus.Busy, default, default, "full");
        Assert.Equal(429, (await test.PostAsync(Structured, Event("1"))).Status);
        test.Intake.Refusal = null;

        Assert.Equal(202, (await test.PostAsync(Structured, Event("1"))).Status);

        Assert.Single(test.Records);
    }

    [Fact]
    public async Task The_oldest_are_forgotten_where_there_are_too_many()
    {
        await using var test = await StartAsync("remember_at_most: 2");
        foreach (var id in new[] { "1", "2", "3", "1", "3" })
        {
            Assert.Equal(202, (await test.PostAsync(Structured, Event(id))).Status);
        }

        Assert.Equal(4, test.Records.Count);
    }
}
