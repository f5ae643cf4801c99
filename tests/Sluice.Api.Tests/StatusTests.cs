using Sluice.Api.Tests.Support;
using Sluice.Journal;
using Sluice.Store.Tests.Support;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.Api.Tests;

public sealed class StatusTests
{
    [Fact]
    public async Task The_status_tells_all_of_a_journal_on_disk_and_its_consumers()
    {
        // The clock of the API stands still here.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(SampleGenerator.Start / 1_000_000);
        await using var api = await ApiFixture.StartAsync(status: new FakeStatus { Journal = OnDisk(now) });

        var journal = (await api.GetAsync("status")).GetProperty("journal");

        GoldenFile.CheckCase("tests/Sluice.Api.Tests/Golden", "journal-on-disk", journal.GetRawText().Replace(",\"", ",\n\"", StringComparison.Ordinal) + "\n");
    }

    private static JournalStatus OnDisk(DateTimeOffset now) => new(
        "disk", 1000, 8192, 7, 8, 9,
        [
            new JournalConsumerStatus("store", new RecordId(1, 5), default, 0, IsOpen: true),
            new JournalConsumerStatus("file/gone", new RecordId(1, 2), new JournalLag(900, 3, UnixTime.ToNano(now.AddSeconds(-90.5))), 4, IsOpen: false)
            {
                LostRecords = 5,
                ClosedAt = now.AddHours(-2),
            },
        ])
    {
        Problem = "a flush failed",
        Disk = new JournalDiskStatus
        {
            Directory = "/data/journal",
            SegmentSize = 2048,
            NeededSegments = 1,
            RetainedSegments = 2,
            SpareSegments = 3,
            WrittenBytes = 4,
            ReadBytes = 5,
            ReadRecords = 6,
            Flushes = 7,
            FailedFlushes = 8,
            CorruptGroups = 9,
            TornBytes = 10,
            SnapshotBytes = 11,
        },
    };
}
