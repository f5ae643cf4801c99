namespace Sluice.Journal.Tests;

public sealed class ConsumerTests
{
    [Fact]
    public async Task A_new_consumer_starts_behind_what_is_there_or_at_the_oldest_held()
    {
        await using var host = new JournalFixture();
        host.Open("keeper", host.Topic);
        await host.AppendAsync(host.Topic, "old", 2);
        var latest = host.Open("latest", host.Topic);
        var earliest = host.Open("earliest", new JournalConsumerOptions { Topics = [host.Topic], StartAt = StartAt.Earliest });

        Assert.Equal(host.Journal.DurableEnd, latest.Cursor);
        Assert.False(host.TryRead(latest, out _));
        Assert.Equal((2L, 2L), (earliest.SubscribedRecords(host.Topic), earliest.PendingRecords(host.Topic)));
        host.Read(earliest);
        Assert.Equal("old", host.ReadText);
    }

    [Fact]
    public async Task A_cursor_inside_an_entry_counts_its_first_records_as_settled()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var first = (await host.AppendAsync(host.Topic, "five", 5)).FirstRecord;
        host.Read(consumer);
        await host.SettleAsync(consumer, first.Plus(2));
        Assert.Equal((2L, 3L), (consumer.SettledRecords(host.Topic), consumer.PendingRecords(host.Topic)));
        Assert.True(consumer.Lag.Bytes > 4, "the entry is held whole");

        consumer.Dispose();
        var again = host.Open("file", host.Topic);
        Assert.Equal(first.Plus(2), again.Cursor);
        var entry = host.Read(again);
        Assert.Equal((first, 5, 2), (entry.FirstRecord, entry.RecordCount, entry.SettledRecords));
    }

    [Fact]
    public async Task A_cursor_never_moves_back_and_not_beyond_the_end()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var first = (await host.AppendAsync(host.Topic, "a", 3)).FirstRecord;
        await host.SettleAsync(consumer, first.Plus(2));
        await host.SettleAsync(consumer, first.Plus(1));
        Assert.Equal(first.Plus(2), consumer.Cursor);
        await host.SettleAsync(consumer, first.Plus(1000));
        Assert.Equal(host.Journal.DurableEnd, consumer.Cursor);
        await host.AppendAsync(host.Topic, "b");
        Assert.Equal(1, consumer.PendingRecords(host.Topic));
    }

    [Fact]
    public async Task A_group_cannot_settle_its_own_records()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("loop", host.Topic);
        var group = host.Journal.CreateGroup();
        group.BeginEntry(host.Topic).Write("a"u8);
        group.EndEntry(1);
        group.SetCursor(consumer, host.Journal.DurableEnd.Plus(1));
        await host.Journal.CommitAsync(group, CommitKind.Internal);
        Assert.Equal(1, consumer.PendingRecords(host.Topic));
    }

    [Fact]
    public async Task Lag_is_exact_in_bytes_records_and_age()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        Assert.Equal(default, consumer.Lag);
        var oldest = host.NowUnixNano;
        var first = (await host.AppendAsync(host.Topic, new byte[100], 2)).FirstRecord;
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var newer = host.NowUnixNano;
        await host.AppendAsync(host.Topic, new byte[200], 3);
        await host.AppendAsync(host.Other, new byte[400], 7);
        var overhead = consumer.Lag.Bytes - 300;
        Assert.Equal(new JournalLag(300 + overhead, 5, oldest), consumer.Lag);
        Assert.InRange(overhead, 1, 64);
        await host.SettleAsync(consumer, first.Plus(2));
        Assert.Equal(new JournalLag(200 + (overhead / 2), 3, newer), consumer.Lag);
    }

    [Fact]
    public async Task A_name_can_be_open_once_at_a_time()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var error = Assert.Throws<InvalidOperationException>(() => host.Open("file", host.Topic));
        Assert.Contains("'file'", error.Message, StringComparison.Ordinal);
        consumer.Dispose();
        host.Open("file", host.Topic);
    }

    [Fact]
    public async Task Opened_again_it_reads_what_it_had_not_settled_and_what_came_meanwhile()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var first = (await host.AppendAsync(host.Topic, "a")).FirstRecord;
        await host.AppendAsync(host.Topic, "b");
        host.Read(consumer);
        host.Read(consumer);
        await host.SettleAsync(consumer, first.Plus(1));
        consumer.Dispose();
        Assert.False(host.TryRead(consumer, out _));
        await host.AppendAsync(host.Topic, "c");
        Assert.False(host.Journal.GetStatus().Consumers.Single().IsOpen);

        var again = host.Open("file", host.Topic);
        host.Read(again);
        Assert.Equal("b", host.ReadText);
        host.Read(again);
        Assert.Equal("c", host.ReadText);
        Assert.Equal(3, again.SubscribedRecords(host.Topic));
    }

    [Fact]
    public async Task A_topic_that_is_no_longer_read_is_dropped_and_a_new_one_starts_where_it_should()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        await host.AppendAsync(host.Topic, "a", 2);
        await host.AppendAsync(host.Other, "unseen");
        consumer.Dispose();

        var again = host.Open("file", host.Other);
        Assert.Equal((2L, 0L), (again.DroppedRecords(host.Topic), again.PendingRecords(host.Topic)));
        Assert.False(host.TryRead(again, out _));
        await host.AppendAsync(host.Topic, "b");
        await host.AppendAsync(host.Other, "seen");
        host.Read(again);
        Assert.Equal("seen", host.ReadText);
        Assert.False(host.TryRead(again, out _));
    }

    [Fact]
    public async Task The_backlog_of_an_orphan_is_kept_for_its_time_and_then_dropped()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        await host.AppendAsync(host.Topic, "a", 2);
        consumer.Dispose();
        host.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(2, host.Journal.GetStatus().Consumers.Single().Lag.Records);
        host.Clock.Advance(TimeSpan.FromHours(1));
        var status = host.Journal.GetStatus().Consumers.Single();
        Assert.Equal((0L, 2L), (status.Lag.Records, status.DroppedRecords));

        var again = host.Open("file", host.Topic);
        Assert.Equal(2, again.DroppedRecords(host.Topic));
        await host.AppendAsync(host.Topic, "b");
        host.Read(again);
        Assert.Equal("b", host.ReadText);
    }

    [Fact]
    public async Task Waiting_ends_when_an_entry_of_its_topics_arrives_and_not_before()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var wait = consumer.WaitAsync(TestContext.Current.CancellationToken).AsTask();
        await host.AppendAsync(host.Other, "elsewhere");
        Assert.False(wait.IsCompleted);
        await host.AppendAsync(host.Topic, "here");
        Assert.True(await wait);
        Assert.True(await consumer.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled_and_begun_again()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        using var cancellation = new CancellationTokenSource();
        var wait = consumer.WaitAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await consumer.WaitAsync(cancellation.Token));

        wait = consumer.WaitAsync(CancellationToken.None).AsTask();
        await host.AppendAsync(host.Topic, "a");
        Assert.True(await wait);
    }

    [Fact]
    public async Task Waiting_ends_with_false_when_the_consumer_or_the_journal_closes()
    {
        await using var host = new JournalFixture();
        var first = host.Open("first", host.Topic);
        var second = host.Open("second", host.Topic);
        var firstWait = first.WaitAsync(CancellationToken.None).AsTask();
        var secondWait = second.WaitAsync(CancellationToken.None).AsTask();
        first.Dispose();
        Assert.False(await firstWait);
        Assert.False(secondWait.IsCompleted);
        await host.Journal.DisposeAsync();
        Assert.False(await secondWait);
        Assert.False(await second.WaitAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Two_waits_at_once_are_an_error()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var wait = consumer.WaitAsync(CancellationToken.None).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await consumer.WaitAsync(CancellationToken.None));
        await host.AppendAsync(host.Topic, "a");
        Assert.True(await wait);
    }
}
