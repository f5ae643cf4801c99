using Sluice.Telemetry;

namespace Sluice.Runtime.Replay;

/// <summary>The names of what replays own in the journal.</summary>
internal static class ReplayTopics
{
    private const string Prefix = "replay/";
    private const string ConsumerPrefix = "replay:";

    /// <summary>
    /// The topic through which an exporter gets replayed records of a signal. No pipeline can have this name: their ids begin with a signal.
    /// </summary>
    public static string NameOf(string exporter, Signal signal) => $"{Prefix}{exporter}/{signal switch
    {
        Signal.Traces => "traces",
        Signal.Metrics => "metrics",
        _ => "logs",
    }}";

    /// <summary>The consumer that reads for a replay. No exporter can have this name: component ids have no colon.</summary>
    public static string ConsumerOf(string replay) => ConsumerPrefix + replay;

    /// <summary>Whether a consumer reads for a replay.</summary>
    public static bool IsConsumer(string name) => name.StartsWith(ConsumerPrefix, StringComparison.Ordinal);
}
