using System.Globalization;

namespace Sluice.Journal.Tests.Model;

/// <summary>Random runs against the model. <c>SLUICE_SEED</c> replays one, <c>SLUICE_STEPS</c> makes it longer.</summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Any_sequence_of_operations_does_to_the_journal_what_it_does_to_the_model(bool pressure, bool isOnDisk)
    {
        var seed = Setting("SLUICE_SEED", Random.Shared.Next());
        var steps = Setting("SLUICE_STEPS", Environment.GetEnvironmentVariable("SLUICE_SOAK") is { Length: > 0 } ? 1_000_000 : isOnDisk ? 10_000 : 20_000);
        output.WriteLine($"SLUICE_SEED={seed} SLUICE_STEPS={steps} pressure={pressure} isOnDisk={isOnDisk}");
        await using var run = new ModelRun(seed, pressure, isOnDisk);
        var step = 0;
        try
        {
            for (; step < steps; step++)
            {
                await run.StepAsync(step);
            }

            run.ReadAll();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Failed in step {step}; replay with SLUICE_SEED={seed} SLUICE_STEPS={step + 1}.", e);
        }

        output.WriteLine($"refused {run.Refused} groups, dropped {run.Dropped} records, restarted {run.Restarts} times");
        Assert.True(steps < 1000 || (run.Refused > 0 && run.Dropped > 0), "the run exercised neither refusals nor drops");
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
