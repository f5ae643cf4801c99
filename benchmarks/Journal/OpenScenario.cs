using System.Diagnostics;

namespace Sluice.Journal.Benchmarks;

/// <summary>
/// Time to open a large journal of which a consumer lags everything: after an orderly end and after a kill in the middle of writing, with
/// its files in the page cache and without. Goal: 1 s.
/// </summary>
internal static class OpenScenario
{
    private const int Repetitions = 3;

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new Scratch(settings, "open");
        var fill = Stopwatch.GetTimestamp();
        var acknowledged = await FillingProcess.FillAndKillAsync(settings, scratch.Path);
        Console.WriteLine($"Filled with {settings.OpenBytes >> 30} GiB in {Stopwatch.GetElapsedTime(fill).TotalSeconds:0} s.");

        var table = new Table("seconds", "after an orderly end", "after a kill");
        foreach (var cold in PageCache.CanDrop ? [false, true] : new[] { false })
        {
            var orderly = new List<double>();
            var killed = new List<double>();
            for (var i = 0; i < Repetitions; i++)
            {
                killed.Add(await MeasureAsync(settings, scratch.Path, cold, acknowledged));
                orderly.Add(await MeasureAsync(settings, scratch.Path, cold, acknowledged));
                acknowledged = await FillingProcess.FillAndKillAsync(settings, scratch.Path);
            }

            table.Add($"{(cold ? "from the disk" : "from the page cache")}", $"{Rounds.Median(orderly):0.000}", $"{Rounds.Median(killed):0.000}");
        }

        table.Print();
    }

    private static async Task<double> MeasureAsync(Settings settings, string directory, bool cold, long acknowledged)
    {
        if (cold)
        {
            PageCache.Drop(directory);
        }

        var start = Stopwatch.GetTimestamp();
        await using var subject = FillingProcess.Open(directory, settings);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var found = FillingProcess.CountBacklog(subject);
        return found >= acknowledged
            ? elapsed.TotalSeconds
            : throw new InvalidOperationException($"Of {acknowledged} acknowledged records {found} were found.");
    }
}
