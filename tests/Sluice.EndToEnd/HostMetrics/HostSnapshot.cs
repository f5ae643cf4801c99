using System.Globalization;
using Sluice.EndToEnd.Support;

namespace Sluice.EndToEnd.HostMetrics;

/// <summary>
/// What the kernel of this machine said at one moment, copied into a directory as a container finds its host below <c>root_path</c>; and what that
/// means, read a second time and in another way than the receiver does.
/// </summary>
internal sealed class HostSnapshot : IDisposable
{
    private const decimal Ticks = 100;
    private const long Kibi = 1024;

    private static readonly string[] Files =
        ["stat", "uptime", "loadavg", "meminfo", "vmstat", "swaps", "diskstats", "filesystems"];

    private static readonly string[] OfProcess = ["stat", "status", "cmdline", "io"];

    private HostSnapshot(string root) => Root = root;

    /// <summary>The directory.</summary>
    public string Root { get; }

    /// <summary>Copies what there is now.</summary>
    public static HostSnapshot Take()
    {
        var snapshot = new HostSnapshot(Directory.CreateTempSubdirectory("sluice-host-").FullName);
        foreach (var file in Files)
        {
            snapshot.Write($"proc/{file}", File.ReadAllBytes($"/proc/{file}"));
        }

        // What /proc/net says in a container is about the container; the host's is that of its first process.
        foreach (var file in (string[])["dev", "tcp", "tcp6"])
        {
            if (File.Exists($"/proc/net/{file}"))
            {
                snapshot.Write($"proc/1/net/{file}", File.ReadAllBytes($"/proc/net/{file}"));
                snapshot.Write($"proc/net/{file}", "of the container"u8.ToArray());
            }
        }

        snapshot.Write("proc/1/mountinfo", File.ReadAllBytes("/proc/self/mountinfo"));
        snapshot.Write("etc/passwd", File.ReadAllBytes("/etc/passwd"));
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)))
        {
            snapshot.CopyProcess(process!);
        }

        return snapshot;
    }

    /// <summary>When the machine was started, in seconds since 1970.</summary>
    public long BootSeconds => long.Parse(Lines("stat").Single(line => line.StartsWith("btime ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>The numbers of the processes.</summary>
    public IReadOnlyList<string> Processes => [.. Directory.EnumerateDirectories(Path.Combine(Root, "proc")).Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit) && File.Exists(Path.Combine(Root, "proc", name!, "stat"))).Select(name => name!)];

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>What all scrapers should find, but for processes and file systems.</summary>
    public HashSet<Finding> System()
    {
        var found = new HashSet<Finding>();
        AddProcessors(found);
        var load = Text("loadavg").Split(' ');
        found.Add(new("system.cpu.load_average.1m", "", Number(load[0])));
        found.Add(new("system.cpu.load_average.5m", "", Number(load[1])));
        found.Add(new("system.cpu.load_average.15m", "", Number(load[2])));
        found.Add(new("system.uptime", "", Number(Text("uptime").Split(' ')[0])));
        AddMemory(found);
        AddPaging(found);
        AddDisks(found);
        AddNetwork(found);
        foreach (var state in Processes.GroupBy(process => Rest(process)[0] switch { "R" => "running", "S" => "sleeping", "D" => "blocked", "I" => "idle", "Z" => "zombies", "T" or "t" => "stopped", _ => "unknown" }))
        {
            found.Add(new("system.processes.count", $"status={state.Key}", state.Count()));
        }

        found.Add(new("system.processes.created", "", Table("stat", ' ')["processes"]));
        return found;
    }

    /// <summary>What should be found of a process.</summary>
    public HashSet<Finding> OfOne(string process)
    {
        var rest = Rest(process);
        var found = new HashSet<Finding>
        {
            new("process.cpu.time", "state=user", Number(rest[11]) / Ticks),
            new("process.cpu.time", "state=system", Number(rest[12]) / Ticks),
            new("process.cpu.time", "state=wait", Number(rest[39]) / Ticks),
            new("process.memory.usage", "", Number(rest[21]) * Environment.SystemPageSize),
            new("process.memory.virtual", "", Number(rest[20])),
        };
        if (File.Exists(Path.Combine(Root, "proc", process, "io")))
        {
            var io = Table($"{process}/io", ':');
            found.Add(new("process.disk.io", "direction=read", io["read_bytes"]));
            found.Add(new("process.disk.io", "direction=write", io["write_bytes"]));
        }

        return found;
    }

    /// <summary>The attributes that the resource of a process should have.</summary>
    public Dictionary<string, string> Describe(string process)
    {
        var stat = Text($"{process}/stat");
        var name = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];
        var attributes = new Dictionary<string, string> { ["process.pid"] = process, ["process.parent_pid"] = Rest(process)[1] };
        var arguments = File.Exists(Path.Combine(Root, "proc", process, "cmdline")) ? Text($"{process}/cmdline").TrimEnd('\0').Split('\0') : [""];
        if (arguments[0].Length > 0)
        {
            attributes["process.command"] = arguments[0];
            attributes["process.command_line"] = string.Join(' ', arguments);
            var file = arguments[0].Split('/')[^1];
            name = name.Length >= 15 && file.StartsWith(name, StringComparison.Ordinal) ? file : name;
        }

        attributes["process.executable.name"] = name;
        if (new FileInfo(Path.Combine(Root, "proc", process, "exe")).LinkTarget is { } path)
        {
            attributes["process.executable.path"] = path;
        }

        if (File.Exists(Path.Combine(Root, "proc", process, "status")))
        {
            var user = Lines($"{process}/status").Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1];
            attributes["process.owner"] = File.ReadLines(Path.Combine(Root, "etc/passwd")).Select(line => line.Split(':')).FirstOrDefault(fields => fields[2] == user)?[0] ?? user;
        }

        return attributes;
    }

    /// <summary>When a process was started, in nanoseconds since 1970.</summary>
    public long StartUnixNano(string process) => (BootSeconds * 1_000_000_000) + ((long)Number(Rest(process)[19]) * 10_000_000);

    private void AddProcessors(HashSet<Finding> found)
    {
        string[] states = ["user", "nice", "system", "idle", "wait", "interrupt", "softirq", "steal"];
        foreach (var fields in Lines("stat").Where(line => line.StartsWith("cpu", StringComparison.Ordinal) && line[3] != ' ').Select(line => line.Split(' ')))
        {
            for (var i = 0; i < states.Length; i++)
            {
                found.Add(new("system.cpu.time", $"cpu={fields[0]},state={states[i]}", Number(fields[i + 1]) / Ticks));
            }
        }
    }

    private void AddMemory(HashSet<Finding> found)
    {
        var memory = Table("meminfo", ':');
        var cached = memory["Cached"] + memory["SReclaimable"];
        void Add(string state, decimal kibi) => found.Add(new("system.memory.usage", $"state={state}", kibi * Kibi));
        Add("used", memory["MemTotal"] - memory["MemFree"] - memory["Buffers"] - cached);
        Add("free", memory["MemFree"]);
        Add("buffered", memory["Buffers"]);
        Add("cached", cached);
        Add("slab_reclaimable", memory["SReclaimable"]);
        Add("slab_unreclaimable", memory["SUnreclaim"]);
    }

    private void AddPaging(HashSet<Finding> found)
    {
        foreach (var fields in Lines("swaps").Skip(1).Select(Fields))
        {
            found.Add(new("system.paging.usage", $"device={fields[0]},state=used", Number(fields[3]) * Kibi));
            found.Add(new("system.paging.usage", $"device={fields[0]},state=free", (Number(fields[2]) - Number(fields[3])) * Kibi));
        }

        var pages = Table("vmstat", ' ');
        found.Add(new("system.paging.operations", "direction=page_in,type=major", pages["pswpin"]));
        found.Add(new("system.paging.operations", "direction=page_out,type=major", pages["pswpout"]));
        found.Add(new("system.paging.operations", "direction=page_in,type=minor", pages["pgpgin"]));
        found.Add(new("system.paging.operations", "direction=page_out,type=minor", pages["pgpgout"]));
        found.Add(new("system.paging.faults", "type=major", pages["pgmajfault"]));
        found.Add(new("system.paging.faults", "type=minor", pages["pgfault"] - pages["pgmajfault"]));
    }

    private void AddDisks(HashSet<Finding> found)
    {
        foreach (var fields in Lines("diskstats").Select(Fields))
        {
            void Add(string name, string direction, decimal value) => found.Add(new(name, $"device={fields[2]}{(direction.Length > 0 ? ",direction=" + direction : "")}", value));
            Add("system.disk.operations", "read", Number(fields[3]));
            Add("system.disk.operations", "write", Number(fields[7]));
            Add("system.disk.merged", "read", Number(fields[4]));
            Add("system.disk.merged", "write", Number(fields[8]));
            Add("system.disk.io", "read", Number(fields[5]) * 512);
            Add("system.disk.io", "write", Number(fields[9]) * 512);
            Add("system.disk.operation_time", "read", Number(fields[6]) / 1000);
            Add("system.disk.operation_time", "write", Number(fields[10]) / 1000);
            Add("system.disk.pending_operations", "", Number(fields[11]));
            Add("system.disk.io_time", "", Number(fields[12]) / 1000);
            Add("system.disk.weighted_io_time", "", Number(fields[13]) / 1000);
        }
    }

    private void AddNetwork(HashSet<Finding> found)
    {
        foreach (var (device, fields) in Lines("1/net/dev").Skip(2).Select(line => (line.Split(':')[0].Trim(), Fields(line.Split(':')[1]))))
        {
            foreach (var (name, column) in (ReadOnlySpan<(string, int)>)[("io", 0), ("packets", 1), ("errors", 2), ("dropped", 3)])
            {
                found.Add(new($"system.network.{name}", $"device={device},direction=receive", Number(fields[column])));
                found.Add(new($"system.network.{name}", $"device={device},direction=transmit", Number(fields[column + 8])));
            }
        }

        string[] states = ["ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"];
        var connections = ((string[])["1/net/tcp", "1/net/tcp6"]).Where(file => File.Exists(Path.Combine(Root, "proc", file)))
            .SelectMany(file => Lines(file).Skip(1)).Select(line => Convert.ToInt32(Fields(line)[3], 16)).ToArray();
        for (var i = 0; i < states.Length; i++)
        {
            found.Add(new("system.network.connections", $"protocol=tcp,state={states[i]}", connections.Count(state => state == i + 1)));
        }
    }

    private void CopyProcess(string process)
    {
        foreach (var file in OfProcess)
        {
            try
            {
                Write($"proc/{process}/{file}", File.ReadAllBytes($"/proc/{process}/{file}"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or belongs to somebody else.
                return;
            }
        }

        if (new FileInfo($"/proc/{process}/exe").LinkTarget is { } target)
        {
            File.CreateSymbolicLink(Path.Combine(Root, "proc", process, "exe"), target);
        }
    }

    private void Write(string path, byte[] content)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    private string Text(string file) => File.ReadAllText(Path.Combine(Root, "proc", file));

    private string[] Lines(string file) => Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Dictionary<string, decimal> Table(string file, char separator) => Lines(file).Where(line => line.Contains(separator, StringComparison.Ordinal)).Select(line => line.Split(separator, 2))
        .Select(parts => (Name: parts[0], Value: Fields(parts[1]).FirstOrDefault("")))
        .Where(entry => entry.Value.Length > 0 && entry.Value.All(char.IsAsciiDigit)).ToDictionary(entry => entry.Name, entry => Number(entry.Value));

    /// <summary>What stands behind the name of a process, the state first.</summary>
    private string[] Rest(string process)
    {
        var stat = Text($"{process}/stat");
        return Fields(stat[(stat.LastIndexOf(')') + 1)..]);
    }

    private static string[] Fields(string line) => line.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A point.</summary>
/// <param name="Name">Of its metric.</param>
/// <param name="Attributes">As <c>key=value</c>, sorted, with commas between.</param>
/// <param name="Value">Its value.</param>
internal sealed record Finding(string Name, string Attributes, decimal Value);
