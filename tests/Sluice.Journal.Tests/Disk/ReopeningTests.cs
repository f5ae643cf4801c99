using System.Text;

namespace Sluice.Journal.Tests.Disk;

public sealed class ReopeningTests
{
    [Fact]
    public async Task What_was_committed_is_there_after_a_reopening()
    {
        await using var host = new DiskJournalFixture();
        host.Consumer("file", "logs");
        var first = await host.AppendAsync("logs", "one", 3);
        Assert.True(first.Committed, first.Reason);
        await host.AppendAsync("logs", "two", 2);

        var id = host.Journal.Id;
        await host.ReopenAsync();
        Assert.Equal(id, host.Journal.Id);
        Assert.True(host.Journal.Epoch > first.FirstRecord.Epoch);
        var consumer = host.Consumer("file", "logs");
        Assert.Equal(5, consumer.Lag.Records);
        var entry = host.Read(consumer);
        Assert.Equal((first.FirstRecord, 3, "ctx:one"), (entry.FirstRecord, entry.RecordCount, host.ReadText));
        Assert.Equal(["two"], host.ReadAll(consumer));
    }

    [Fact]
    public async Task Cursors_tables_and_counters_are_there_after_a_reopening()
    {
        await using var host = new DiskJournalFixture();
        var consumer = host.Consumer("file", "logs");
        for (var i = 0; i < 10; i++)
        {
            await host.AppendAsync("logs", $"{i}", 2);
        }

        for (var i = 0; i < 4; i++)
        {
            host.Read(consumer);
        }

        var group = host.Journal.CreateGroup();
        group.SetCursor(consumer, host.Read(consumer).End);
        group.Put(host.Journal.OpenTable("states", new()), "key"u8, "value"u8);
        group.Add(host.Journal.OpenCounter("delivered"), 10);
        Assert.True((await host.Journal.CommitAsync(group, CommitKind.Internal)).Committed);

        await host.ReopenAsync();
        consumer = host.Consumer("file", "logs");
        Assert.Equal(["5", "6", "7", "8", "9"], host.ReadAll(consumer));
        Assert.Equal((20, 10, 0, 10), Counts(host, consumer));
        Assert.True(host.Journal.OpenTable("states", new()).TryGet("key"u8, out var value));
        Assert.Equal("value", Encoding.UTF8.GetString(value.Span));
        Assert.Equal(10, host.Journal.OpenCounter("delivered").Value);
        Assert.Empty(host.Notices);
    }

    [Fact]
    public async Task A_group_that_fits_no_short_segment_passes_over_as_many_of_them_as_there_are()
    {
        const int SegmentSize = 1 << 20;
        await using var host = new DiskJournalFixture(new DiskJournalOptions
        {
            Limits = new JournalOptions { MaxSize = 16 * SegmentSize, MaxGroupSize = SegmentSize / 2, MaxWait = TimeSpan.Zero },
        })
        {
            SegmentSize = SegmentSize,
        };
        await host.Journal.DisposeAsync();

        // What openings that were killed at once leave behind: files prepared for a first segment and for the reserve, and never used.
        for (var slot = 90_000_000; slot < 90_000_004; slot++)
        {
            await File.WriteAllBytesAsync(Path.Combine(host.Directory, DiskFormat.SegmentName(slot)), new byte[new SegmentPreparer(null!, SegmentSize, 0).FirstSize]);
        }

        host.Open();
        var consumer = host.Consumer("file", "logs");
        var result = await host.AppendAsync("logs", new string('x', 300_000));

        Assert.True(result.Committed, $"{result.Status}: {result.Reason}");
        Assert.Equal(300_000, host.ReadAll(consumer).Single().Length);
    }

    [Fact]
    public async Task Segments_are_recycled_and_everything_else_stays_through_many_reopenings()
    {
        await using var host = new DiskJournalFixture();
        var consumer = host.Consumer("file", "logs");
        var settled = new List<string>();
        var written = 0;
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 40; i++)
            {
                var result = await host.AppendAsync("logs", $"{written++}".PadRight(4000), 1);
                Assert.True(result.Committed, result.Reason);
                if (i % 10 == 9)
                {
                    settled.AddRange(host.ReadAll(consumer).Select(text => text.TrimEnd()));
                    await host.SettleAsync(consumer, host.Journal.DurableEnd);
                }
            }

            await host.ReopenAsync();
            consumer = host.Consumer("file", "logs");
        }

        Assert.Equal(Enumerable.Range(0, written).Select(i => $"{i}"), settled);

        // The reserve and the first segment of an opening may be beyond the limit of sixteen.
        Assert.InRange(System.IO.Directory.GetFiles(host.Directory, "*.segment").Length, 1, 18);
        Assert.Empty(host.Notices);
    }

    private static (long Subscribed, long Settled, long Dropped, long Pending) Counts(DiskJournalFixture host, IJournalConsumer consumer)
    {
        var topic = host.Journal.OpenTopic("logs");
        return (consumer.SubscribedRecords(topic), consumer.SettledRecords(topic), consumer.DroppedRecords(topic), consumer.PendingRecords(topic));
    }
}
