using System.Text;
using Sluice.Journal.Tests.Disk;

namespace Sluice.Journal.Tests.Inspection;

/// <summary>What a dump shows of each group, and which groups it shows.</summary>
public sealed class DumpTests
{
    [Fact]
    public async Task Every_part_of_a_group_is_shown_with_its_name()
    {
        await using var host = new DiskJournalFixture();
        using var consumer = host.Consumer("file", "logs");
        var table = host.Journal.OpenTable("checkpoints", new JournalTableOptions { MaxEntries = 9 });
        var counter = host.Journal.OpenCounter("delivered");
        await host.AppendAsync("logs", "before");
        var cursor = host.Journal.DurableEnd;
        var group = host.Journal.CreateGroup();
        group.ReceivedUnixNano = 1_000_000_000;
        group.SetContext("ctx"u8);
        group.BeginEntry(host.Journal.OpenTopic("logs")).Write("payload"u8);
        group.EndEntry(4);
        group.SetCursor(consumer, cursor);
        group.Put(table, "key"u8, "value"u8);
        group.Delete(table, "gone"u8);
        group.Add(counter, -3);
        var committed = await host.Journal.CommitAsync(group);

        var all = Dump(host, new JournalDumpOptions { WithChanges = true, WithPayload = true });
        var last = all[^1];

        Assert.Equal(Enumerable.Range(1, all.Count).Select(lsn => (ulong)lsn), all.Select(dumped => dumped.Lsn));
        Assert.Equal((committed.FirstRecord, 4), (last.FirstRecord, last.Records));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), last.Received);
        Assert.Equal(host.Clock.GetUtcNow(), last.Written);
        var entry = Assert.Single(last.Entries);
        Assert.Equal(("logs", committed.FirstRecord, 4, 7, "payload"), (entry.Topic, entry.FirstRecord, entry.Records, entry.Bytes, Encoding.UTF8.GetString(entry.Payload!)));
        Assert.Equal("ctx", Encoding.UTF8.GetString(last.Context!));
        Assert.Equal([new DumpedCursor("file", cursor)], last.Cursors);
        Assert.Equal((1, 1), (last.Puts, last.Deletes));
        Assert.Equal(
            [("checkpoints", "key", 5), ("checkpoints", "gone", (int?)null)],
            last.Changes!.Select(change => (change.Table, Encoding.UTF8.GetString(change.Key), change.ValueBytes)));
        Assert.Equal([new DumpedDelta("delivered", -3)], last.Counters);
        Assert.Contains(all, dumped => dumped.Events.SequenceEqual(["consumer 'file' is opened for logs"]));
        Assert.Contains(all, dumped => dumped.Events.SequenceEqual(["table 'checkpoints' may hold 9 entries"]));
        Assert.All(all, dumped => Assert.Null(dumped.Problem));
    }

    [Fact]
    public async Task Bounds_by_group_record_and_time_agree()
    {
        await using var host = new DiskJournalFixture();
        using var consumer = host.Consumer("file", "logs");
        for (var i = 0; i < 20; i++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(1));
            await host.AppendAsync("logs", new byte[9 << 10], 5);
        }

        var whole = Dump(host, new JournalDumpOptions()).Where(group => group.Records > 0).ToArray();
        var (first, end) = (whole[7], whole[15]);
        var expected = whole[7..15].Select(group => group.Lsn);

        Assert.True(whole.Select(group => group.Segment).Distinct().Count() > 2, "the segments were not filled");
        Assert.Equal(expected, Records(Between(first.Lsn.ToString(), end.Lsn.ToString())));
        Assert.Equal(expected, Records(Between(first.FirstRecord.ToString(), end.FirstRecord.ToString())));
        Assert.Equal(expected, Records(Between($"{first.Received:O}", $"{end.Received:O}")));

        // From a record inside a group, the group that holds it comes first.
        Assert.Equal(first.Lsn, Records(Between(first.FirstRecord.Plus(4).ToString(), null)).First());

        IEnumerable<ulong> Records(JournalDumpOptions options) => Dump(host, options).Where(group => group.Records > 0).Select(group => group.Lsn);
    }

    [Fact]
    public async Task A_topic_shows_only_its_groups_and_entries_and_a_caller_can_end_it()
    {
        await using var host = new DiskJournalFixture();
        using var consumer = host.Consumer("file", "logs", "traces");
        await host.AppendAsync("logs", "a");
        await host.AppendAsync("traces", "b");
        await host.AppendAsync("logs", "c");

        var groups = Dump(host, new JournalDumpOptions { Topic = "traces" });
        var taken = new List<ulong>();
        JournalInspector.Dump(host.Directory, new JournalDumpOptions { Topic = "logs" }, group =>
        {
            taken.Add(group.Lsn);
            return false;
        });

        Assert.Equal("traces", Assert.Single(Assert.Single(groups).Entries).Topic);
        Assert.Single(taken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-1")]
    [InlineData("0123456789abcdef")]
    [InlineData("2026-01-31")]
    public void What_is_no_bound_is_none(string text) => Assert.False(DumpBound.TryParse(text, out _));

    private static JournalDumpOptions Between(string from, string? to)
    {
        Assert.True(DumpBound.TryParse(from, out var start));
        DumpBound? end = null;
        if (to is not null)
        {
            Assert.True(DumpBound.TryParse(to, out var parsed));
            end = parsed;
        }

        return new JournalDumpOptions { From = start, To = end };
    }

    private static List<DumpedGroup> Dump(DiskJournalFixture host, JournalDumpOptions options)
    {
        var groups = new List<DumpedGroup>();
        JournalInspector.Dump(host.Directory, options, group =>
        {
            groups.Add(group);
            return true;
        });
        return groups;
    }
}
