using System.Buffers.Binary;
using System.Diagnostics;

namespace Sluice.Journal.Benchmarks;

/// <summary>A table of a million entries: memory, snapshot, time to load. Goals: 200 MB, 2 s.</summary>
internal static class TablesScenario
{
    private const int Entries = 1_000_000;
    private const int EntriesPerGroup = 1000;
    private const int KeySize = 16;
    private const int ValueSize = 8;
    private const long MaxSize = 1L << 30;
    private const int Repetitions = 3;

    private static readonly JournalTableOptions Limits = new() { MaxEntries = Entries };

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new Scratch(settings, "tables");
        var filling = await FillAsync(scratch.Path);

        var times = new List<double>();
        long heap = 0;
        long bytes = 0;
        for (var i = 0; i < Repetitions; i++)
        {
            var empty = GC.GetTotalMemory(forceFullCollection: true);
            var start = Stopwatch.GetTimestamp();
            await using var subject = Subject.Open(scratch.Path, MaxSize, SyncMode.Always, settles: false);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            Check(subject.Journal.OpenTable("ids", Limits));
            heap = GC.GetTotalMemory(forceFullCollection: true) - empty;
            bytes = subject.Journal.GetStatus().Disk!.SnapshotBytes;
        }

        var table = new Table("a million entries", "");
        table.Add($"heap, written, MB", $"{filling.Heap / 1e6:0}");
        table.Add($"heap, loaded, with the journal's own, MB", $"{heap / 1e6:0}");
        table.Add($"snapshot, MB", $"{bytes / 1e6:0}");
        table.Add($"closing, with its snapshot, s", $"{filling.Closing.TotalSeconds:0.00}");
        table.Add($"opening, s", $"{Rounds.Median(times):0.00}");
        table.Print();
    }

    private static async Task<(long Heap, TimeSpan Closing)> FillAsync(string directory)
    {
        var subject = Subject.Open(directory, MaxSize, SyncMode.Always, settles: false);
        var table = subject.Journal.OpenTable("ids", Limits);
        var empty = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Entries; i += EntriesPerGroup)
        {
            await PutAsync(subject.Journal, table, i).ConfigureAwait(false);
        }

        Check(table);
        var heap = GC.GetTotalMemory(forceFullCollection: true) - empty;
        var start = Stopwatch.GetTimestamp();
        await subject.DisposeAsync().ConfigureAwait(false);
        return (heap, Stopwatch.GetElapsedTime(start));
    }

    private static async Task PutAsync(IJournal journal, JournalTable table, int from)
    {
        var key = new byte[KeySize];
        var value = new byte[ValueSize];
        var group = journal.CreateGroup();
        for (var i = from; i < from + EntriesPerGroup; i++)
        {
            WriteKey(key, i);
            BinaryPrimitives.WriteInt64LittleEndian(value, i);
            group.Put(table, key, value);
        }

        Subject.Committed(await journal.CommitAsync(group).ConfigureAwait(false));
    }

    private static void Check(JournalTable table)
    {
        var key = new byte[KeySize];
        for (var i = 0; i < Entries; i++)
        {
            WriteKey(key, i);
            if (!table.TryGet(key, out var value) || BinaryPrimitives.ReadInt64LittleEndian(value.Span) != i)
            {
                throw new InvalidOperationException($"Entry {i} of the table is not what was put, of {table.Count} there.");
            }
        }
    }

    /// <summary>Different in all its bytes from one entry to the next, as ids are.</summary>
    private static void WriteKey(Span<byte> key, int number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(key, (ulong)(number + 1) * 0x9E37_79B9_7F4A_7C15);
        BinaryPrimitives.WriteUInt64LittleEndian(key[8..], (ulong)(number + 1) * 0xC2B2_AE3D_27D4_EB4F);
    }
}
