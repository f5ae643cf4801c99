using System.Text;

namespace Sluice.Journal.Tests.Disk;

/// <summary>What happens to the files behind the journal's back.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task A_damaged_entry_is_counted_and_the_others_are_read()
    {
        await using var host = await WithBacklogAsync(["first", "needle in the middle", "last"]);
        await host.Journal.DisposeAsync();
        Flip(FileWith(host, "needle"), "needle");
        host.Open();
        var consumer = host.Consumer("file", "logs");
        Assert.Equal("first", host.ReadAll(consumer)[0]);
        Assert.Equal(3, host.Journal.GetStatus().Disk!.ReadRecords);
        Assert.Contains(host.Notices, notice => notice.Contains("is damaged: 1 records", StringComparison.Ordinal));
        Assert.Equal(1, host.Journal.GetStatus().Disk!.CorruptGroups);
    }

    [Fact]
    public async Task A_damaged_entry_behind_the_snapshot_is_counted_by_its_readers_and_its_group_stays()
    {
        await using var host = await WithBacklogAsync(["first", "needle in the middle", "last"]);

        // A copy of the running directory is what a crash leaves.
        await CrashAsync(host, () => Flip(FileWith(host, "needle"), "needle"));
        var consumer = host.Consumer("file", "logs");
        Assert.Contains(host.Notices, notice => notice.StartsWith("Error", StringComparison.Ordinal) && notice.Contains("1 groups that had been acknowledged have damaged entries", StringComparison.Ordinal));
        Assert.Equal(3, consumer.Lag.Records);
        var read = host.ReadAll(consumer);
        Assert.Equal(("first", "last", 3), (read[0], read[^1], read.Count));
        Assert.Contains(host.Notices, notice => notice.Contains("is damaged: 1 records", StringComparison.Ordinal));
        Assert.Equal(1, host.Journal.GetStatus().Disk!.CorruptGroups);
    }

    [Fact]
    public async Task A_group_of_which_is_not_known_what_it_did_is_passed_and_counted()
    {
        await using var host = await WithBacklogAsync(["first", "needle in the middle", "last"]);
        await CrashAsync(host, () => Flip(FileWith(host, "needle"), "ctx:", behind: "needle"));
        var consumer = host.Consumer("file", "logs");
        Assert.Equal(["first", "last"], host.ReadAll(consumer));
        Assert.Contains(host.Notices, notice => notice.StartsWith("Error", StringComparison.Ordinal) && notice.Contains("1 groups that had been acknowledged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_group_that_a_crash_tore_at_the_end_is_cut_off()
    {
        await using var host = await WithBacklogAsync(["first", "needle at the end"]);
        await CrashAsync(host, () => Flip(FileWith(host, "needle"), "needle"));
        Assert.Equal(["first"], host.ReadAll(host.Consumer("file", "logs")));
        Assert.Contains(host.Notices, notice => notice.StartsWith("Information", StringComparison.Ordinal) && notice.Contains("cut off", StringComparison.Ordinal));
        Assert.True(host.Journal.GetStatus().Disk!.TornBytes > 0);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(17)]
    [InlineData(30)]
    public async Task A_last_group_whose_header_is_damaged_is_not_passed_over_in_silence(int offset)
    {
        await using var host = await WithBacklogAsync(["first", "needle at the end"]);
        await CrashAsync(host, () =>
        {
            var path = FileWith(host, "needle");
            var header = File.ReadAllBytes(path).AsSpan().IndexOf("needle"u8) / DiskFormat.BlockSize * DiskFormat.BlockSize;
            Overwrite(path, header + offset, "damage");
        });
        Assert.Equal(["first"], host.ReadAll(host.Consumer("file", "logs")));
        Assert.Contains(host.Notices, notice => notice.Contains("cut off", StringComparison.Ordinal));
        Assert.True(host.Journal.GetStatus().Disk!.TornBytes > 0);
    }

    [Fact]
    public async Task One_damaged_copy_of_the_snapshot_costs_nothing()
    {
        await using var host = await WithBacklogAsync(["a", "b"]);
        await host.Journal.DisposeAsync();
        Overwrite(Directory.GetFiles(host.Directory, "snapshot-*.b").Single(), 4130, "damage");
        host.Open();
        Assert.Equal(["a", "b"], host.ReadAll(host.Consumer("file", "logs")));
        Assert.Contains(host.Notices, notice => notice.Contains("another copy is used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_index_is_made_again()
    {
        await using var host = await WithBacklogAsync(["a", "b"]);
        await host.Journal.DisposeAsync();
        var file = FileWith(host, "ctx:");
        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
        Overwrite(file, text.Length - 4096 + 100, "damage");
        host.Open();
        Assert.Equal(["a", "b"], host.ReadAll(host.Consumer("file", "logs")));
    }

    [Fact]
    public async Task A_damaged_header_is_made_again()
    {
        await using var host = await WithBacklogAsync(["a", "b"]);
        await CrashAsync(host, () => Overwrite(FileWith(host, "ctx:"), 20, "damage"));
        Assert.Equal(["a", "b"], host.ReadAll(host.Consumer("file", "logs")));
        Assert.Contains(host.Notices, notice => notice.Contains("its header is damaged and was made again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_whose_id_no_file_holds_any_more_keeps_its_records_and_says_that_the_id_is_new()
    {
        await using var host = await WithBacklogAsync(["a", "b"]);
        var before = host.Journal.Id;
        await CrashAsync(host, () =>
        {
            Overwrite(FileWith(host, "ctx:"), 20, "damage");
            Overwrite(Path.Combine(host.Directory, DiskFormat.IdentityName), 20, "damage");
        });
        Assert.NotEqual(before, host.Journal.Id);
        Assert.Equal(["a", "b"], host.ReadAll(host.Consumer("file", "logs")));
        Assert.Contains(host.Notices, notice => notice.StartsWith("Error", StringComparison.Ordinal) && notice.Contains($"has the new id {host.Journal.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_segment_is_reported_and_counted_as_lost()
    {
        await using var host = await WithBacklogAsync(["a", "b"]);
        await host.Journal.DisposeAsync();
        File.Delete(FileWith(host, "ctx:"));
        host.Open();
        var consumer = host.Consumer("file", "logs");
        var topic = host.Journal.OpenTopic("logs");
        Assert.Equal((2, 2, 0), (consumer.SubscribedRecords(topic), consumer.LostRecords(topic), consumer.PendingRecords(topic)));
        Assert.Contains(host.Notices, notice => notice.Contains("segment files", StringComparison.Ordinal) && notice.Contains("missing", StringComparison.Ordinal));
        Assert.Contains(host.Notices, notice => notice.Contains("2 records that consumers had not settled are gone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("00000077.segment")]
    [InlineData("snapshot-0000000000000fff.a")]
    [InlineData("journal.meta")]
    public async Task A_file_of_a_newer_version_is_refused_by_name(string name)
    {
        await using var host = await WithBacklogAsync(["a"]);
        await host.Journal.DisposeAsync();
        var like = name.EndsWith("segment", StringComparison.Ordinal) ? FileWith(host, "ctx:")
            : name.StartsWith("snapshot", StringComparison.Ordinal) ? Directory.GetFiles(host.Directory, "snapshot-*.a").Single()
            : Path.Combine(host.Directory, "journal.meta");
        var bytes = await File.ReadAllBytesAsync(like);
        bytes[8] = 2;
        await File.WriteAllBytesAsync(Path.Combine(host.Directory, name), bytes);
        var error = Assert.Throws<JournalOpenException>(host.Open);
        Assert.Contains("later version of Sluice", error.Message, StringComparison.Ordinal);
        Assert.Contains(name == "journal.meta" ? host.Directory : name, error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(host.Directory, name));
        if (name == "journal.meta")
        {
            bytes[8] = 1;
            await File.WriteAllBytesAsync(Path.Combine(host.Directory, name), bytes);
        }

        host.Open();
    }

    [Fact]
    public async Task A_file_of_zeros_is_used_and_one_of_noise_is_set_aside()
    {
        await using var host = await WithBacklogAsync(["a"]);
        await host.Journal.DisposeAsync();
        await File.WriteAllBytesAsync(Path.Combine(host.Directory, "00000088.segment"), new byte[host.SegmentSize]);
        var noise = new byte[host.SegmentSize];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(Path.Combine(host.Directory, "00000089.segment"), noise);
        host.Open();
        Assert.Equal(["a"], host.ReadAll(host.Consumer("file", "logs")));
        Assert.True(File.Exists(Path.Combine(host.Directory, "00000089.segment.damaged")));
        Assert.Contains(host.Notices, notice => notice.Contains("00000089.segment", StringComparison.Ordinal) && notice.Contains("renamed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_segment_of_another_journal_is_refused()
    {
        await using var other = await WithBacklogAsync(["theirs"]);
        await other.Journal.DisposeAsync();
        await using var host = await WithBacklogAsync(["ours"]);
        await host.Journal.DisposeAsync();
        var foreign = Path.Combine(host.Directory, "00000099.segment");
        File.Copy(FileWith(other, "ctx:"), foreign);
        var error = Assert.Throws<JournalOpenException>(host.Open);
        Assert.Contains("files of two journals were mixed", error.Message, StringComparison.Ordinal);
        File.Delete(foreign);
        host.Open();
        other.Open();
    }

    [Fact]
    public async Task A_journal_without_its_snapshot_does_not_begin_from_nothing()
    {
        await using var host = await WithBacklogAsync(["needle"]);
        await host.ReopenAsync();
        await host.AppendAsync("logs", "b");
        await host.Journal.DisposeAsync();
        var kept = Directory.GetFiles(host.Directory, "snapshot-*").ToDictionary(path => path, File.ReadAllBytes);
        File.Delete(FileWith(host, "needle"));
        foreach (var path in kept.Keys)
        {
            File.Delete(path);
        }

        var error = Assert.Throws<JournalOpenException>(host.Open);
        Assert.Contains("snapshot of what was before is missing", error.Message, StringComparison.Ordinal);
        foreach (var (path, bytes) in kept)
        {
            await File.WriteAllBytesAsync(path, bytes);
        }

        host.Open();
    }

    [Fact]
    public async Task An_emptied_directory_is_a_new_journal()
    {
        await using var host = await WithBacklogAsync(["a"]);
        var before = host.Journal.Id;
        await host.Journal.DisposeAsync();
        foreach (var path in Directory.GetFiles(host.Directory))
        {
            File.Delete(path);
        }

        host.Open();
        Assert.NotEqual(before, host.Journal.Id);
    }

    private static async Task<DiskJournalFixture> WithBacklogAsync(string[] texts)
    {
        var host = new DiskJournalFixture();
        host.Consumer("file", "logs");
        foreach (var text in texts)
        {
            Assert.True((await host.AppendAsync("logs", text)).Committed);
        }

        return host;
    }

    /// <summary>Opens what the directory held at this moment, damaged, as if the process had been killed.</summary>
    private static async Task CrashAsync(DiskJournalFixture host, Action damage)
    {
        await host.ReserveReadyAsync();
        var files = Directory.GetFiles(host.Directory).Where(path => Path.GetFileName(path) != "journal.lock").ToDictionary(path => path, File.ReadAllBytes);
        await host.Journal.DisposeAsync();
        foreach (var path in Directory.GetFiles(host.Directory).Where(path => Path.GetFileName(path) != "journal.lock"))
        {
            File.Delete(path);
        }

        foreach (var (path, bytes) in files)
        {
            await File.WriteAllBytesAsync(path, bytes);
        }

        damage();
        host.Notices.Clear();
        host.Open();
    }

    private static string FileWith(DiskJournalFixture host, string text) =>
        Directory.GetFiles(host.Directory, "*.segment").First(path => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static void Flip(string path, string text, string behind = "")
    {
        var bytes = File.ReadAllBytes(path);
        var from = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(behind));
        bytes[from + bytes.AsSpan(from).IndexOf(Encoding.UTF8.GetBytes(text))] ^= 4;
        File.WriteAllBytes(path, bytes);
    }

    private static void Overwrite(string path, int offset, string text)
    {
        var bytes = File.ReadAllBytes(path);
        Encoding.UTF8.GetBytes(text).CopyTo(bytes, offset);
        File.WriteAllBytes(path, bytes);
    }
}
