using System.Globalization;
using Sluice.Testing;

namespace Sluice.Crash;

/// <summary>The real executable, killed with SIGKILL over and over while senders never stop.</summary>
public sealed class KillTests
{
    /// <summary>Kills of one test: 10 in continuous integration, 200 in a soak, <c>SLUICE_STEPS</c> to choose.</summary>
    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_STEPS"), NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? steps
        : Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 200
        : 10;

    [Fact]
    public Task Nothing_acknowledged_is_lost_and_nothing_comes_twice() =>
        KillRun.RunAsync("sync: always", "{type: disk, max_size: 1GiB}", Kills, RandomSeed.Value, maxPadding: 1000);

    [Fact]
    public Task Nothing_acknowledged_is_lost_and_nothing_comes_twice_while_small_segments_are_recycled() =>
        KillRun.RunAsync("sync: always, small segments", "{type: disk, max_size: 16MiB, max_group_size: 1MiB, consumer_window: 1MiB, max_wait: 100ms}", Kills, RandomSeed.Value + 1, maxPadding: 20_000);

    [Fact]
    public Task Nothing_acknowledged_is_lost_and_nothing_comes_twice_when_flushes_are_rare() =>
        KillRun.RunAsync("sync: interval", "{type: disk, max_size: 256MiB, sync: interval}", (Kills + 1) / 2, RandomSeed.Value + 2, maxPadding: 1000);
}
