using System.Globalization;
using System.Runtime.InteropServices;

namespace Sluice.Scenarios;

/// <summary>The processors that this process may use, and who gets which.</summary>
internal sealed class Machine
{
    private Machine(string? underTest, string? load, string note)
    {
        UnderTest = underTest;
        Load = load;
        Note = note;
    }

    /// <summary>The processor of what is measured, as <c>taskset -c</c> takes it; null when nothing is pinned.</summary>
    public string? UnderTest { get; }

    /// <summary>Those of the sender, the sink and this process; null when nothing is pinned.</summary>
    public string? Load { get; }

    /// <summary>Says who runs where, or why nobody is pinned.</summary>
    public string Note { get; }

    /// <summary>Whether Sluice has one processor, and others do not run on it.</summary>
    public bool IsPinned => UnderTest is not null;

    /// <summary>Names the processor, the memory and the system.</summary>
    public static string Description =>
        $"{ProcessorName()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>Looks at the machine.</summary>
    public static Machine Find()
    {
        if (!OperatingSystem.IsLinux() || !HasTaskset())
        {
            return new Machine(null, null, "not pinned: there is no taskset on this machine, so that all processes share all processors");
        }

        var allowed = Allowed();
        if (allowed.Count < 2)
        {
            return new Machine(null, null, "not pinned: there is only one processor, which all processes share");
        }

        // Two threads of one core are no two processors: each slows the other down. Where there is no choice, that is said.
        var first = allowed[0];
        var siblings = Siblings(first);
        var others = allowed.Where(processor => !siblings.Contains(processor)).ToList();
        var shared = others.Count == 0;
        others = shared ? allowed.Skip(1).ToList() : others;
        var load = string.Join(',', others);
        return new Machine(
            first.ToString(CultureInfo.InvariantCulture), load, $"pinned: Sluice and the floor to processor {first}, sender and sink to {load}{(shared ? ", which is a thread of the same core" : "")}");
    }

    private static bool HasTaskset() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, "taskset")));

    private static List<int> Allowed()
    {
        const string Key = "Cpus_allowed_list:";
        return ParseList(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..]);
    }

    private static List<int> Siblings(int processor)
    {
        var path = $"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list";
        return File.Exists(path) ? ParseList(File.ReadAllText(path)) : [processor];
    }

    /// <summary>Reads a list as the kernel writes it: <c>0-3,8</c>.</summary>
    private static List<int> ParseList(string text) =>
    [
        .. text.Trim().Split(',').SelectMany(part =>
        {
            var ends = Array.ConvertAll(part.Split('-'), end => int.Parse(end, CultureInfo.InvariantCulture));
            return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
        }),
    ];

    private static string ProcessorName()
    {
        const string Key = "model name";
        var line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null ? "unknown processor" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
