using System.Diagnostics;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Sluice.Journal.Benchmarks;

/// <summary>Says what the figures were measured on.</summary>
internal static class Machine
{
    public static void Describe(string directory)
    {
        Console.WriteLine($"processor    {ProcessorName()}, {Environment.ProcessorCount} usable{Affinity()}");
        Console.WriteLine($"memory       {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 20)} MiB");
        Console.WriteLine($"system       {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}");
        Console.WriteLine($"runtime      {RuntimeInformation.FrameworkDescription}, {GcMode()}");
        Console.WriteLine($"directory    {directory}, on {new DriveInfo(directory).DriveFormat}");
    }

    private static string ProcessorName()
    {
        const string Key = "model name";
        var line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string Affinity()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
        {
            return "";
        }

        using var process = Process.GetCurrentProcess();
        return $", affinity 0x{process.ProcessorAffinity:x}";
    }

    private static string GcMode() =>
        $"{(GCSettings.IsServerGC ? "server" : "workstation")} garbage collection, {GCSettings.LatencyMode}";
}
