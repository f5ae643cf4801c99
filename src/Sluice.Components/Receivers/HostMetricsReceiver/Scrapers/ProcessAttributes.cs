namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Which attributes the resource of a process has.</summary>
internal sealed class ProcessAttributes
{
    /// <summary>All there are; the last one only where it is switched on.</summary>
    public static readonly string[] Names =
    [
        "process.pid", "process.parent_pid", "process.executable.name", "process.executable.path", "process.command", "process.command_line", "process.owner",
        "process.cgroup",
    ];

    private const string OffByDefault = "process.cgroup";

    private readonly IReadOnlyDictionary<string, AttributeSwitch> _switches;

    /// <param name="switches">Those that are switched on or off, by name.</param>
    public ProcessAttributes(IReadOnlyDictionary<string, AttributeSwitch> switches)
    {
        _switches = switches;
        Pid = Has("process.pid");
        ParentPid = Has("process.parent_pid");
        ExecutableName = Has("process.executable.name");
        ExecutablePath = Has("process.executable.path");
        Command = Has("process.command");
        CommandLine = Has("process.command_line");
        Owner = Has("process.owner");
        Cgroup = Has(OffByDefault);
    }

    public bool Pid { get; }

    public bool ParentPid { get; }

    public bool ExecutableName { get; }

    public bool ExecutablePath { get; }

    public bool Command { get; }

    public bool CommandLine { get; }

    public bool Owner { get; }

    public bool Cgroup { get; }

    private bool Has(string name) => _switches.TryGetValue(name, out var found) ? found.Enabled : name != OffByDefault;
}
