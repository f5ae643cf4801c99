using System.Globalization;
using Sluice.Journal.Tests.Simulation;
using Sluice.Testing;

namespace Sluice.Journal.Tests.PowerCut;

/// <summary>
/// The power goes at any moment: what was acknowledged is there whole, nothing is half there, no consumer saw what the cut took away, and no
/// record id is used twice. <c>SLUICE_SOAK=1</c> for many runs, <c>SLUICE_SEED</c> to see one again.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private static readonly bool Soak = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1";
    private static readonly DiskFault[] Moments = [DiskFault.PowerOffBefore, DiskFault.PowerOffDuring, DiskFault.PowerOffAfter];

    [Fact]
    public Task A_cut_at_any_operation_of_a_short_life_takes_nothing_that_was_acknowledged() => ForSeedsAsync(Soak ? 200 : 1, async seed =>
    {
        var operations = await CountAsync(seed, run => run.OpenAsync(steps: 8));
        for (var operation = 0L; operation <= operations; operation++)
        {
            // Before an operation is after the one before it.
            foreach (var moment in Moments[1..])
            {
                var run = new PowerCutRun(seed);
                await ExplainAsync(run, $"cut {moment.Kind} {operation}", async () =>
                {
                    await run.OpenAsync(steps: 8, PowerCutRun.CutAt(operation, moment));
                    await ReopenAsync(run);
                });
            }
        }
    });

    [Fact]
    public Task A_cut_at_any_operation_of_a_recovery_takes_nothing_that_was_acknowledged() => ForSeedsAsync(Soak ? 200 : 1, async seed =>
    {
        var operations = await CountAsync(seed, async run =>
        {
            await DieAsync(run, seed);
            run.CutPower();
            await run.OpenAsync(steps: 2);
        });
        for (var operation = 0L; operation <= operations; operation++)
        {
            // Before an operation is after the one before it.
            foreach (var moment in Moments[1..])
            {
                var run = new PowerCutRun(seed);
                await ExplainAsync(run, $"recovery cut {moment.Kind} {operation}", async () =>
                {
                    await DieAsync(run, seed);
                    run.CutPower();
                    await run.OpenAsync(steps: 2, PowerCutRun.CutAt(operation, moment));
                    await ReopenAsync(run);
                });
            }
        }
    });

    [Fact]
    public Task Long_lives_with_many_cuts_and_kills_keep_every_promise() => ForSeedsAsync(Soak ? 20_000 : 30, async seed =>
    {
        var random = new Random(seed);
        var run = new PowerCutRun(seed);
        await ExplainAsync(run, "long life", async () =>
        {
            for (var opening = 0; opening < 8; opening++)
            {
                await LiveAndDieAsync(run, random, random.Next(60));
            }

            await ReopenAsync(run);
        });
    });

    [Fact]
    public Task What_a_killed_process_left_unflushed_is_flushed_before_anybody_reads_it() => ForSeedsAsync(Soak ? 5000 : 30, async seed =>
    {
        var random = new Random(seed);
        var run = new PowerCutRun(seed);
        await ExplainAsync(run, "kill, then cut", async () =>
        {
            await run.OpenAsync(steps: 20, run.KillAt(random.Next(10, 150)));
            await run.OpenAsync(steps: random.Next(3), PowerCutRun.CutAt(run.Disk.Operations + random.Next(5, 30), Moments[random.Next(3)]));
            await ReopenAsync(run);
        });
    });

    [Theory]
    [InlineData(SyncMode.Interval)]
    [InlineData(SyncMode.Never)]
    public Task Without_a_flush_for_each_write_a_cut_takes_the_newest_groups_and_no_others(SyncMode sync) => ForSeedsAsync(Soak ? 5000 : 25, async seed =>
    {
        var random = new Random(seed);
        var run = new PowerCutRun(seed, sync);
        await ExplainAsync(run, sync.ToString(), async () =>
        {
            // What each consumer is subscribed to is not in question: closing flushes it.
            await run.OpenAsync(steps: 0);
            run.CutPower();
            for (var opening = 0; opening < 4; opening++)
            {
                await LiveAndDieAsync(run, random, random.Next(60));
            }

            await ReopenAsync(run);
        });
    });

    [Fact]
    public async Task What_failing_writes_and_flushes_refuse_never_comes_back()
    {
        var refused = 0;
        await ForSeedsAsync(Soak ? 5000 : 25, async seed =>
        {
            var random = new Random(seed);
            var run = new PowerCutRun(seed);
            await ExplainAsync(run, "faults", async () =>
            {
                for (var opening = 0; opening < 3; opening++)
                {
                    // Opening itself may fail on a failing disk: the faults begin behind it.
                    var faults = new RandomFaults(random.Next(), 0.03);
                    await run.OpenAsync(steps: 40, operation => run.IsAtWork ? faults.Decide(operation) : DiskFault.None);
                    run.CutPower();
                }

                await ReopenAsync(run);
            });
            refused += run.Refused;
        });
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task What_a_full_disk_refuses_never_comes_back()
    {
        int refused = 0, openings = 0;
        await ForSeedsAsync(Soak ? 5000 : 25, async seed =>
        {
            var random = new Random(seed);
            var run = new PowerCutRun(seed);
            run.Disk.Capacity = random.Next(4, 10) * PowerCutRun.SegmentSize;
            await ExplainAsync(run, "full disk", async () =>
            {
                for (var opening = 0; opening < 3; opening++)
                {
                    await run.OpenAsync(steps: 60);
                    run.CutPower();
                }

                await ReopenAsync(run);
            });
            refused += run.Refused;
            openings += run.RefusedOpenings;
        });
        output.WriteLine($"{refused} groups were refused, {openings} openings");
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task Flipped_bits_are_counted_and_never_read()
    {
        int missing = 0, told = 0, refused = 0;
        await ForSeedsAsync(Soak ? 20_000 : 120, async seed =>
        {
            var random = new Random(seed);
            var run = new PowerCutRun(seed);
            await ExplainAsync(run, "flipped bits", async () =>
            {
                // A life that no cut ends, so that there is something to damage.
                await run.OpenAsync(steps: 20);
                await LiveAndDieAsync(run, random, random.Next(10, 60));
                FlipBits(run.Disk, random);
                try
                {
                    await run.OpenAsync(steps: 0, damaged: true);
                }
                catch (JournalOpenException exception)
                {
                    Assert.Contains(SimulatedDisk.Path, exception.Message, StringComparison.Ordinal);
                    refused++;
                }
            });
            missing += run.Missing;
            told += run.DamageTold;
        });
        output.WriteLine($"{missing} groups were missing and counted, {told} openings told of damage, {refused} refused");
        Assert.NotEqual(0, told);

        // Few: what a group changed is mostly in a snapshot too. A short run may have none.
        Assert.True(missing > 0 || !Soak);
    }

    [Theory]
    [InlineData((int)JournalDefects.AcknowledgeBeforeFlush)]
    [InlineData((int)JournalDefects.AppendToOldSegment)]
    public async Task A_broken_build_is_caught(int defect)
    {
        var caught = new List<string>();
        await ForSeedsAsync(Soak ? 1000 : 30, async seed =>
        {
            var random = new Random(seed);
            var run = new PowerCutRun(seed, SyncMode.Always, (JournalDefects)defect);
            try
            {
                for (var opening = 0; opening < 5; opening++)
                {
                    await LiveAndDieAsync(run, random, random.Next(30));
                }

                await ReopenAsync(run);
            }
            catch (Exception exception) when (exception is BrokenPromiseException or JournalOpenException)
            {
                caught.Add(exception.Message);
            }
        });
        output.WriteLine($"caught {caught.Count} times, first: {caught.FirstOrDefault()}");
        Assert.NotEmpty(caught);
    }

    /// <summary>One opening that ends by a clean close, a cut at any moment, or a kill, and then mostly a cut.</summary>
    private static async Task LiveAndDieAsync(PowerCutRun run, Random random, int steps)
    {
        var at = run.Disk.Operations + random.Next(random.Next(2) == 0 ? 30 : 300);
        switch (random.Next(8))
        {
            case 0:
                await run.OpenAsync(steps);
                break;
            case 1:
                await run.OpenAsync(steps, run.KillAt(at));
                return;
            default:
                await run.OpenAsync(steps, PowerCutRun.CutAt(at, Moments[random.Next(3)]));
                break;
        }

        run.CutPower();
    }

    /// <summary>An opening that dies at a moment that the seed decides.</summary>
    private static Task DieAsync(PowerCutRun run, int seed) =>
        run.OpenAsync(steps: 30, PowerCutRun.CutAt(20 + (seed & 0x7F), Moments[(seed & 0x7FFFFFFF) % 3]));

    /// <summary>Opens what a death left, works on, cuts again and looks again.</summary>
    private static async Task ReopenAsync(PowerCutRun run)
    {
        run.CutPower();
        await run.OpenAsync(steps: 3);
        run.CutPower();
        await run.OpenAsync(steps: 0);
    }

    private static async Task<long> CountAsync(int seed, Func<PowerCutRun, Task> life)
    {
        var run = new PowerCutRun(seed);
        await life(run);
        return run.Disk.Operations;
    }

    /// <summary>Flips bits of any files, mostly where something was written: most of a segment is empty, and spare files are all of it.</summary>
    private static void FlipBits(SimulatedDisk disk, Random random)
    {
        var all = ReadFiles(disk);
        var segments = all.Where(file => file.Name.EndsWith(DiskFormat.SegmentExtension, StringComparison.Ordinal) && file.Written > 0).ToList();
        for (var flips = random.Next(1, 8); flips > 0 && all.Count > 0; flips--)
        {
            var from = segments.Count > 0 && random.Next(4) > 0 ? segments : all;
            var (name, size, written) = from[random.Next(from.Count)];
            disk.FlipBit(name, random.NextInt64(written == 0 || random.Next(4) == 0 ? size : written), random.Next(8));
        }
    }

    /// <summary>The files that are not empty, with the bytes up to the last one that is not zero.</summary>
    private static List<(string Name, long Size, long Written)> ReadFiles(SimulatedDisk disk)
    {
        using var files = new SimulatedFiles(disk);
        var found = new List<(string Name, long Size, long Written)>();
        foreach (var name in files.List().Order(StringComparer.Ordinal))
        {
            using var file = files.Open(name, JournalFileAccess.Read);
            var bytes = new byte[file.Length];
            Assert.Equal(bytes.Length, file.Read(0, bytes));
            if (bytes.Length > 0)
            {
                found.Add((name, bytes.Length, bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1));
            }
        }

        return found;
    }

    private async Task ForSeedsAsync(int count, Func<int, Task> test)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SLUICE_SEED={RandomSeed.Value}"));
        for (var i = 0; i < count; i++)
        {
            await test(RandomSeed.Value + i);
        }
    }

    private static async Task ExplainAsync(PowerCutRun run, string what, Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (Exception exception)
        {
            var attempts = string.Join('\n', run.History.Attempts.TakeLast(12));
            var notices = string.Join('\n', run.Notices.TakeLast(12));
            var operations = string.Join('\n', run.Operations.Where(operation => !operation.Contains("Read", StringComparison.Ordinal)).TakeLast(60));
            throw new InvalidOperationException(
                $"SLUICE_SEED={RandomSeed.Value}, {what}: {exception.Message}\nThe last groups:\n{attempts}\nThe journal said:\n{notices}\nThe last operations:\n{operations}", exception);
        }
    }
}
