namespace Sluice.Journal.Tests;

public sealed class RemovalTests
{
    [Fact]
    public async Task A_removed_consumer_leaves_nothing_behind_and_its_name_begins_anew()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        for (var i = 0; i < 30; i++)
        {
            await host.AppendAsync(host.Topic, new byte[1000], 2);
        }

        consumer.Dispose();
        Assert.True((await host.Journal.RemoveConsumerAsync("file")).Committed);
        Assert.Empty(host.Journal.GetStatus().Consumers);
        Assert.InRange(host.Journal.GetStatus().Bytes, 0, 4096);

        var again = host.Open("file", host.Topic);
        Assert.Equal((0L, 0L), (again.SubscribedRecords(host.Topic), again.DroppedRecords(host.Topic)));
        await host.AppendAsync(host.Topic, "new");
        host.Read(again);
        Assert.Equal("new", host.ReadText);
    }

    [Fact]
    public async Task One_that_is_open_is_not_removed_and_one_that_is_not_there_is_fine()
    {
        await using var host = new JournalFixture();
        host.Open("file", host.Topic);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await host.Journal.RemoveConsumerAsync("file"));
        Assert.True((await host.Journal.RemoveConsumerAsync("none")).Committed);
        Assert.Equal("file", host.Journal.GetStatus().Consumers.Single().Name);
    }

    [Fact]
    public async Task A_group_that_still_names_it_changes_nothing_else()
    {
        await using var host = new JournalFixture();
        var old = host.Open("file", host.Topic);
        await host.AppendAsync(host.Topic, "a");
        old.Dispose();
        await host.Journal.RemoveConsumerAsync("file");
        var again = host.Open("file", host.Topic);
        await host.AppendAsync(host.Topic, "b");
        await host.SettleAsync(old, host.Journal.DurableEnd);
        Assert.Equal(1, again.PendingRecords(host.Topic));
        host.Read(again);
        Assert.Equal("b", host.ReadText);
    }

    [Fact]
    public async Task Those_who_wait_for_its_space_get_it()
    {
        await using var host = new JournalFixture();
        host.Open("file", host.Topic).Dispose();
        var (_, last) = await host.FillAsync(host.Topic);
        var commit = last.AsTask();
        Assert.False(commit.IsCompleted);
        await host.Journal.RemoveConsumerAsync("file");
        Assert.True((await commit).Committed);
    }
}
