using System.Diagnostics;

namespace Sluice.Journal.Benchmarks;

/// <summary>What one side did in one round, and what it took the whole process.</summary>
internal readonly record struct Sample(long Groups, TimeSpan Elapsed, TimeSpan User, TimeSpan Kernel, long AllocatedBytes)
{
    public double GroupsPerSecond => Groups / Elapsed.TotalSeconds;

    public double MegabytesPerSecond => GroupsPerSecond * Payload.Size / 1e6;

    public double UserPerRecord => User.TotalNanoseconds / Groups / Payload.Records;

    public double KernelPerRecord => Kernel.TotalNanoseconds / Groups / Payload.Records;

    public double AllocatedPerRecord => (double)AllocatedBytes / Groups / Payload.Records;

    /// <summary>Measures one round.</summary>
    /// <param name="run">Does as much as it can and says how many groups that was.</param>
    public static async Task<Sample> TakeAsync(Func<Task<long>> run)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage;
        var start = Stopwatch.GetTimestamp();
        var groups = await run().ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var after = Environment.CpuUsage;
        return new Sample(
            groups,
            elapsed,
            after.UserTime - processor.UserTime,
            after.PrivilegedTime - processor.PrivilegedTime,
            GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
