namespace Sluice.Journal.Benchmarks;

/// <summary>
/// Throughput of acknowledged groups. Goal: with 8 and with 64 senders, at most 1.5 times the time of a bare write and fsync of as many.
/// </summary>
/// <remarks>
/// When n senders are answered together, a part of them comes too late for the next flush: it has fewer than n groups. With 2n senders
/// about n wait while n are written; these rows show what the journal itself costs.
/// </remarks>
internal static class AppendScenario
{
    /// <summary>Small, so that every segment has been written before when measuring begins.</summary>
    private const long MaxSize = 1L << 30;

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new Scratch(settings, "append");
        await using var subject = Subject.Open(scratch.Sub("journal"), MaxSize, SyncMode.Always, settles: true);
        using var bare = new BareLog(scratch.Path);
        await new Writers(subject, 64).WriteAsync(MaxSize * 3 / 2);

        var table = new Table(
            "senders", "groups/s", "MB/s", "groups per flush", "bare, groups per flush", "bare groups/s", "bare MB/s", "time, times the bare");
        foreach (var (senders, batch) in new[] { (8, 8), (16, 8), (64, 64), (128, 64) })
        {
            var writers = new Writers(subject, senders);
            subject.Flushes.TakeGroupsPerFlush();
            var samples = await Rounds.RunAsync(settings.Rounds, writers.RunAsync, () => Task.FromResult(bare.Run(batch)));
            table.Add(
                $"{senders}",
                $"{samples[0].Median(sample => sample.GroupsPerSecond):0}",
                $"{samples[0].Median(sample => sample.MegabytesPerSecond):0}",
                $"{subject.Flushes.TakeGroupsPerFlush():0.0}",
                $"{batch}",
                $"{samples[1].Median(sample => sample.GroupsPerSecond):0}",
                $"{samples[1].Median(sample => sample.MegabytesPerSecond):0}",
                $"{Rounds.TimeRatio(samples[0], samples[1]):0.00}");
        }

        table.Print();
    }
}
