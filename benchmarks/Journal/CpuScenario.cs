using System.Diagnostics;
using Sluice.Buffers;

namespace Sluice.Journal.Benchmarks;

/// <summary>
/// Processor time and memory per record that the journal adds to building the bytes. Goal: at most 100 ns, in all threads together, and
/// nothing allocated. Unflushed and bare writes tell what of it is the kernel's.
/// </summary>
internal static class CpuScenario
{
    private const int Senders = 64;
    private const long MaxSize = 1L << 30;

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new Scratch(settings, "cpu");
        await using var flushed = Subject.Open(scratch.Sub("always"), MaxSize, SyncMode.Always, settles: true);
        await using var unflushed = Subject.Open(scratch.Sub("never"), MaxSize, SyncMode.Never, settles: true);
        using var bare = new BareLog(scratch.Path);
        await new Writers(flushed, Senders).WriteAsync(MaxSize * 3 / 2);
        await new Writers(unflushed, Senders).WriteAsync(MaxSize * 3 / 2);

        using var pool = new BufferPool();
        using var writer = new PooledBufferWriter(pool, "benchmark");
        var payload = Payload.Create();
        var samples = await Rounds.RunAsync(
            settings.Rounds,
            new Writers(flushed, Senders).RunAsync,
            new Writers(unflushed, Senders).RunAsync,
            () => Task.FromResult(bare.Run(Senders)),
            () => Task.FromResult(Build(writer, payload)));

        var building = samples[^1].Median(sample => sample.UserPerRecord + sample.KernelPerRecord);
        var table = new Table("ns per record", "user", "kernel", "added to building", "bytes allocated");
        foreach (var (name, side) in new[] { "journal, sync: always", "journal, sync: never", "bare write + fsync", "building alone" }.Zip(samples))
        {
            table.Add(
                $"{name}",
                $"{side.Median(sample => sample.UserPerRecord):0.0}",
                $"{side.Median(sample => sample.KernelPerRecord):0.0}",
                $"{side.Median(sample => sample.UserPerRecord + sample.KernelPerRecord) - building:0.0}",
                $"{side.Median(sample => sample.AllocatedPerRecord):0.00}");
        }

        table.Print();
    }

    /// <summary>What a sender does without a journal: copies the bytes into pooled memory and gives it back.</summary>
    private static long Build(PooledBufferWriter writer, byte[] payload)
    {
        long built = 0;
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < Rounds.Length; built++)
        {
            writer.Write(payload);
            writer.Dispose();
        }

        return built;
    }
}
