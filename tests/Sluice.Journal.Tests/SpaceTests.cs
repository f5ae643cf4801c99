namespace Sluice.Journal.Tests;

public sealed class SpaceTests
{
    private static readonly TimeSpan MaxWait = JournalFixture.Small.MaxWait;

    [Fact]
    public async Task What_all_consumers_have_settled_is_freed()
    {
        await using var host = new JournalFixture();
        var fast = host.Open("fast", host.Topic);
        var slow = host.Open("slow", host.Topic);
        for (var i = 0; i < 40; i++)
        {
            await host.AppendAsync(host.Topic, new byte[1000]);
        }

        var full = host.Journal.GetStatus().Bytes;
        await host.SettleAsync(fast, host.Journal.DurableEnd);
        Assert.Equal(full, host.Journal.GetStatus().Bytes);
        await host.SettleAsync(slow, host.Journal.DurableEnd);
        Assert.InRange(host.Journal.GetStatus().Bytes, 0, 4096);
    }

    [Fact]
    public async Task What_nobody_reads_takes_no_space()
    {
        await using var host = new JournalFixture();
        for (var i = 0; i < 200; i++)
        {
            Assert.True((await host.AppendAsync(host.Topic, new byte[1000])).Committed);
        }

        Assert.Equal(0, host.Journal.GetStatus().Bytes);
    }

    [Fact]
    public async Task A_consumer_of_one_topic_does_not_hold_what_was_written_to_others()
    {
        await using var host = new JournalFixture();
        var stuck = host.Open("stuck", host.Other);
        var reader = host.Open("reader", host.Topic);
        await host.AppendAsync(host.Other, "held");
        for (var i = 0; i < 200; i++)
        {
            Assert.True((await host.AppendAsync(host.Topic, new byte[1000])).Committed);
            await host.SettleAsync(reader, host.Journal.DurableEnd);
        }

        Assert.Equal(1, stuck.Lag.Records);
    }

    [Fact]
    public async Task A_full_journal_makes_intake_wait_and_then_refuses_naming_the_holder()
    {
        await using var host = new JournalFixture();
        host.Open("elastic", host.Topic);
        var (taken, last) = await host.FillAsync(host.Topic);
        Assert.InRange(taken, 40, 60);
        var commit = last.AsTask();

        host.Clock.Advance(MaxWait - TimeSpan.FromMilliseconds(1));
        Assert.False(commit.IsCompleted);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var result = await commit;

        Assert.Equal(CommitStatus.Full, result.Status);
        Assert.Contains($"'elastic' lags {taken * 1044} bytes, {taken} records", result.Reason, StringComparison.Ordinal);
        Assert.True(result.RetryAfter > TimeSpan.Zero);
        Assert.Equal(0, host.Clock.ArmedTimers);
    }

    [Fact]
    public async Task Those_who_wait_are_served_in_order_when_space_is_freed()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("elastic", host.Topic);
        var (_, last) = await host.FillAsync(host.Topic);
        var first = last.AsTask();
        var second = host.AppendAsync(host.Topic, "small enough to fit, but behind in the line").AsTask();
        Assert.False(second.IsCompleted);
        await host.SettleAsync(consumer, host.Journal.DurableEnd);
        var (one, two) = (await first, await second);
        Assert.True(one.Committed && two.Committed);
        Assert.Equal(one.FirstRecord.Plus(1), two.FirstRecord);
    }

    [Fact]
    public async Task The_wait_is_over_for_each_at_its_own_time()
    {
        await using var host = new JournalFixture();
        host.Open("elastic", host.Topic);
        var (_, last) = await host.FillAsync(host.Topic);
        var first = last.AsTask();
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        var second = host.AppendAsync(host.Topic, new byte[1024]).AsTask();
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(CommitStatus.Full, (await first).Status);
        Assert.False(second.IsCompleted);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(CommitStatus.Full, (await second).Status);
    }

    [Fact]
    public async Task Only_so_many_may_wait()
    {
        await using var host = new JournalFixture(JournalFixture.Small with { MaxWaitingGroups = 1 });
        host.Open("elastic", host.Topic);
        var (_, last) = await host.FillAsync(host.Topic);
        var first = last.AsTask();
        Assert.Equal(CommitStatus.Full, (await host.AppendAsync(host.Topic, new byte[1024])).Status);
        Assert.False(first.IsCompleted);
        host.Clock.Advance(MaxWait);
        Assert.Equal(CommitStatus.Full, (await first).Status);
    }

    [Fact]
    public async Task Intake_that_needs_no_space_passes_those_who_wait()
    {
        await using var host = new JournalFixture();
        host.Open("elastic", host.Topic);
        var (_, last) = await host.FillAsync(host.Topic);
        var waiting = last.AsTask();
        Assert.True((await host.AppendAsync(host.Other, "nobody reads it")).Committed);
        Assert.False(waiting.IsCompleted);
        host.Clock.Advance(MaxWait);
        await waiting;
    }

    [Fact]
    public async Task Internal_groups_use_the_reserve_and_never_wait()
    {
        await using var host = new JournalFixture(JournalFixture.Small with { MaxWait = TimeSpan.Zero });
        var consumer = host.Open("elastic", host.Topic);
        Assert.Equal(CommitStatus.Full, (await (await host.FillAsync(host.Topic)).Last).Status);
        var (taken, last) = await host.FillAsync(host.Topic, CommitKind.Internal);
        Assert.True(taken > 0, "there was no reserve");
        Assert.Equal(CommitStatus.Full, (await last).Status);
        Assert.InRange(host.Journal.GetStatus().Bytes, 1, host.Journal.GetStatus().MaxBytes);

        // A group without entries goes through even then: it is what makes space.
        Assert.True((await host.SettleAsync(consumer, host.Journal.DurableEnd)).Committed);
        Assert.True((await host.AppendAsync(host.Topic, new byte[1024])).Committed);
    }

    [Fact]
    public async Task A_rejecting_consumer_at_its_limit_refuses_only_what_is_routed_to_it()
    {
        await using var host = new JournalFixture();
        var limited = host.Open("elastic", new JournalConsumerOptions { Topics = [host.Topic], MaxLag = 3000 });
        host.Open("file", host.Topic, host.Other);
        Assert.True((await host.AppendAsync(host.Topic, new byte[1024])).Committed);
        Assert.True((await host.AppendAsync(host.Topic, new byte[1024])).Committed);

        var refused = await host.AppendAsync(host.Topic, new byte[1024]);
        Assert.Equal(CommitStatus.Full, refused.Status);
        Assert.Contains("'elastic' lags 2088 bytes, 2 records, and may lag 3000 bytes", refused.Reason, StringComparison.Ordinal);
        Assert.True((await host.AppendAsync(host.Other, new byte[1024])).Committed);
        Assert.True((await host.AppendAsync(host.Topic, new byte[1024], 1, CommitKind.Internal)).Committed);

        await host.SettleAsync(limited, host.Journal.DurableEnd);
        Assert.True((await host.AppendAsync(host.Topic, new byte[9000])).Committed, "with nothing pending any group is taken");
    }

    [Fact]
    public async Task A_dropping_consumer_at_its_limit_loses_its_oldest_entries_whole_and_counted()
    {
        await using var host = new JournalFixture();
        var dropping = host.Open("debug", new JournalConsumerOptions { Topics = [host.Topic, host.Other], MaxLag = 3000, OnFull = OnFull.DropOldest });
        await host.AppendAsync(host.Topic, new byte[1000], 2);
        await host.AppendAsync(host.Other, new byte[1000], 3);
        await host.AppendAsync(host.Topic, new byte[1000], 5);
        Assert.Equal((2L, 0L), (dropping.DroppedRecords(host.Topic), dropping.DroppedRecords(host.Other)));
        Assert.Equal(new RecordId(host.Journal.Epoch, 2), dropping.Cursor);
        Assert.Equal(3, host.Read(dropping).RecordCount);
        Assert.Equal(5, host.Read(dropping).RecordCount);
        JournalFixture.AssertBalanced(dropping);
    }

    [Fact]
    public async Task A_dropping_consumer_never_makes_others_wait()
    {
        await using var host = new JournalFixture();
        var dropping = host.Open("debug", new JournalConsumerOptions { Topics = [host.Topic], OnFull = OnFull.DropOldest });
        for (var i = 0; i < 200; i++)
        {
            Assert.True((await host.AppendAsync(host.Topic, new byte[1000], 2)).Committed);
        }

        Assert.Equal(400, dropping.SubscribedRecords(host.Topic));
        Assert.InRange(dropping.DroppedRecords(host.Topic), 280, 399);
        var next = dropping.DroppedRecords(host.Topic);
        while (host.TryRead(dropping, out var entry))
        {
            Assert.Equal((ulong)next, entry.FirstRecord.Sequence);
            next += 2;
        }

        Assert.Equal(400, next);
    }

    [Fact]
    public async Task Nothing_is_dropped_when_that_would_not_make_space()
    {
        await using var host = new JournalFixture(JournalFixture.Small with { MaxWait = TimeSpan.Zero });
        var dropping = host.Open("debug", new JournalConsumerOptions { Topics = [host.Topic], OnFull = OnFull.DropOldest });
        host.Open("elastic", host.Topic);
        var (_, last) = await host.FillAsync(host.Topic);
        Assert.Contains("'elastic'", (await last).Reason ?? "", StringComparison.Ordinal);
        Assert.Equal(0, dropping.DroppedRecords(host.Topic));
    }

    [Fact]
    public async Task What_was_read_is_not_counted_as_dropped_until_it_can_never_be_settled()
    {
        await using var host = new JournalFixture();
        var options = new JournalConsumerOptions { Topics = [host.Topic], OnFull = OnFull.DropOldest };
        var dropping = host.Open("debug", options);
        await host.AppendAsync(host.Topic, new byte[1000], 2);
        await host.AppendAsync(host.Topic, new byte[1000], 2);
        var (first, second) = (host.Read(dropping), host.Read(dropping));
        for (var i = 0; i < 100; i++)
        {
            await host.AppendAsync(host.Topic, new byte[1000]);
        }

        var dropped = dropping.DroppedRecords(host.Topic);
        Assert.InRange(dropped, 30, 100);
        Assert.Equal(first.FirstRecord, dropping.Cursor);
        JournalFixture.AssertBalanced(dropping);
        await host.SettleAsync(dropping, first.End);
        Assert.Equal((2L, dropped), (dropping.SettledRecords(host.Topic), dropping.DroppedRecords(host.Topic)));
        Assert.Equal(first.End, dropping.Cursor);

        dropping.Dispose();
        var again = host.Open("debug", options);
        Assert.Equal(dropped + second.RecordCount, again.DroppedRecords(host.Topic));
        Assert.Equal(again.Cursor, host.Read(again).FirstRecord);
    }

    [Fact]
    public async Task Limits_that_contradict_each_other_are_refused()
    {
        await using var host = new JournalFixture();
        var error = Assert.Throws<ArgumentException>(() => new MemoryJournal(new() { MaxSize = 1 << 20 }, host.Pool, host.Clock));
        Assert.Contains("raise its size or lower the size of groups", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryJournal(new() { MaxSize = 0 }, host.Pool, host.Clock));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryJournal(new() { MaxWait = TimeSpan.FromSeconds(-1) }, host.Pool, host.Clock));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryJournal(new() { MaxWait = TimeSpan.FromDays(2) }, host.Pool, host.Clock));
    }
}
