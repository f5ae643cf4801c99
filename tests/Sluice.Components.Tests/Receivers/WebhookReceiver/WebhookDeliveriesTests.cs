using Sluice.Runtime.Contracts;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

public sealed class WebhookDeliveriesTests
{
    private const string Endpoints =
        """
          a: {path: /a, verify: none}
          b: {path: /b, verify: none, remember_at_most: 2}
          content: {path: /content, verify: none, idempotency: content, remember_for: 10m}
          none: {path: /none, verify: none, idempotency: none}
        """;

    [Fact]
    public async Task A_repeat_is_answered_like_the_first_and_not_taken_again_also_after_a_restart()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        var first = await test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        var second = await test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        await test.RestartAsync(Endpoints);
        var third = await test.PostAsync("/a", "1", ("X-Request-ID", "one"));

        Assert.Equal((first.Status, first.Body), (second.Status, second.Body));
        Assert.Equal((first.Status, first.Body), (third.Status, third.Body));
        Assert.Single(test.Intake.Records);
    }

    [Fact]
    public async Task Ids_belong_to_their_endpoint()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        await test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        await test.PostAsync("/b", "1", ("X-Request-ID", "one"));

        Assert.Equal(2, test.Intake.Records.Count);
    }

    [Fact]
    public async Task A_repeat_waits_for_the_first_to_be_durable()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Intake.Gate = gate.Task;
        var first = test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        await Eventually.TrueAsync(() => test.Intake.Submissions == 1, "the first to be on its way");

        var repeats = Enumerable.Range(0, 5).Select(_ => test.PostAsync("/a", "1", ("X-Request-ID", "one"))).ToArray();
        test.Intake.Gate = Task.CompletedTask;

        // Another delivery overtakes them all.
        Assert.Equal(202, (await test.PostAsync("/a", "2", ("X-Request-ID", "two"))).Status);

        Assert.All(repeats, repeat => Assert.False(repeat.IsCompleted));
        gate.SetResult();
        Assert.Equal(202, (await first).Status);
        Assert.All(await Task.WhenAll(repeats), reply => Assert.Equal(202, reply.Status));
        Assert.Single(test.Intake.Records, item => item.Record.Body.IntValue == 1);
    }

    [Fact]
    public async Task A_repeat_takes_over_when_the_first_is_refused()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Intake.Gate = gate.Task;
        test.Intake.Refusal = new IntakeResult(IntakeStatus.Busy, default, TimeSpan.FromSeconds(1), "busy");
        var first = test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        await Eventually.TrueAsync(() => test.Intake.Submissions == 1, "the first to be on its way");
        var second = test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        gate.SetResult();
        Assert.Equal(429, (await first).Status);
        Assert.Equal(429, (await second).Status);
        test.Intake.Refusal = null;

        Assert.Equal(202, (await test.PostAsync("/a", "1", ("X-Request-ID", "one"))).Status);
        Assert.Equal(3, test.Intake.Submissions);
        Assert.Single(test.Intake.Records);
    }

    [Fact]
    public async Task Deliveries_are_remembered_for_a_day()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        await test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        test.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await test.PostAsync("/a", "1", ("X-Request-ID", "one"));
        Assert.Single(test.Intake.Records);

        test.Time.Advance(TimeSpan.FromSeconds(1));
        await test.PostAsync("/a", "1", ("X-Request-ID", "one"));

        Assert.Equal(2, test.Intake.Records.Count);
    }

    [Fact]
    public async Task The_oldest_go_first_when_there_are_too_many_and_are_counted()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        foreach (var id in new[] { "one", "two", "three", "one", "three" })
        {
            await test.PostAsync("/b", "1", ("X-Request-ID", id));
        }

        Assert.Equal(4, test.Intake.Records.Count);
        long forgotten = 0;
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == test.Meter && instrument.Name == "sluice_webhook_forgotten_deliveries")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => forgotten += tags.Contains(new("endpoint", "b")) ? count : 0);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(2, forgotten);
    }

    [Fact]
    public async Task By_content_a_repeat_is_known_whatever_its_id()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        await test.PostAsync("/content", "1", ("X-Request-ID", "one"));
        await test.PostAsync("/content", "1", ("X-Request-ID", "two"));
        await test.PostAsync("/content", "2", ("X-Request-ID", "one"));

        Assert.Equal([1, 2], test.Intake.Records.Select(item => item.Record.Body.IntValue));
    }

    [Theory]
    [InlineData("/none", "one")]
    [InlineData("/a", null)]
    [InlineData("/a", "")]
    public async Task Without_an_id_or_where_it_is_not_asked_for_everything_is_taken(string path, string? id)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        (string, string)[] headers = id is null ? [] : [("X-Request-ID", id)];

        await test.PostAsync(path, "1", headers);
        await test.PostAsync(path, "1", headers);

        Assert.Equal(2, test.Intake.Records.Count);
    }
}
