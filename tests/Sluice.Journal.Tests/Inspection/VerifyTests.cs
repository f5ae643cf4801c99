using System.Text;
using Sluice.Journal.Tests.Disk;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Inspection;

/// <summary>That a verification finds every byte that is not as it was written, and says what it costs.</summary>
public sealed class VerifyTests
{
    [Fact]
    public async Task A_whole_journal_has_no_fault_and_its_figures_add_up()
    {
        await using var host = await ClosedAsync();

        var found = JournalInspector.Verify(host.Directory, TimeProvider.System);

        Assert.Empty(found.Faults);
        Assert.True(found.IsConsistent);
        Assert.Equal((host.Journal.Id, 40L, 120L), (found.JournalId, found.Entries, found.Records));
        Assert.Equal((found.Segments, 2, 0L), (found.SealedSegments, found.Snapshots, found.LostRecords));
        Assert.True(found.Segments > 1, "one segment proves too little");
        Assert.Equal(
            Directory.GetFiles(host.Directory).Where(file => Path.GetExtension(file) is ".segment" or ".a" or ".b").Sum(file => new FileInfo(file).Length),
            found.Bytes);
    }

    [Fact]
    public async Task Any_flipped_bit_of_what_was_written_is_found()
    {
        await using var host = await ClosedAsync();
        var ranges = WrittenRanges(host.Directory);
        var random = new Random(RandomSeed.Value);
        for (var i = 0; i < 120; i++)
        {
            var (file, offset, length) = ranges[random.Next(ranges.Count)];
            var at = offset + random.NextInt64(length);
            var bit = random.Next(8);
            RandomSeed.Explain(
                i,
                () =>
                {
                    Flip(file, at, bit);
                    var found = JournalInspector.Verify(host.Directory, TimeProvider.System);
                    Assert.NotEmpty(found.Faults);
                    Assert.All(found.Faults, fault => Assert.True(fault.File is null || fault.File == Path.GetFileName(file), fault.ToString()));
                    Flip(file, at, bit);
                },
                () => $"bit {bit} of byte {at} of {file}");
        }

        Assert.Empty(JournalInspector.Verify(host.Directory, TimeProvider.System).Faults);
    }

    [Fact]
    public async Task A_damaged_entry_is_named_with_its_group_topic_and_records()
    {
        await using var host = await ClosedAsync();
        var group = Dump(host.Directory).First(group => group.Entries.Count > 0);
        var file = Path.Combine(host.Directory, group.Segment);
        Flip(file, File.ReadAllBytes(file).AsSpan().IndexOf("payload"u8), 0);

        var fault = Assert.Single(JournalInspector.Verify(host.Directory, TimeProvider.System).Faults);

        Assert.Equal((group.Segment, (long?)group.Offset), (fault.File, fault.Offset));
        Assert.Contains($"group {group.Lsn}: ", fault.Problem, StringComparison.Ordinal);
        Assert.Contains("topic 'logs' (3 records)", fault.Problem, StringComparison.Ordinal);
        Assert.Contains("3 records", fault.Loses, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_segment_that_consumers_need_is_a_fault_and_its_records_are_counted()
    {
        await using var host = await ClosedAsync();
        var victim = Dump(host.Directory).First(group => group.Entries.Count > 0).Segment;
        var records = Dump(host.Directory).Where(group => group.Segment == victim).Sum(group => group.Entries.Sum(entry => entry.Records));
        File.Delete(Path.Combine(host.Directory, victim));

        var found = JournalInspector.Verify(host.Directory, TimeProvider.System);

        Assert.Contains(found.Faults, fault => fault.Problem.StartsWith("1 segment files that the snapshot needs", StringComparison.Ordinal));
        Assert.Equal(records, found.LostRecords);
    }

    [Fact]
    public async Task What_a_crash_leaves_behind_the_last_group_is_no_fault()
    {
        await using var host = new DiskJournalFixture();
        using var consumer = host.Consumer("file", "logs");
        await host.AppendAsync("logs", "whole");
        await host.AppendAsync("logs", "needle");
        await host.ReserveReadyAsync();
        using var copy = new Files.TemporaryDirectory();
        foreach (var file in Directory.GetFiles(host.Directory).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, copy.Combine(Path.GetFileName(file)));
        }

        var last = Dump(copy.Path)[^1];
        Flip(copy.Combine(last.Segment), last.Offset + last.Bytes - 1, 3);
        var found = JournalInspector.Verify(copy.Path, TimeProvider.System);

        Assert.Empty(found.Faults);
        Assert.True(found.TornBytes >= last.Bytes);
        Assert.Null(found.Holder);
    }

    [Fact]
    public async Task A_journal_without_its_snapshots_cannot_be_opened_and_its_segments_are_read_all_the_same()
    {
        await using var host = new DiskJournalFixture();
        using (var consumer = host.Consumer("file", "logs"))
        {
            // Until the first segment is gone, everything follows from the groups alone.
            while (Dump(host.Directory)[0].Lsn == 1)
            {
                await host.AppendAsync("logs", new byte[16 << 10], 1);
                await host.SettleAsync(consumer, host.Journal.DurableEnd);
            }
        }

        await host.Journal.DisposeAsync();

        // A file that was let go and not taken again still has its groups, and without a snapshot they count.
        var used = Dump(host.Directory).Select(group => Path.Combine(host.Directory, group.Segment)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(host.Directory, "*" + DiskFormat.SegmentExtension).Where(file => !used.Contains(file)))
        {
            File.Delete(file);
        }

        foreach (var file in Directory.GetFiles(host.Directory, "snapshot-*"))
        {
            File.Delete(file);
        }

        var found = JournalInspector.Verify(host.Directory, TimeProvider.System);

        var fault = Assert.Single(found.Faults);
        Assert.Contains("snapshot of what was before is missing", fault.Problem, StringComparison.Ordinal);
        Assert.True(found.Groups > 0);
        Assert.Null(found.LostRecords);
    }

    /// <summary>Forty entries of three records over several segments, closed, so that every segment is sealed and a snapshot covers all.</summary>
    private static async Task<DiskJournalFixture> ClosedAsync()
    {
        var host = new DiskJournalFixture();
        host.Consumer("file", "logs", "traces").Dispose();
        for (var i = 0; i < 40; i++)
        {
            var bytes = Encoding.UTF8.GetBytes("payload " + new string((char)('a' + (i % 26)), 4000));
            Assert.True((await host.AppendAsync(i % 4 == 3 ? "traces" : "logs", bytes, 3)).Committed);
        }

        await host.Journal.DisposeAsync();
        return host;
    }

    private static List<DumpedGroup> Dump(string directory)
    {
        var groups = new List<DumpedGroup>();
        JournalInspector.Dump(directory, new JournalDumpOptions(), group =>
        {
            groups.Add(group);
            return true;
        });
        return groups;
    }

    /// <summary>Every byte that carries anything: all but padding and spare files.</summary>
    private static List<(string File, long Offset, long Length)> WrittenRanges(string directory)
    {
        var ranges = new List<(string, long, long)> { (Path.Combine(directory, DiskFormat.IdentityName), 0, 64) };
        foreach (var snapshot in Directory.GetFiles(directory, "snapshot-*"))
        {
            ranges.Add((snapshot, 0, SnapshotHeader.Size));
            ranges.Add((snapshot, DiskFormat.BlockSize, new FileInfo(snapshot).Length - DiskFormat.BlockSize));
        }

        foreach (var group in Dump(directory))
        {
            ranges.Add((Path.Combine(directory, group.Segment), group.Offset, group.Bytes));
        }

        foreach (var segment in Dump(directory).Select(group => Path.Combine(directory, group.Segment)).Distinct())
        {
            var bytes = File.ReadAllBytes(segment);
            Assert.True(SegmentTrailer.TryRead(bytes.AsSpan(bytes.Length - DiskFormat.BlockSize), out var trailer));
            ranges.Add((segment, 0, SegmentHeader.Size));
            ranges.Add((segment, bytes.Length - DiskFormat.BlockSize, SegmentTrailer.Size));
            if (trailer.EntryCount > 0)
            {
                ranges.Add((segment, trailer.DataEnd, (long)trailer.EntryCount * IndexEntry.Size));
            }
        }

        return ranges;
    }

    private static void Flip(string file, long offset, int bit)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = offset;
        var value = stream.ReadByte();
        Assert.True(value >= 0, $"{file} has no byte {offset}");
        stream.Position = offset;
        stream.WriteByte((byte)(value ^ (1 << bit)));
    }
}
