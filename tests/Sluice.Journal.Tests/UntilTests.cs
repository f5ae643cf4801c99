namespace Sluice.Journal.Tests;

public sealed class UntilTests
{
    [Fact]
    public async Task A_consumer_with_an_end_reads_and_counts_what_is_before_it_and_holds_nothing_behind_it()
    {
        await using var host = new JournalFixture();
        host.Open("keeper", host.Topic).Dispose();
        var first = (await host.AppendAsync(host.Topic, "one", 2)).FirstRecord;
        await host.AppendAsync(host.Topic, "two", 3);
        await host.AppendAsync(host.Topic, "three", 4);
        var replay = host.Open("replay", new JournalConsumerOptions { Topics = [host.Topic, host.Other], StartAt = StartAt.Earliest, Until = first.Plus(5) });

        Assert.Equal((5L, 5L), (replay.SubscribedRecords(host.Topic), replay.PendingRecords(host.Topic)));
        host.Read(replay);
        Assert.Equal(3, host.Read(replay).RecordCount);
        Assert.False(host.TryRead(replay, out _));
        Assert.Equal(-1, replay.PeekLength());
        await host.AppendAsync(host.Topic, "four");
        await host.AppendAsync(host.Other, "other");
        Assert.False(host.TryRead(replay, out _));
        Assert.Equal((5L, 0L), (replay.SubscribedRecords(host.Topic), replay.SubscribedRecords(host.Other)));
        await host.SettleAsync(replay, host.Journal.DurableEnd);
        Assert.Equal((5L, 0L), (replay.SettledRecords(host.Topic), replay.Lag.Records));
    }

    [Fact]
    public async Task An_end_that_is_still_to_come_is_kept()
    {
        await using var host = new JournalFixture();
        var replay = host.Open("replay", new JournalConsumerOptions { Topics = [host.Topic], Until = host.Journal.DurableEnd.Plus(3) });
        await host.AppendAsync(host.Topic, "one", 3);
        await host.AppendAsync(host.Topic, "two", 3);
        Assert.Equal((3L, 3L), (replay.SubscribedRecords(host.Topic), replay.Lag.Records));
        host.Read(replay);
        Assert.False(host.TryRead(replay, out _));
    }

    [Fact]
    public async Task Behind_its_end_a_consumer_takes_no_space_and_refuses_nothing()
    {
        await using var host = new JournalFixture();
        var replay = host.Open("replay", new JournalConsumerOptions { Topics = [host.Topic], MaxLag = 100, Until = host.Journal.DurableEnd.Plus(1) });
        await host.AppendAsync(host.Topic, new byte[90]);
        Assert.Equal(CommitStatus.Committed, (await host.AppendAsync(host.Topic, new byte[1000])).Status);
        await host.SettleAsync(replay, host.Journal.DurableEnd);
        for (var i = 0; i < 200; i++)
        {
            Assert.True((await host.AppendAsync(host.Topic, new byte[1000])).Committed);
        }

        Assert.InRange(host.Journal.GetStatus().Bytes, 0, 4096);
    }

    [Fact]
    public async Task An_end_that_moves_on_adds_what_the_log_still_holds_and_one_that_moves_back_drops()
    {
        await using var host = new JournalFixture();
        host.Open("keeper", host.Topic).Dispose();
        var first = (await host.AppendAsync(host.Topic, "one", 2)).FirstRecord;
        await host.AppendAsync(host.Topic, "two", 3);
        await host.AppendAsync(host.Topic, "three", 4);
        var options = new JournalConsumerOptions { Topics = [host.Topic], StartAt = StartAt.Earliest, Until = first.Plus(2) };
        host.Open("replay", options).Dispose();

        var longer = host.Open("replay", options with { Until = null });
        Assert.Equal((9L, 9L), (longer.SubscribedRecords(host.Topic), longer.PendingRecords(host.Topic)));
        JournalFixture.AssertBalanced(longer);
        longer.Dispose();
        var shorter = host.Open("replay", options with { Until = first.Plus(5) });
        Assert.Equal((9L, 4L, 5L), (shorter.SubscribedRecords(host.Topic), shorter.DroppedRecords(host.Topic), shorter.Lag.Records));
        host.Read(shorter);
        host.Read(shorter);
        Assert.False(host.TryRead(shorter, out _));
    }
}
