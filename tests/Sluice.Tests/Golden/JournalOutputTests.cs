using Sluice.Inspection;
using Sluice.Journal;
using Sluice.Testing;

namespace Sluice.Tests.Golden;

/// <summary>What <c>sluice journal</c> prints of given findings, for people and as JSON.</summary>
public sealed class JournalOutputTests
{
    private const string Folder = "tests/Sluice.Tests/Golden/Journal";

    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly RecordId First = new(0x6741_5e0c_0000_0001, 100);

    private static readonly JournalInspection Busy = new()
    {
        Directory = "/data/journal",
        JournalId = new Guid("6f1c2a3b-0d4e-4f5a-8b6c-7d8e9f0a1b2c"),
        FormatVersion = 1,
        Epoch = "67415e0c00000001",
        Holder = new JournalHolder(4711),
        IsConsistent = false,
        NextLsn = 4712,
        NewestGroupAgeSeconds = 2.14,
        NeededBytes = 130L << 20,
        MaxSize = 1L << 30,
        GrowthBytesPerSecond = 1.25 * (1 << 20),
        SecondsToFull = 715.2,
        Snapshot = new InspectedSnapshot(4600, 12_600, 192, 111),
        Segments =
        [
            new() { File = "00000001.segment", State = SegmentState.Sealed, Number = 7, FirstLsn = 4000, NextLsn = 4700, Entries = 690, Records = 69_000, UsedBytes = 66_000_000, FileBytes = 64 << 20, Oldest = Time, Newest = Time.AddMinutes(3) },
            new() { File = "00000003.segment", State = SegmentState.Written, Number = 8, FirstLsn = 4700, NextLsn = 4712, Entries = 10, Records = 1_000, UsedBytes = 1_000_000, FileBytes = 64 << 20, Oldest = Time.AddMinutes(3), Newest = Time.AddMinutes(4) },
            new() { File = "00000002.segment", State = SegmentState.Spare, FileBytes = 64 << 20 },
        ],
        Topics = [new InspectedTopic("logs", 600, 60_000, 60_000_000), new InspectedTopic("traces/shop", 100, 10_000, 7_000_000)],
        Consumers =
        [
            new() { Name = "file", Topics = ["logs"], Cursor = First, LagBytes = 60_000_000, LagRecords = 60_000, LagSeconds = 241, MaxLag = 256L << 20, OnFull = OnFull.Reject, DroppedRecords = 0, LostRecords = 3 },
            new() { Name = "store", Topics = ["logs", "traces/shop"], Cursor = First.Plus(5), LagBytes = 0, LagRecords = 0, LagSeconds = 0, OnFull = OnFull.DropOldest, DroppedRecords = 12, LostRecords = 0, OrphanSince = Time },
        ],
        Tables = [new InspectedTable("exporter_states", 2, 234, 1_000_000, 86_400, 5)],
        Counters = [new InspectedCounter("pipeline/logs/accepted", 60_000)],
        Warnings = ["/data/journal/snapshot-00000000000011f8.a is unfinished or damaged; another copy is used."],
    };

    private static readonly JournalInspection Empty = new()
    {
        Directory = "/data/journal",
        JournalId = new Guid("6f1c2a3b-0d4e-4f5a-8b6c-7d8e9f0a1b2c"),
        FormatVersion = 1,
        IsConsistent = true,
        NextLsn = 1,
        NeededBytes = 0,
        Segments = [],
        Topics = [],
        Consumers = [],
        Tables = [],
        Counters = [],
        Warnings = [],
    };

    private static readonly JournalVerification Faulty = new()
    {
        Directory = "/data/journal",
        JournalId = Busy.JournalId,
        IsConsistent = true,
        Segments = 3,
        SealedSegments = 2,
        SpareFiles = 1,
        Snapshots = 2,
        Groups = 4711,
        Entries = 700,
        Records = 70_000,
        Bytes = 268_435_456,
        TornBytes = 512,
        LostRecords = 100,
        Seconds = 0.31,
        Faults =
        [
            new() { File = "00000001.segment", Offset = 8192, Problem = "group 17: the 4008 bytes of its entry for topic 'logs' (100 records) do not match their checksum", Loses = "the group with its 100 records and its changes", Remedy = "restore the file" },
            new() { Problem = "1 segment files that the snapshot needs are missing or destroyed", Loses = "all that consumers had not settled of them", Remedy = "put the files back" },
        ],
    };

    private static readonly JournalVerification Whole = Faulty with { Faults = [], TornBytes = 0, LostRecords = 0, Holder = new JournalHolder(4711) };

    private static readonly DumpedGroup Group = new()
    {
        Lsn = 17,
        Segment = "00000001.segment",
        Offset = 8192,
        Bytes = 4321,
        Received = Time,
        Written = Time.AddMilliseconds(3),
        FirstRecord = First,
        Records = 101,
        Entries = [new DumpedEntry("logs", First, 100, 4008), new DumpedEntry("traces/shop", First.Plus(100), 1, 64)],
        Cursors = [new DumpedCursor("file", First)],
        Puts = 2,
        Deletes = 1,
        Changes = [new DumpedChange("states", "file"u8.ToArray(), 111), new DumpedChange("ids", [0, 255], 0), new DumpedChange("states", "\u001b[31m"u8.ToArray(), null)],
        Counters = [new DumpedDelta("pipeline/logs/accepted", 101), new DumpedDelta("open", -1)],
        Events = ["consumer 'file' is opened for logs"],
    };

    public static TheoryData<string> Cases => [.. Outputs.Keys];

    private static Dictionary<string, Func<string>> Outputs { get; } = new()
    {
        ["status-busy.txt"] = () => JournalStatusText.Write(Busy),
        ["status-busy.json"] = () => InspectionJson.Write(Busy, indented: true),
        ["status-empty.txt"] = () => JournalStatusText.Write(Empty),
        ["status-empty.json"] = () => InspectionJson.Write(Empty, indented: true),
        ["verify-faulty.txt"] = () => JournalVerificationText.Write(Faulty),
        ["verify-faulty.json"] = () => InspectionJson.Write(Faulty, indented: true),
        ["verify-whole.txt"] = () => JournalVerificationText.Write(Whole),
        ["dump.txt"] = () => DumpText.Write(Group),
        ["dump.json"] = () => InspectionJson.Write(Group, indented: false),
        ["dump-unreadable.txt"] = () => DumpText.Write(Group with { Cursors = [], Puts = 0, Deletes = 0, Changes = null, Counters = [], Events = [], Problem = "byte 9: there is no tag 99." }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Findings_are_printed_as_expected(string name) => GoldenFile.Check($"{Folder}/{name}", Outputs[name]() + "\n");

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.31, "0.3s")]
    [InlineData(9.96, "10s")]
    [InlineData(59.9, "59s")]
    [InlineData(192, "3m 12s")]
    [InlineData(7500, "2h 5m")]
    [InlineData(180_000, "2d 2h")]
    [InlineData(1e30, "for ever")]
    public void Durations_have_their_two_largest_units(double seconds, string expected) => Assert.Equal(expected, Readable.Duration(seconds));
}
