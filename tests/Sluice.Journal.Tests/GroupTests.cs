using System.Text;

namespace Sluice.Journal.Tests;

public sealed class GroupTests
{
    [Fact]
    public async Task A_committed_entry_is_read_with_its_context_and_identity()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var group = host.Journal.CreateGroup();
        group.ReceivedUnixNano = 42;
        group.BeginEntry(host.Topic).Write("payload"u8);
        group.EndEntry(3);
        group.SetContext("context:"u8);

        var result = await host.Journal.CommitAsync(group);

        Assert.True(result.Committed);
        Assert.Equal(new RecordId(host.Journal.Epoch, 0), result.FirstRecord);
        Assert.Equal("context:payload".Length, consumer.PeekLength());
        var entry = host.Read(consumer);
        Assert.Equal("context:payload", host.ReadText);
        Assert.Equal(new JournalEntry(host.Topic, result.FirstRecord, 3, 0, 42, "context:".Length), entry);
        Assert.Equal(host.Journal.DurableEnd, entry.End);
        Assert.False(host.TryRead(consumer, out _));
        Assert.Equal(-1, consumer.PeekLength());
    }

    [Fact]
    public async Task A_commit_with_space_completes_synchronously()
    {
        await using var host = new JournalFixture();
        host.Open("file", host.Topic);
        var commit = host.AppendAsync(host.Topic, "a");
        Assert.True(commit.IsCompletedSuccessfully);
        await commit;
    }

    [Fact]
    public async Task Record_ids_are_dense_over_all_topics_even_those_nobody_reads()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        Assert.Equal(0UL, (await host.AppendAsync(host.Topic, "a", 2)).FirstRecord.Sequence);
        Assert.Equal(2UL, (await host.AppendAsync(host.Other, "unread", 5)).FirstRecord.Sequence);
        Assert.Equal(7UL, (await host.AppendAsync(host.Topic, "b")).FirstRecord.Sequence);
        Assert.Equal(0UL, host.Read(consumer).FirstRecord.Sequence);
        Assert.Equal(7UL, host.Read(consumer).FirstRecord.Sequence);
        Assert.Equal(8UL, host.Journal.DurableEnd.Sequence);
    }

    [Fact]
    public async Task Entries_of_one_group_follow_each_other_and_empty_ones_are_left_out()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic, host.Other);
        var group = host.Journal.CreateGroup();
        foreach (var (topic, text, records) in new[] { (host.Topic, "one", 1), (host.Topic, "none", 0), (host.Other, "two", 2), (host.Topic, "", 1) })
        {
            group.BeginEntry(topic).Write(Encoding.UTF8.GetBytes(text));
            group.EndEntry(records);
        }

        Assert.Equal(4, group.RecordCount);
        var first = (await host.Journal.CommitAsync(group)).FirstRecord;

        Assert.Equal((host.Topic, first), (host.Read(consumer).Topic, first));
        Assert.Equal("one", host.ReadText);
        var second = host.Read(consumer);
        Assert.Equal((host.Other, first.Plus(1)), (second.Topic, second.FirstRecord));
        Assert.Equal("two", host.ReadText);
        var third = host.Read(consumer);
        Assert.Equal((first.Plus(3), ""), (third.FirstRecord, host.ReadText));
        Assert.False(host.TryRead(consumer, out _));
    }

    [Fact]
    public async Task A_group_whose_only_entry_is_empty_leaves_no_trace()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var group = host.Journal.CreateGroup();
        group.BeginEntry(host.Topic).Write("filtered"u8);
        group.EndEntry(0);
        Assert.Equal(0, group.Length);
        Assert.True((await host.Journal.CommitAsync(group)).Committed);
        Assert.False(host.TryRead(consumer, out _));
        Assert.Equal(0UL, host.Journal.DurableEnd.Sequence);
    }

    [Fact]
    public async Task Everything_in_a_group_becomes_visible_together()
    {
        await using var host = new JournalFixture();
        var source = host.Open("sampler", host.Topic);
        var sink = host.Open("file", host.Other);
        var table = host.Journal.OpenTable("decisions", new());
        var counter = host.Journal.OpenCounter("sampled_out");
        await host.AppendAsync(host.Topic, "in", 4);
        var input = host.Read(source);

        var group = host.Journal.CreateGroup();
        group.BeginEntry(host.Other).Write("out"u8);
        group.EndEntry(1);
        group.SetCursor(source, input.End);
        group.Put(table, "trace"u8, "kept"u8);
        group.Add(counter, 3);
        Assert.Equal(0, table.Count);
        Assert.Equal(0, counter.Value);
        Assert.True((await host.Journal.CommitAsync(group, CommitKind.Internal)).Committed);

        host.Read(sink);
        Assert.Equal("out", host.ReadText);
        Assert.Equal(input.End, source.Cursor);
        Assert.True(table.TryGet("trace"u8, out var value));
        Assert.True(value.Span.SequenceEqual("kept"u8));
        Assert.Equal(3, counter.Value);
    }

    [Fact]
    public async Task A_refused_group_changes_nothing()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var table = host.Journal.OpenTable("t", new());
        var counter = host.Journal.OpenCounter("c");
        await host.AppendAsync(host.Topic, "a");
        var group = host.Journal.CreateGroup();
        group.BeginEntry(host.Topic).Write(new byte[17 << 10]);
        group.EndEntry(1);
        group.SetCursor(consumer, host.Journal.DurableEnd);
        group.Put(table, "k"u8, "v"u8);
        group.Add(counter, 1);

        var result = await host.Journal.CommitAsync(group);

        Assert.Equal(CommitStatus.TooLarge, result.Status);
        Assert.Contains("16384", result.Reason, StringComparison.Ordinal);
        Assert.Equal((1L, 0, 0L), (consumer.Lag.Records, table.Count, counter.Value));
        Assert.Equal(1UL, host.Journal.DurableEnd.Sequence);
        Assert.Equal(1, host.Journal.GetStatus().RefusedGroups);
    }

    [Fact]
    public async Task A_group_disposed_uncommitted_leaves_no_trace_and_comes_back_empty()
    {
        await using var host = new JournalFixture();
        var consumer = host.Open("file", host.Topic);
        var group = host.Journal.CreateGroup();
        group.SetContext("context"u8);
        group.BeginEntry(host.Topic).Write("a"u8);
        group.Dispose();

        var next = host.Journal.CreateGroup();
        Assert.Equal((0, 0L), (next.RecordCount, next.Length));
        next.BeginEntry(host.Topic).Write("b"u8);
        next.EndEntry(1);
        await host.Journal.CommitAsync(next);
        host.Read(consumer);
        Assert.Equal("b", host.ReadText);
    }

    [Fact]
    public async Task Misuse_of_a_group_is_an_error_and_not_damage()
    {
        await using var host = new JournalFixture();
        await using var stranger = new JournalFixture();
        var group = host.Journal.CreateGroup();
        Assert.Throws<InvalidOperationException>(() => group.EndEntry(1));
        Assert.Throws<ArgumentException>(() => group.BeginEntry(stranger.Topic));
        Assert.Throws<ArgumentException>(() => group.Add(stranger.Journal.OpenCounter("c"), 1));
        Assert.Throws<ArgumentException>(() => group.Put(stranger.Journal.OpenTable("t", new()), "k"u8, "v"u8));
        Assert.Throws<ArgumentException>(() => group.SetCursor(stranger.Open("x", stranger.Topic), default));
        Assert.Throws<ArgumentException>(() => group.SetCursor(host.Open("y", host.Topic), new RecordId(ulong.MaxValue, 0)));
        group.BeginEntry(host.Topic);
        Assert.Throws<InvalidOperationException>(() => group.BeginEntry(host.Topic));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await host.Journal.CommitAsync(group));
        Assert.Throws<InvalidOperationException>(() => group.SetContext("late"u8));
    }
}
