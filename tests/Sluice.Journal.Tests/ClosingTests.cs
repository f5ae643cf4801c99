namespace Sluice.Journal.Tests;

public sealed class ClosingTests
{
    [Fact]
    public async Task A_closed_journal_refuses_groups_and_says_so()
    {
        await using var host = new JournalFixture();
        host.Open("file", host.Topic);
        var late = host.Journal.CreateGroup();
        late.BeginEntry(host.Topic).Write("late"u8);
        late.EndEntry(1);
        await host.Journal.DisposeAsync();
        Assert.Equal(CommitStatus.Closed, (await host.Journal.CommitAsync(late)).Status);
        Assert.Equal(CommitStatus.Closed, (await host.AppendAsync(host.Topic, "later")).Status);
        Assert.Throws<ObjectDisposedException>(() => host.Open("other", host.Topic));
        await host.Journal.DisposeAsync();
    }

    [Fact]
    public async Task Closing_answers_those_who_wait_for_space()
    {
        await using var host = new JournalFixture();
        host.Open("file", host.Topic);
        var (_, last) = await host.FillAsync(host.Topic);
        var commit = last.AsTask();
        await host.Journal.DisposeAsync();
        Assert.Equal(CommitStatus.Closed, (await commit).Status);
    }

    [Fact]
    public async Task All_memory_goes_back_and_the_counts_stay()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        await host.AppendAsync(host.Topic, "a", 3);
        await host.AppendAsync(host.Topic, new byte[9000]);
        host.Buffer.Dispose();
        await host.Journal.DisposeAsync();
        Assert.Equal(0, host.Pool.RentedCount);
        Assert.False(host.TryRead(consumer, out _));
        Assert.Equal(-1, consumer.PeekLength());
        Assert.Equal((4L, 4L), (consumer.PendingRecords(host.Topic), consumer.Lag.Records));
        Assert.Equal(host.NowUnixNano, consumer.Lag.OldestUnixNano);
        Assert.Equal(4, host.Journal.GetStatus().Consumers.Single().Lag.Records);
    }
}
