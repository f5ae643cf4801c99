using Sluice.Testing;

namespace Sluice.Journal.Tests.Replay;

/// <summary>What was kept is what was: the state after any run is that of its newest snapshot and the groups behind it.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    [Fact]
    public void Replaying_the_groups_behind_a_snapshot_gives_the_same_state()
    {
        const int Steps = 1500;
        var runs = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 2000 : 8;
        var (comparisons, crashes, freed, dropped) = (0, 0, 0, 0L);
        for (var i = 0; i < runs; i++)
        {
            using var run = new ReplayRun(unchecked(RandomSeed.Value + i));
            var step = 0;
            RandomSeed.Explain(
                i,
                () =>
                {
                    for (; step < Steps; step++)
                    {
                        run.Step();
                    }

                    run.Compare();
                },
                () => $"in step {step}");
            comparisons += run.Comparisons;
            crashes += run.Crashes;
            freed += run.Freed;
            dropped += run.Dropped;
        }

        output.WriteLine($"SLUICE_SEED={RandomSeed.Value}: {comparisons} comparisons, {crashes} crashes, {freed} segments freed, {dropped} records dropped");
        Assert.True(comparisons > 100 && crashes > 20 && freed > 20 && dropped > 100, "the runs exercised too little");
    }
}
