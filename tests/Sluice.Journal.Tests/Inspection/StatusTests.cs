using Sluice.Journal.Tests.Disk;
using Sluice.Journal.Tests.Files;

namespace Sluice.Journal.Tests.Inspection;

/// <summary>What a look from outside says of a journal, in use and closed.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task Status_of_a_journal_in_use_is_what_the_journal_says_of_itself()
    {
        await using var host = new DiskJournalFixture();
        using var slow = host.Consumer("slow", "logs", "traces");
        using var quick = host.Consumer("quick", StartAt.Latest, OnFull.DropOldest, "logs");
        await host.AppendAsync("logs", "one", 2);
        await host.AppendAsync("traces", "two", 3);
        await host.SettleAsync(quick, host.Journal.DurableEnd);
        await PutAsync(host, "checkpoints", "path", "value");
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        var status = JournalInspector.Inspect(host.Directory, host.Clock, maxSize: 1 << 20);

        Assert.Equal((host.Journal.Id, host.Directory, true), (status.JournalId, status.Directory, status.IsConsistent));
        Assert.Equal(Environment.ProcessId, status.Holder?.ProcessId);
        Assert.Equal(host.Journal.Epoch.ToString("x16"), status.Epoch);
        Assert.Equal(30, status.NewestGroupAgeSeconds);
        Assert.Equal([new InspectedTopic("logs", 1, 2, 3), new InspectedTopic("traces", 1, 3, 3)], status.Topics);
        Assert.Equal([new InspectedTable("checkpoints", 1, 9, 1_000_000, null, 0)], status.Tables);
        Assert.Equal([new InspectedCounter("delivered", 7)], status.Counters);
        Assert.Empty(status.Warnings);
        var known = host.Journal.GetStatus();
        Assert.Equal(known.Bytes, status.NeededBytes);
        foreach (var consumer in known.Consumers)
        {
            var found = status.Consumers.Single(other => other.Name == consumer.Name);
            Assert.Equal(
                (consumer.Cursor, consumer.Lag.Bytes, consumer.Lag.Records, consumer.DroppedRecords, consumer.LostRecords),
                (found.Cursor, found.LagBytes, found.LagRecords, found.DroppedRecords, found.LostRecords));
            Assert.Null(found.OrphanSince);
        }

        Assert.Equal([5L, 0L], status.Consumers.Select(consumer => consumer.LagRecords));
        Assert.Equal([30.0, 0.0], status.Consumers.Select(consumer => consumer.LagSeconds));
        var written = status.Segments.Single(segment => segment.State == SegmentState.Written);
        Assert.Equal((1UL, 2L, 5L), (written.FirstLsn, written.Entries, written.Records));
        Assert.Equal(status.NextLsn, written.NextLsn);
    }

    [Fact]
    public async Task Status_of_a_closed_journal_names_no_holder_and_says_since_when_nobody_reads()
    {
        await using var host = new DiskJournalFixture();
        var consumer = host.Consumer("file", "logs");
        await host.AppendAsync("logs", "one");
        var closed = host.Clock.GetUtcNow();
        consumer.Dispose();
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.Journal.DisposeAsync();

        var status = JournalInspector.Inspect(host.Directory, host.Clock);

        Assert.Null(status.Holder);
        Assert.Equal(closed, Assert.Single(status.Consumers).OrphanSince);
        Assert.Equal(120, status.Consumers[0].LagSeconds);
        Assert.NotNull(status.Snapshot);
        Assert.Equal(0, status.Snapshot.ReplayedGroups);
        Assert.Contains(status.Segments, segment => segment is { State: SegmentState.Sealed, Records: 1 });
    }

    [Fact]
    public async Task Time_to_full_follows_from_what_a_stalled_consumer_leaves_and_is_absent_when_all_keep_up()
    {
        await using var host = new DiskJournalFixture();
        using var stalled = host.Consumer("stalled", "logs");
        for (var second = 0; second < 60; second++)
        {
            await host.AppendAsync("logs", new byte[980]);
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var growing = JournalInspector.Inspect(host.Directory, host.Clock, maxSize: 1 << 20);
        await host.SettleAsync(stalled, host.Journal.DurableEnd);
        var settled = JournalInspector.Inspect(host.Directory, host.Clock, maxSize: 1 << 20);

        // An entry counts with its header of 20 bytes.
        Assert.Equal(1000, growing.GrowthBytesPerSecond!.Value, 0.001);
        Assert.Equal(((1 << 20) - growing.NeededBytes) / 1000.0, growing.SecondsToFull!.Value, 0.001);
        Assert.Null(settled.GrowthBytesPerSecond);
        Assert.Null(settled.SecondsToFull);
    }

    [Fact]
    public async Task What_a_snapshot_in_the_midst_of_a_segment_found_pending_is_still_there()
    {
        await using var host = new DiskJournalFixture();
        using var consumer = host.Consumer("file", "logs");
        while (!IsInTheMidst(JournalInspector.Inspect(host.Directory, host.Clock)))
        {
            // The oldest of what is pending is in the newest segment, too: a recovery begins to look there.
            var committed = await host.AppendAsync("logs", new byte[3000], 10);
            Assert.True(committed.Committed, "the journal is full");
            await host.SettleAsync(consumer, committed.FirstRecord.Plus(5));

            // The maintenance looks whether a snapshot is due every ten seconds.
            host.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        await host.AppendAsync("logs", "behind the snapshot");
        var status = JournalInspector.Inspect(host.Directory, host.Clock);

        var lag = host.Journal.GetStatus().Consumers[0].Lag;
        var found = Assert.Single(status.Consumers);
        Assert.Equal((0L, lag.Records, lag.Bytes), (found.LostRecords, found.LagRecords, found.LagBytes));
        Assert.Empty(status.Warnings);

        static bool IsInTheMidst(JournalInspection status) =>
            status.Segments.Any(segment => segment.State == SegmentState.Written && segment.Entries > 2 && status.Snapshot?.Lsn > segment.FirstLsn + 6);
    }

    [Fact]
    public async Task Looking_changes_no_byte_and_no_name()
    {
        await using var host = new DiskJournalFixture();
        using var consumer = host.Consumer("file", "logs");
        await host.AppendAsync("logs", "one");
        await host.Journal.DisposeAsync();

        // An opening renames the first, makes the header of the second again, and writes the third again.
        File.WriteAllBytes(Path.Combine(host.Directory, "00000099.segment"), [.. Enumerable.Repeat((byte)7, 70000)]);
        Damage(Path.Combine(host.Directory, "00000001.segment"), 20);
        Damage(Path.Combine(host.Directory, "journal.meta"), 20);
        var before = Fingerprint(host.Directory);

        JournalInspector.Inspect(host.Directory, host.Clock);
        JournalInspector.Verify(host.Directory, host.Clock);
        JournalInspector.Dump(host.Directory, new JournalDumpOptions(), static _ => true);

        Assert.Equal(before, Fingerprint(host.Directory));
    }

    [Fact]
    public async Task Looks_at_a_journal_that_takes_segments_away_tell_of_no_loss_unless_they_say_that_they_are_doubtful()
    {
        await using var host = new DiskJournalFixture();
        using var consumer = host.Consumer("file", "logs");
        var finished = false;
        var writing = Task.Run(async () =>
        {
            var bytes = new byte[8 << 10];
            while (!Volatile.Read(ref finished))
            {
                await host.AppendAsync("logs", bytes);
                await host.SettleAsync(consumer, host.Journal.DurableEnd);
            }
        });

        for (var i = 0; i < 20; i++)
        {
            var status = JournalInspector.Inspect(host.Directory, host.Clock);
            Assert.True(!status.IsConsistent || status.Consumers.All(other => other.LostRecords == 0), string.Join('\n', status.Warnings));
            var verification = JournalInspector.Verify(host.Directory, host.Clock);
            Assert.True(!verification.IsConsistent || verification.Faults.Count == 0, string.Join('\n', verification.Faults));
        }

        Volatile.Write(ref finished, true);
        await writing;
        var last = JournalInspector.Verify(host.Directory, host.Clock);
        Assert.True(last.IsConsistent);
        Assert.Empty(last.Faults);
    }

    [Fact]
    public void A_directory_without_a_journal_is_named()
    {
        using var directory = new TemporaryDirectory();
        var missing = directory.Combine("none");

        var noDirectory = Assert.Throws<JournalOpenException>(() => JournalInspector.Inspect(missing, TimeProvider.System));
        var noJournal = Assert.Throws<JournalOpenException>(() => JournalInspector.Verify(directory.Path, TimeProvider.System));
        var nothingToDump = Assert.Throws<JournalOpenException>(() => JournalInspector.Dump(directory.Path, new JournalDumpOptions(), static _ => true));

        Assert.Equal($"There is no directory {missing}.", noDirectory.Message);
        Assert.StartsWith($"There is no journal in {directory.Path}", noJournal.Message, StringComparison.Ordinal);
        Assert.StartsWith($"There is no journal in {directory.Path}", nothingToDump.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task A_journal_of_a_later_version_is_refused_by_name()
    {
        await using var host = new DiskJournalFixture();
        await host.Journal.DisposeAsync();
        var file = Path.Combine(host.Directory, "journal.meta");
        var bytes = File.ReadAllBytes(file);
        bytes[8] = 2;
        File.WriteAllBytes(file, bytes);

        var exception = Assert.Throws<JournalOpenException>(() => JournalInspector.Inspect(host.Directory, host.Clock));

        Assert.Contains("later version", exception.Message, StringComparison.Ordinal);
        Assert.Contains(JournalInspector.Verify(host.Directory, host.Clock).Faults, fault => fault.Problem.Contains("later version", StringComparison.Ordinal));
    }

    private static async Task PutAsync(DiskJournalFixture host, string table, string key, string value)
    {
        var group = host.Journal.CreateGroup();
        group.Put(host.Journal.OpenTable(table, new JournalTableOptions()), System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value));
        group.Add(host.Journal.OpenCounter("delivered"), 7);
        Assert.True((await host.Journal.CommitAsync(group, CommitKind.Internal)).Committed);
    }

    private static void Damage(string path, int offset)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static string[] Fingerprint(string directory) =>
    [
        .. Directory.GetFiles(directory).Order(StringComparer.Ordinal).Select(
            file => $"{Path.GetFileName(file)} {File.GetLastWriteTimeUtc(file):O} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"),
    ];
}
