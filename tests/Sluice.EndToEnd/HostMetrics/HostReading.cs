using System.Globalization;
using System.Text.Json.Nodes;

namespace Sluice.EndToEnd.HostMetrics;

/// <summary>One reading of the receiver <c>hostmetrics</c>, as the exporter <c>file</c> wrote it: all points of one time.</summary>
internal sealed class HostReading
{
    private readonly ILookup<string, Entry> _entries;

    private HostReading(IEnumerable<Entry> entries)
    {
        var all = entries.ToArray();
        UnixNano = all[0].UnixNano;
        _entries = all.ToLookup(entry => entry.Resource.GetValueOrDefault("process.pid", ""));
    }

    /// <summary>When it was measured.</summary>
    public long UnixNano { get; }

    /// <summary>The numbers of processes.</summary>
    public IEnumerable<string> Processes => _entries.Select(entries => entries.Key).Where(process => process.Length > 0);

    /// <summary>The points of the machine itself.</summary>
    public HashSet<Finding> System => Findings("");

    /// <summary>What each metric is: its unit, and gauge, sum or counter.</summary>
    public Dictionary<string, string> Kinds => _entries.SelectMany(entries => entries).GroupBy(entry => entry.Finding.Name)
        .ToDictionary(group => group.Key, group => group.Select(entry => entry.Kind).Distinct().Single());

    /// <summary>The readings in a file that are whole, in their order: one may be several requests, which come before those of the next.</summary>
    public static async Task<IReadOnlyList<HostReading>> ReadAsync(string path)
    {
        var lines = File.Exists(path) ? (await File.ReadAllTextAsync(path)).Split('\n').SkipLast(1) : [];
        return [.. lines.SelectMany(line => Entries(JsonNode.Parse(line)!)).GroupBy(entry => entry.UnixNano).OrderBy(group => group.Key).SkipLast(1).Select(group => new HostReading(group))];
    }

    /// <summary>The points of a process; of the machine for an empty text.</summary>
    public HashSet<Finding> Findings(string process) => [.. _entries[process].Select(entry => entry.Finding)];

    /// <summary>The attributes of the resource of a process.</summary>
    public Dictionary<string, string> Describe(string process) => _entries[process].First().Resource;

    /// <summary>Since when the sums of a process count, or those of the machine.</summary>
    public IEnumerable<long> Starts(string process) => _entries[process].Select(entry => entry.StartUnixNano).OfType<long>().Distinct();

    private static IEnumerable<Entry> Entries(JsonNode request) =>
        from resource in request["resourceMetrics"]!.AsArray()
        let described = Attributes(resource["resource"])
        from scope in resource["scopeMetrics"]!.AsArray()
        from metric in scope["metrics"]!.AsArray()
        from point in (metric["gauge"] ?? metric["sum"])!["dataPoints"]!.AsArray()
        select new Entry(
            described,
            new Finding((string)metric["name"]!, string.Join(',', Attributes(point).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}")), Value(point)),
            $"{metric["unit"]} {(metric["gauge"] is not null ? "gauge" : (int?)metric["sum"]!["aggregationTemporality"] != 2 ? "delta" : (bool?)metric["sum"]!["isMonotonic"] == true ? "counter" : "sum")}",
            metric["sum"] is null ? null : Nano(point["startTimeUnixNano"]),
            Nano(point["timeUnixNano"]));

    private static Dictionary<string, string> Attributes(JsonNode? owner) => (owner?["attributes"]?.AsArray() ?? []).ToDictionary(
        attribute => (string)attribute!["key"]!,
        attribute => (string?)attribute!["value"]!["stringValue"] ?? (string)attribute["value"]!["intValue"]!);

    private static long Nano(JsonNode? time) => long.Parse((string)time!, CultureInfo.InvariantCulture);

    private static decimal Value(JsonNode point) =>
        decimal.Parse(point["asInt"]?.ToString() ?? point["asDouble"]!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private sealed record Entry(Dictionary<string, string> Resource, Finding Finding, string Kind, long? StartUnixNano, long UnixNano);
}
