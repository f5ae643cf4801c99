using System.Diagnostics;
using Sluice.Journal;
using Sluice.Store.Tests.Support;
using Sluice.Testing;

namespace Sluice.Store.Tests;

/// <summary>A writer that ends without warning: what it leaves opens, and holds whole transactions, with positions that say which.</summary>
public sealed class CrashTests
{
    private const string DirectoryVariable = "SLUICE_STORE_CRASH_DIRECTORY";
    private const int Batch = 40;
    private const int BatchesPerHour = 200;

    private static readonly Guid Journal = new("a3f0c2f4-57a8-4a0e-9d0a-6f5d3e1b2c11");

    [Fact]
    public async Task A_write_ahead_log_that_ends_anywhere_holds_whole_transactions()
    {
        await using var store = new StoreFixture();
        var generator = new SampleGenerator(1);
        List<List<SampleRecord>> groups =
            [.. Enumerable.Range(0, 20).Select(_ => generator.Group(generator.Random.Next(1, 60), spans: false).ConvertAll(AtStart))];
        List<int> ends = [0];
        foreach (var group in groups)
        {
            await store.StoreAsync(group);
            ends.Add(ends[^1] + group.Count);
        }

        // The log was not moved into the file yet, so that the file is as it was when the log began.
        var file = Assert.Single(store.Directory.StoreFiles);
        var database = await File.ReadAllBytesAsync(file);
        var log = await File.ReadAllBytesAsync(file + "-wal");
        var all = groups.SelectMany(group => group.Select(record => record.Id)).ToList();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var held = new HashSet<int>();
        for (var round = 0; round < 40; round++)
        {
            var cut = log.AsSpan(0, random.Next(log.Length + 1)).ToArray();
            if (round % 2 == 1)
            {
                // A sector that was being written holds anything.
                random.NextBytes(cut.AsSpan(cut.Length - random.Next(Math.Min(cut.Length, 4096) + 1)));
            }

            await using var copy = new StoreFixture { JournalId = store.JournalId };
            var target = Path.Combine(copy.Directory.Path, Path.GetFileName(file));
            await File.WriteAllBytesAsync(target, database);
            await File.WriteAllBytesAsync(target + "-wal", cut);

            var found = Found.Logs(copy, new LogQuery { Order = SearchOrder.OldestFirst });
            Assert.True(ends.Contains(found.Count), $"seed {seed}, round {round}: {found.Count} records are no whole number of transactions");
            Assert.Equal(all.Take(found.Count), found);
            held.Add(found.Count);

            // The positions match the rows: exactly what is missing is stored when everything is delivered again.
            var total = default(ApplyResult);
            foreach (var group in groups)
            {
                var result = await copy.StoreAsync(group);
                total = new ApplyResult(total.Stored + result.Stored, total.Duplicates + result.Duplicates);
            }

            Assert.Equal(new ApplyResult(all.Count - found.Count, found.Count), total);
            Assert.Equal(all, Found.Logs(copy, new LogQuery { Order = SearchOrder.OldestFirst }));
            Assert.Empty(copy.Notices);
        }

        Assert.True(held.Count > 5, $"seed {seed} always cut at the same place");
    }

    [Fact]
    public async Task A_writer_that_is_killed_again_and_again_loses_nothing_it_acknowledged_and_stores_nothing_twice()
    {
        using var directory = new TempDirectory();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var acknowledged = Path.Combine(directory.Path, "acknowledged");
        var least = 0L;
        for (var round = 0; round < 4; round++)
        {
            using var child = Start(directory.Path);
            try
            {
                // Not before it has written something new, so that every round kills a writer at work.
                var goal = least + random.Next(1, 8000);
                await Eventually.TrueAsync(() => Acknowledged(acknowledged) >= goal || child.HasExited, "the writer writes");
                Assert.False(child.HasExited, $"the writer ended by itself: {await OutputAsync(child)}");
            }
            finally
            {
                child.Kill();
                await child.WaitForExitAsync();
            }

            least = Acknowledged(acknowledged);
            using var reader = new StoreReader(directory.Path);
            var found = Found.Ids(reader.SearchLogs(new LogQuery { Order = SearchOrder.OldestFirst }, CancellationToken.None));
            Assert.Equal(Enumerable.Range(0, found.Count).Select(i => new RecordId(1, (ulong)i).ToString()), found);
            Assert.True(found.Count >= least, $"seed {seed}, round {round}: {least} records were acknowledged and {found.Count} are there");
            Assert.True(found.Count % Batch == 0, $"seed {seed}, round {round}: {found.Count} records are no whole number of batches");
        }
    }

    /// <summary>The child of the test above: delivers from a little before what is acknowledged, as after a crash, until it is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable);
        Assert.SkipWhen(directory is null, $"{DirectoryVariable} is not set: this is half of another test");
        await using var store = new StoreFixture(options => options with { Directory = directory }) { JournalId = Journal, Epoch = 1 };
        using var acknowledged = new FileStream(Path.Combine(directory, "acknowledged"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        var records = new SampleGenerator(1).Group(Batch, spans: false);
        var start = Math.Max(0, (Acknowledged(acknowledged.Name) / Batch) - 3);
        for (var batch = start; ; batch++)
        {
            store.Sequence = (ulong)(batch * Batch);
            var received = SampleGenerator.Start + (batch / BatchesPerHour * 3_600_000_000_000);
            await store.StoreAsync(SampleBatches.Make(store.Pool, records), received, "logs");
            acknowledged.Position = 0;
            acknowledged.Write(BitConverter.GetBytes((batch + 1) * Batch));
            acknowledged.Flush();
        }
    }

    private static Process Start(string directory)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "Sluice.Store.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(executable)
        {
            ArgumentList = { "-noLogo", "-noColor", "-explicit", "only", "-method", $"*.{nameof(CrashTests)}.{nameof(Write_until_killed)}" },
            Environment = { [DirectoryVariable] = directory, ["TMPDIR"] = directory },
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static async Task<string> OutputAsync(Process child) => child.HasExited ? await child.StandardOutput.ReadToEndAsync() : "";

    private static long Acknowledged(string file)
    {
        if (!File.Exists(file))
        {
            return 0;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> number = stackalloc byte[sizeof(long)];
        return stream.ReadAtLeast(number, number.Length, throwOnEndOfStream: false) == number.Length ? BitConverter.ToInt64(number) : 0;
    }

    private static SampleRecord AtStart(SampleRecord record) => record with { Received = SampleGenerator.Start };
}
