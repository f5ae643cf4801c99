using System.Diagnostics;
using System.Globalization;

namespace Sluice.Journal.Benchmarks;

/// <summary>This program once more, in a process that fills a journal and goes on writing until it is killed.</summary>
internal static class FillingProcess
{
    /// <summary>What it is started with instead of a scenario.</summary>
    public const string Scenario = "fill-until-killed";

    private const string Consumer = "lagging";

    /// <summary>How long it writes on, so that it is killed in the middle of it.</summary>
    private static readonly TimeSpan WriteOn = TimeSpan.FromMilliseconds(200);

    /// <summary>Opens the journal that is filled.</summary>
    public static Subject Open(string directory, Settings settings) =>
        Subject.Open(directory, settings.OpenBytes + (settings.OpenBytes / 4) + (1L << 30), SyncMode.Never, settles: false);

    /// <summary>Records that the consumer lags who has settled nothing.</summary>
    public static long CountBacklog(Subject subject)
    {
        using var consumer = subject.OpenConsumer(Consumer);
        return consumer.Lag.Records;
    }

    /// <summary>What the other process does.</summary>
    public static async Task RunAsync(Settings settings)
    {
        await using var subject = Open(settings.Directory, settings);
        var filled = CountBacklog(subject) / Payload.Records * Payload.Size;
        await new Writers(subject, 64).WriteAsync(settings.OpenBytes - filled).ConfigureAwait(false);
        Console.WriteLine(CountBacklog(subject).ToString(CultureInfo.InvariantCulture));
        await new Writers(subject, 8).WriteAsync(long.MaxValue).ConfigureAwait(false);
    }

    /// <summary>Fills a journal in another process, if it is not full yet, and kills that while it writes on.</summary>
    /// <returns>Records that were acknowledged, at least.</returns>
    public static async Task<long> FillAndKillAsync(Settings settings, string directory)
    {
        var gigabytes = (settings.OpenBytes >> 30).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet", [typeof(FillingProcess).Assembly.Location, Scenario, "--dir", directory, "--gib", gigabytes])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The process that fills the journal did not start.");
        string? line;
        long records;
        while (!long.TryParse(line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false), CultureInfo.InvariantCulture, out records))
        {
            Console.WriteLine(line ?? throw new InvalidOperationException("The process that fills the journal ended before it was full."));
        }

        await Task.Delay(WriteOn, TimeProvider.System).ConfigureAwait(false);
        process.Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        return records;
    }
}
