using System.Diagnostics.Metrics;
using System.Runtime;

namespace Sluice.Hosting;

/// <summary>What the process takes of the machine, asked when somebody scrapes.</summary>
internal static class ProcessMetrics
{
    public static void Register(Meter meter)
    {
        meter.CreateObservableCounter("sluice_process_cpu_time", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time used, in user and kernel mode.");
        meter.CreateObservableGauge("sluice_process_resident_memory", () => Environment.WorkingSet, "By", "Memory that the process occupies.");
        meter.CreateObservableGauge("sluice_process_heap", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Managed memory in use or not yet collected.");
        meter.CreateObservableCounter("sluice_process_allocated", () => GC.GetTotalAllocatedBytes(), "By", "Managed memory allocated since the start.");
        meter.CreateObservableCounter("sluice_process_gc_collections", Collections, "{collection}", "Garbage collections, by the oldest generation that they collected.");
        meter.CreateObservableCounter("sluice_process_gc_pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time for which garbage collections stopped the process.");
        meter.CreateObservableGauge("sluice_process_gc_mode", Mode, "{mode}", "1 for the mode that the garbage collector runs in.");
    }

    /// <summary>The runtime counts a collection for every generation up to the oldest; here it counts once.</summary>
    private static IEnumerable<Measurement<long>> Collections()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var older = generation == GC.MaxGeneration ? 0 : GC.CollectionCount(generation + 1);
            yield return new Measurement<long>(GC.CollectionCount(generation) - older, new KeyValuePair<string, object?>("generation", generation));
        }
    }

    private static Measurement<int> Mode() =>
        new(1, new KeyValuePair<string, object?>("mode", GCSettings.IsServerGC ? "server" : "workstation"));
}
