namespace Sluice.Journal.Benchmarks;

/// <summary>Time from beginning a group to its answer, beside the time of a bare write and fsync of as many groups as there are senders.</summary>
internal static class LatencyScenario
{
    private const long MaxSize = 1L << 30;

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new Scratch(settings, "latency");
        await using var subject = Subject.Open(scratch.Sub("journal"), MaxSize, SyncMode.Always, settles: true);
        using var bare = new BareLog(scratch.Path);
        await new Writers(subject, 64).WriteAsync(MaxSize * 3 / 2);

        var table = new Table("senders", "median, µs", "99 %, µs", "bare median, µs", "bare 99 %, µs", "median, times the bare");
        foreach (var senders in new[] { 1, 8, 64 })
        {
            var answers = new Latencies();
            var flushes = new Latencies();
            var writers = new Writers(subject, senders, answers);
            await Rounds.RunAsync(settings.Rounds, writers.RunAsync, () => Task.FromResult(bare.Run(senders, flushes)));
            var journal = answers.Summarize();
            var disk = flushes.Summarize();
            table.Add(
                $"{senders}",
                $"{journal.Median.TotalMicroseconds:0}",
                $"{journal.P99.TotalMicroseconds:0}",
                $"{disk.Median.TotalMicroseconds:0}",
                $"{disk.P99.TotalMicroseconds:0}",
                $"{journal.Median / disk.Median:0.00}");
        }

        table.Print();
    }
}
