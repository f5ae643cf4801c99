using Sluice.Buffers;

namespace Sluice.Journal.Benchmarks;

/// <summary>
/// Consumers far behind: entries read from segments, with their checksums, out of the page cache. Goal: 1 GB/s. Bare reads of the same files
/// are beside it.
/// </summary>
internal static class ReadScenario
{
    /// <summary>What all readers of a round read together.</summary>
    private const long RoundBytes = 2L << 30;

    /// <summary>So that no reader comes near the tail.</summary>
    private const long FilledBytes = RoundBytes + (RoundBytes / 8);

    private const int BareReadSize = 256 << 10;

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new Scratch(settings, "read");
        await using var subject = Subject.Open(scratch.Path, 2 * FilledBytes, SyncMode.Never, settles: false);

        // The backlog is theirs from the first group on. Closed and opened again they begin at their cursor, which never moves.
        string[] names = ["reader 1", "reader 2", "reader 3", "reader 4"];
        Array.ForEach(names, name => subject.OpenConsumer(name).Dispose());
        await new Writers(subject, 64).WriteAsync(FilledBytes);

        var table = new Table("consumers", "GB/s each", "CPU ns per record", "bytes allocated per record", "bare GB/s each", "time, times the bare");
        foreach (var count in new[] { 1, 4 })
        {
            var samples = await Rounds.RunAsync(
                settings.Seconds,
                () => TogetherAsync(count, reader => Read(subject, names[reader], RoundBytes / count)),
                () => TogetherAsync(count, _ => ReadBare(scratch.Path, RoundBytes / count)));
            table.Add(
                $"{count}",
                $"{samples[0].Median(sample => sample.MegabytesPerSecond) / 1000 / count:0.00}",
                $"{samples[0].Median(sample => sample.UserPerRecord + sample.KernelPerRecord):0.0}",
                $"{samples[0].Median(sample => sample.AllocatedPerRecord):0.00}",
                $"{samples[1].Median(sample => sample.MegabytesPerSecond) / 1000 / count:0.00}",
                $"{Rounds.TimeRatio(samples[0], samples[1]):0.00}");
        }

        table.Print();
    }

    private static async Task<long> TogetherAsync(int count, Func<int, long> read) =>
        (await Task.WhenAll(Enumerable.Range(0, count).Select(reader => Task.Run(() => read(reader))))).Sum();

    private static long Read(Subject subject, string name, long bytes)
    {
        using var consumer = subject.OpenConsumer(name);
        using var buffer = new PooledBufferWriter(subject.Pool, "benchmark");
        var groups = bytes / Payload.Size;
        for (long group = 0; group < groups; group++)
        {
            buffer.Clear();
            if (!consumer.TryRead(buffer, out var entry) || entry.IsCorrupt || buffer.Length != Payload.Size)
            {
                throw new InvalidOperationException($"{name} did not find entry {group} of {groups} whole: {entry}");
            }
        }

        return groups;
    }

    private static long ReadBare(string directory, long bytes)
    {
        var buffer = new byte[BareReadSize];
        long total = 0;
        foreach (var path in Directory.EnumerateFiles(directory).Where(path => new FileInfo(path).Length > BareReadSize).Order(StringComparer.Ordinal))
        {
            using var file = File.OpenHandle(path);
            for (long offset = 0; total < bytes && RandomAccess.Read(file, buffer, offset) is var read and > 0; offset += read)
            {
                total += read;
            }
        }

        return total / Payload.Size;
    }
}
