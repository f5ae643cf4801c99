using System.Text.Json;
using Sluice.Load.Ids;

namespace Sluice.Scenarios;

/// <summary>The sink, beside the sender.</summary>
internal sealed class SinkDestination : Destination
{
    private readonly Child _child;
    private readonly string _ids;

    private SinkDestination(Child child, string ids, IReadOnlyDictionary<string, string> environment)
    {
        _child = child;
        _ids = ids;
        Environment = environment;
    }

    public override IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Starts it.</summary>
    /// <param name="settings">Where the tool is.</param>
    /// <param name="scenario">Says whether Sluice compresses what it sends.</param>
    /// <param name="machine">Where it runs.</param>
    /// <param name="directory">Gets the ids of what came.</param>
    /// <param name="stalls">Whether it answers no request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Destination> StartAsync(Settings settings, Scenario scenario, Machine machine, string directory, bool stalls, CancellationToken cancellationToken)
    {
        var ids = Path.Combine(directory, "received");
        var readyFile = Path.Combine(directory, "sink.ready");
        var child = Child.Start(machine.Load, settings.LoadTool, ["sink", "--ready-file", readyFile, "--ids", ids, .. stalls ? ["--stall"] : Array.Empty<string>()]);
        try
        {
            using var ready = JsonDocument.Parse(await child.ReadyAsync(readyFile, cancellationToken).ConfigureAwait(false));
            return new SinkDestination(child, ids, new Dictionary<string, string>
            {
                ["BENCHMARK_SINK"] = ready.RootElement.GetProperty("http").GetString()!,
                ["BENCHMARK_COMPRESSION"] = scenario.Gzip ? "gzip" : "none",
            });
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async Task<Comparison> CompareAsync(IEnumerable<IdSet> acknowledged, MetricsPage last, CancellationToken cancellationToken)
    {
        await _child.StopAsync(cancellationToken).ConfigureAwait(false);
        return Comparison.Of(acknowledged, Directory.EnumerateFiles(_ids).Select(IdSet.Load));
    }

    public override ValueTask DisposeAsync() => _child.DisposeAsync();
}
