using System.Globalization;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Model;

/// <summary>
/// Random runs against the model, each with a seed of its own. <c>SLUICE_SEED</c> is the first of them, <c>SLUICE_STEPS</c> makes one run of
/// so many steps.
/// </summary>
/// <remarks>
/// A run is short and there are many, since consumers fall behind in the course of one: what the model compares in each step grows with it.
/// </remarks>
public sealed class ModelTests(ITestOutputHelper output)
{
    /// <summary>Four cases of these make two million steps.</summary>
    private const int SoakRuns = 50;

    private const int StepsPerRun = 10_000;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Any_sequence_of_operations_does_to_the_journal_what_it_does_to_the_model(bool pressure, bool isOnDisk)
    {
        var first = RandomSeed.Value;
        var steps = Setting("SLUICE_STEPS", StepsPerRun);
        var runs = steps == StepsPerRun && Environment.GetEnvironmentVariable("SLUICE_SOAK") is { Length: > 0 } ? SoakRuns : 1;
        output.WriteLine($"SLUICE_SEED={first} pressure={pressure} isOnDisk={isOnDisk}: {runs} runs of {steps} steps");
        for (var i = 0; i < runs; i++)
        {
            await RunAsync(first + i, steps, pressure, isOnDisk);
        }
    }

    private async Task RunAsync(int seed, int steps, bool pressure, bool isOnDisk)
    {
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

        output.WriteLine($"seed {seed}: refused {run.Refused} groups, dropped {run.Dropped} records, restarted {run.Restarts} times");
        Assert.True(steps < 1000 || (run.Refused > 0 && run.Dropped > 0), "the run exercised neither refusals nor drops");
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
