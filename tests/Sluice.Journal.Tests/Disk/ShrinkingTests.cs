using System.Globalization;
using Sluice.Journal.Tests.Simulation;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Disk;

/// <summary>An opening begins a segment and leaves the one before it as it is: little that was written to it must not go on taking a whole segment.</summary>
public sealed class ShrinkingTests
{
    private const int SegmentSize = 1 << 20;

    /// <summary>As few segments as a journal may have.</summary>
    private static readonly DiskJournalOptions Smallest = new()
    {
        Limits = new JournalOptions { MaxSize = 4 * SegmentSize, MaxGroupSize = SegmentSize / 2, MaxWait = TimeSpan.Zero },
        Retention = TimeSpan.Zero,
        TailSize = 64 << 10,
    };

    [Theory]
    [InlineData(100, 1, 1000)]
    [InlineData(8, 4, 50_000)]
    public async Task A_journal_that_is_opened_again_and_again_has_room_while_there_is_little_in_it(int openings, int groups, int length)
    {
        await using var host = await CreateAsync(new SimulatedDisk(RandomSeed.Value));
        var consumer = host.Consumer("stalled", "logs");
        var written = 0;
        for (var opening = 0; opening < openings; opening++)
        {
            for (var i = 0; i < groups; i++)
            {
                var result = await host.AppendAsync("logs", Text(written++, length));
                Assert.True(result.Committed, $"opening {opening}, {(long)written * length} bytes: {result.Reason}");
            }

            await host.ReopenAsync();
            consumer = host.Consumer("stalled", "logs");
        }

        // One that the first segment of an opening, which is there whatever the limit says, is too short for.
        var large = Text(written, SegmentSize / 3);
        var last = await host.AppendAsync("logs", large);
        Assert.True(last.Committed, last.Reason);
        Assert.Equal(written + 1, consumer.Lag.Records);
        Assert.Equal([.. Enumerable.Range(0, written).Select(number => Text(number, length)), large], host.ReadAll(consumer));
        Assert.Empty(host.Notices);
    }

    [Fact]
    public async Task A_segment_with_little_in_it_gets_a_file_of_the_size_that_it_needs()
    {
        await using var host = await CreateAsync();
        host.Consumer("stalled", "logs");
        Assert.True((await host.AppendAsync("logs", "needle")).Committed);
        var first = Assert.Single(await CloseAsync(host), segment => segment.Value.Contains("needle", StringComparison.Ordinal));
        host.Open();

        var after = await CloseAsync(host);
        Assert.Contains("needle", after[first.Key], StringComparison.Ordinal);
        Assert.Equal(SegmentSize / 8, first.Value.Length);
        Assert.InRange(after[first.Key].Length, SegmentSize / 64, SegmentSize / 32);
        Assert.DoesNotContain(Directory.GetFiles(host.Directory), file => file.EndsWith(".new", StringComparison.Ordinal));

        // It stays as it is from then on, and nothing is wrong with it.
        host.Open();
        Assert.Equal(after[first.Key], (await CloseAsync(host))[first.Key]);
        Assert.Empty(JournalInspector.Verify(host.Directory, TimeProvider.System).Faults);
        host.Open();
        Assert.Equal(["needle"], host.ReadAll(host.Consumer("stalled", "logs")));
        Assert.Empty(host.Notices);
    }

    [Fact]
    public async Task A_segment_that_is_more_than_half_full_keeps_its_file()
    {
        await using var host = await CreateAsync();
        host.Consumer("stalled", "logs");
        Assert.True((await host.AppendAsync("logs", Text(1, SegmentSize / 16))).Committed);
        var first = Assert.Single(await CloseAsync(host), segment => segment.Value.Contains(Text(1, 100), StringComparison.Ordinal));
        host.Open();

        Assert.Equal(SegmentSize / 8, (await CloseAsync(host))[first.Key].Length);
        host.Open();
        Assert.Equal([Text(1, SegmentSize / 16)], host.ReadAll(host.Consumer("stalled", "logs")));
    }

    [Fact]
    public async Task Without_space_for_the_copy_it_keeps_its_file_and_says_so()
    {
        const long Plenty = 1L << 30;
        var disk = new SimulatedDisk(RandomSeed.Value) { Capacity = Plenty };
        await using var host = await CreateAsync(disk);
        host.Consumer("stalled", "logs");
        Assert.True((await host.AppendAsync("logs", "needle")).Committed);
        await Eventually.TrueAsync(() => disk.List().Count(name => name.EndsWith(".segment", StringComparison.Ordinal)) == 2, "the reserve is there, which the next opening begins with");
        await host.Journal.DisposeAsync();
        disk.Capacity = Plenty - disk.FreeBytes;
        host.Open();

        Assert.Contains(host.Notices, notice => notice.StartsWith("Warning", StringComparison.Ordinal) && notice.Contains("could not be made smaller", StringComparison.Ordinal));
        Assert.Equal(["needle"], host.ReadAll(host.Consumer("stalled", "logs")));

        // With space there is another chance.
        await host.Journal.DisposeAsync();
        Assert.DoesNotContain(disk.List(), name => name.EndsWith(".new", StringComparison.Ordinal));
        disk.Capacity = Plenty;
        host.Notices.Clear();
        host.Open();
        Assert.Empty(host.Notices);
        Assert.Equal(["needle"], host.ReadAll(host.Consumer("stalled", "logs")));
    }

    private static async Task<DiskJournalFixture> CreateAsync(SimulatedDisk? disk = null)
    {
        // It is opened before its segments have their size.
        var host = new DiskJournalFixture(Smallest, disk) { SegmentSize = SegmentSize };
        await host.ReopenAsync();
        return host;
    }

    private static string Text(int number, int length) => number.ToString(CultureInfo.InvariantCulture).PadRight(length, '.');

    /// <summary>Closes the journal, which makes and deletes files as long as it is open.</summary>
    /// <returns>The contents of segment files by their names.</returns>
    private static async Task<Dictionary<string, string>> CloseAsync(DiskJournalFixture host)
    {
        await host.Journal.DisposeAsync();
        return Directory.GetFiles(host.Directory, "*.segment").ToDictionary(file => Path.GetFileName(file), file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)));
    }
}
