using System.Text;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>How many processes there are (<c>proc(5)</c>: <c>/proc/[pid]/stat</c>, <c>/proc/stat</c>).</summary>
internal sealed class ProcessesScraper : IHostScraper
{
    private static readonly HostMetric Count = new("system.processes.count", "Processes by status.", "{processes}", HostMetricKind.UpDownSum);
    private static readonly HostMetric Created = new("system.processes.created", "Processes that were started.", "{processes}");

    /// <summary>The states, sorted by name, each with its letters.</summary>
    private static readonly (byte[] Name, string Letters)[] States =
    [
        .. new[] { ("blocked", "D"), ("idle", "I"), ("paging", "W"), ("running", "R"), ("sleeping", "S"), ("stopped", "Tt"), ("unknown", ""), ("zombies", "Z") }
            .Select(state => (Encoding.UTF8.GetBytes(state.Item1), state.Item2)),
    ];

    private static readonly int Unknown = Array.FindIndex(States, state => state.Letters.Length == 0);

    private readonly ProcessStat _stat = new();

    public IReadOnlyList<HostMetric> Metrics => [Count, Created];

    public void Scrape(HostFiles files, HostPoints points)
    {
        if (points.Begin(Count))
        {
            Span<long> counts = stackalloc long[States.Length];
            foreach (var process in files.Processes())
            {
                if (_stat.TryRead(files, process) == 0)
                {
                    counts[IndexOf(_stat.State)]++;
                }
            }

            for (var i = 0; i < counts.Length; i++)
            {
                if (counts[i] > 0)
                {
                    points.Add(counts[i]).With("status"u8, States[i].Name);
                }
            }
        }

        if (points.Begin(Created))
        {
            points.Add(Fields.Find(files.Read("/proc/stat"u8), "processes "u8));
        }
    }

    private static int IndexOf(byte letter)
    {
        for (var i = 0; i < States.Length; i++)
        {
            if (States[i].Letters.Contains((char)letter, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return Unknown;
    }
}
