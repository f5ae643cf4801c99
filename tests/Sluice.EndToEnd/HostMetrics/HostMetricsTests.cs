using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Prometheus;
using Sluice.EndToEnd.Support;
using Sluice.Testing;

namespace Sluice.EndToEnd.HostMetrics;

/// <summary>The receiver <c>hostmetrics</c> with every scraper on, against another reading of what the kernel says.</summary>
public sealed class HostMetricsTests
{
    /// <summary>What each metric is in the Collector: its unit, and whether it is a gauge, a sum that goes up and down, or a counter.</summary>
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["system.cpu.time"] = "s counter",
        ["system.cpu.load_average.1m"] = "{thread} gauge",
        ["system.cpu.load_average.5m"] = "{thread} gauge",
        ["system.cpu.load_average.15m"] = "{thread} gauge",
        ["system.uptime"] = "s gauge",
        ["system.memory.usage"] = "By sum",
        ["system.paging.usage"] = "By sum",
        ["system.paging.operations"] = "{operations} counter",
        ["system.paging.faults"] = "{faults} counter",
        ["system.disk.io"] = "By counter",
        ["system.disk.operations"] = "{operations} counter",
        ["system.disk.merged"] = "{operations} counter",
        ["system.disk.io_time"] = "s counter",
        ["system.disk.operation_time"] = "s counter",
        ["system.disk.weighted_io_time"] = "s counter",
        ["system.disk.pending_operations"] = "{operations} sum",
        ["system.filesystem.usage"] = "By sum",
        ["system.filesystem.inodes.usage"] = "{inodes} sum",
        ["system.network.io"] = "By counter",
        ["system.network.packets"] = "{packets} counter",
        ["system.network.errors"] = "{errors} counter",
        ["system.network.dropped"] = "{packets} counter",
        ["system.network.connections"] = "{connections} sum",
        ["system.processes.count"] = "{processes} sum",
        ["system.processes.created"] = "{processes} counter",
        ["process.cpu.time"] = "s counter",
        ["process.memory.usage"] = "By sum",
        ["process.memory.virtual"] = "By sum",
        ["process.disk.io"] = "By counter",
    };

    [Fact]
    public async Task A_host_below_a_root_path_is_measured_to_the_last_digit()
    {
        using var host = HostSnapshot.Take();
        await using var sluice = await Instance.StartAsync(Configuration($"root_path: '{host.Root}', "));
        var reading = await ReadingAsync(sluice, _ => true);

        var fileSystems = reading.System.Where(found => found.Name.StartsWith("system.filesystem.", StringComparison.Ordinal)).ToHashSet();
        AssertSame(host.System(), reading.System.Except(fileSystems));
        Assert.Equal([host.BootSeconds * 1_000_000_000], reading.Starts(""));

        // Of the mount points only the root is found below the directory.
        Assert.Equal(
            new DriveInfo(host.Root).TotalSize,
            fileSystems.Where(found => found.Name == "system.filesystem.usage" && found.Attributes.Contains("mountpoint=/,", StringComparison.Ordinal)).Sum(found => found.Value));

        Assert.Equal(host.Processes.Order(StringComparer.Ordinal), reading.Processes.Order(StringComparer.Ordinal));
        foreach (var process in reading.Processes)
        {
            Assert.Equal(host.Describe(process).OrderBy(one => one.Key, StringComparer.Ordinal), reading.Describe(process).OrderBy(one => one.Key, StringComparer.Ordinal));
            AssertSame(host.OfOne(process), reading.Findings(process));
            Assert.Equal([host.StartUnixNano(process)], reading.Starts(process));
        }

        foreach (var (name, kind) in reading.Kinds)
        {
            Assert.Equal($"{name}: {Kinds[name]}", $"{name}: {kind}");
        }

        // A machine without swap space has none to use.
        Assert.Equal([], Kinds.Keys.Except(reading.Kinds.Keys).Where(name => name != "system.paging.usage"));
    }

    [Fact]
    public async Task This_machine_is_measured_between_two_readings_of_its_kernel()
    {
        using var before = HostSnapshot.Take();
        var sizesBefore = await SizesAsync();
        await using var sluice = await Instance.StartAsync(Configuration(""));
        var reading = await ReadingAsync(sluice, _ => true);
        var sizes = (await SizesAsync()).Intersect(sizesBefore);
        using var after = HostSnapshot.Take();

        // Idling and waiting are estimates, which the kernel may set back; all others only rise.
        string[] rising = ["system.cpu.time", "system.disk.io", "system.disk.operations", "system.network.io", "system.network.packets", "system.processes.created"];
        var (lowest, highest) = (Values(before.System()), Values(after.System()));
        var compared = 0;
        foreach (var found in reading.System.Where(found => rising.Contains(found.Name) && !found.Attributes.Contains("state=idle", StringComparison.Ordinal) && !found.Attributes.Contains("state=wait", StringComparison.Ordinal)))
        {
            if (lowest.TryGetValue((found.Name, found.Attributes), out var low) && highest.TryGetValue((found.Name, found.Attributes), out var high))
            {
                Assert.True(low <= found.Value && found.Value <= high, $"{found} is between {low} and {high}");
                compared++;
            }
        }

        Assert.True(compared > 20, $"{compared} counters were compared");
        var memory = reading.System.Where(found => found.Name == "system.memory.usage").ToDictionary(found => found.Attributes, found => found.Value);
        Assert.Equal(
            before.System().Where(found => found.Name == "system.memory.usage" && !found.Attributes.Contains("slab", StringComparison.Ordinal)).Sum(found => found.Value),
            memory["state=used"] + memory["state=free"] + memory["state=buffered"] + memory["state=cached"]);
        Assert.InRange(reading.Starts("").Single(), (before.BootSeconds - 2) * 1_000_000_000, (before.BootSeconds + 2) * 1_000_000_000);

        foreach (var (mountPoint, size, inodes) in sizes)
        {
            var parts = reading.System.Where(found => found.Attributes.Contains($"mountpoint={mountPoint},", StringComparison.Ordinal)).ToArray();
            if (parts.Length > 0)
            {
                Assert.Equal(size, parts.Where(found => found.Name == "system.filesystem.usage").Sum(found => found.Value));
                Assert.Equal(inodes, parts.Where(found => found.Name == "system.filesystem.inodes.usage").Sum(found => found.Value));
            }
        }

        Assert.Equal(Environment.ProcessPath, reading.Describe(Environment.ProcessId.ToString(CultureInfo.InvariantCulture))["process.executable.path"]);
    }

    [Fact]
    public async Task A_process_that_comes_and_goes_is_there_while_it_lives_and_harms_nothing()
    {
        await using var sluice = await Instance.StartAsync(Configuration(""));
        string id;
        using (var sleeper = Process.Start("sleep", "300"))
        {
            id = sleeper.Id.ToString(CultureInfo.InvariantCulture);
            try
            {
                // Before it runs its program a process is a copy of who starts it.
                await ReadingAsync(sluice, reading => reading.Processes.Contains(id) && reading.Describe(id).GetValueOrDefault("process.command_line") == "sleep 300");
            }
            finally
            {
                sleeper.Kill();
                await sleeper.WaitForExitAsync();
            }
        }

        var without = await ReadingAsync(sluice, reading => !reading.Processes.Contains(id));
        Assert.NotEmpty(without.Processes);
        var seen = without.UnixNano;
        await ReadingAsync(sluice, reading => reading.UnixNano > seen);
        Assert.DoesNotContain("Not all was measured", sluice.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_scrapes_every_value()
    {
        PrometheusServer.SkipUnlessInstalled();
        using var host = HostSnapshot.Take();
        await using var sluice = await Instance.StartAsync(Configuration($"root_path: '{host.Root}', "));
        await using var prometheus = await PrometheusServer.StartAsync(sluice.Process.Endpoints["prometheus"]);

        var expected = host.System().Select(found => Text(found with { Name = InPrometheus(found.Name) })).ToHashSet();
        foreach (var process in host.Processes)
        {
            expected.UnionWith(host.OfOne(process).Select(found => $"{process}: {Text(found with { Name = InPrometheus(found.Name) })}"));
        }

        HashSet<string> found = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var series = await prometheus.QueryAsync("{__name__=~\"(system|process)_.+\",__name__!~\"system_filesystem_.*\",otel_scope_name=~\".*hostmetricsreceiver.*\"}");
                found = [.. series.Select(Series)];
                return found.SetEquals(expected);
            },
            () => $"what Prometheus has; missing: {string.Join(" | ", expected.Except(found).Take(5))}; more: {string.Join(" | ", found.Except(expected).Take(5))}");
    }

    private static string Configuration(string options) =>
        $$"""
        receivers:
          hostmetrics: { {{options}}initial_delay: 0s, collection_interval: 500ms, scrapers: {cpu: , load: , system: , memory: , paging: , disk: , filesystem: , network: , processes: , process: } }
        exporters:
          file: {path: out.jsonl, format: json}
          prometheus: {endpoint: "127.0.0.1:0", enable_open_metrics: false, resource_to_telemetry_conversion: {enabled: true} }
        service:
          pipelines:
            metrics: {receivers: [hostmetrics], exporters: [file, prometheus]}
        """;

    private static async Task<HostReading> ReadingAsync(Instance sluice, Func<HostReading, bool> fits)
    {
        HostReading? found = null;
        await Eventually.TrueAsync(
            async () => (found = (await HostReading.ReadAsync(sluice.PathOf("out.jsonl"))).LastOrDefault(fits)) is not null,
            () => $"a reading that fits; {sluice.Process.Output}");
        return found!;
    }

    /// <summary>Sizes and numbers of inodes as <c>df</c> says them.</summary>
    private static async Task<IReadOnlyList<(string MountPoint, decimal Size, decimal Inodes)>> SizesAsync()
    {
        using var df = Process.Start(new ProcessStartInfo("df", ["-B1", "--output=size,itotal,target"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        df.ErrorDataReceived += (_, _) => { };
        df.BeginErrorReadLine();
        var output = await df.StandardOutput.ReadToEndAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(fields => fields[0] != "-" && fields[1] != "-")
            .Select(fields => (fields[2], decimal.Parse(fields[0], CultureInfo.InvariantCulture), decimal.Parse(fields[1], CultureInfo.InvariantCulture)))];
    }

    private static Dictionary<(string, string), decimal> Values(IEnumerable<Finding> findings) => findings.ToDictionary(found => (found.Name, found.Attributes), found => found.Value);

    private static string Text(Finding found) => string.Create(CultureInfo.InvariantCulture, $"{found.Name}{{{found.Attributes}}} {found.Value:0.############}");

    private static void AssertSame(IEnumerable<Finding> expected, IEnumerable<Finding> found) =>
        Assert.Equal(expected.Select(Text).Order(StringComparer.Ordinal), found.Select(Text).Order(StringComparer.Ordinal));

    /// <summary>Dots become underscores, units suffixes, and counters end with total.</summary>
    private static string InPrometheus(string name)
    {
        var kind = Kinds[name].Split(' ');
        var unit = kind[0] switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return name.Replace('.', '_') + unit + (kind[1] == "counter" ? "_total" : "");
    }

    private static string Series((JsonObject Labels, string Value) series)
    {
        var labels = series.Labels.Where(label => label.Key is not ("__name__" or "job" or "instance") && !label.Key.StartsWith("otel_scope_", StringComparison.Ordinal) && !label.Key.StartsWith("process_", StringComparison.Ordinal));
        var process = series.Labels["process_pid"] is { } pid ? $"{pid}: " : "";
        var attributes = string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
        return process + Text(new Finding((string)series.Labels["__name__"]!, attributes, decimal.Parse(series.Value, NumberStyles.Float, CultureInfo.InvariantCulture)));
    }
}
