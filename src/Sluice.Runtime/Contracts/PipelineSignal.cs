using Sluice.Telemetry;

namespace Sluice.Runtime.Contracts;

/// <summary>What a pipeline carries: the part of its id before the slash.</summary>
public enum PipelineSignal
{
    /// <summary>Every log record, events included.</summary>
    Logs,

    /// <summary>Log records with an event name only.</summary>
    Events,

    /// <summary>Spans.</summary>
    Traces,

    /// <summary>Metrics.</summary>
    Metrics,
}

/// <summary>Names and messages of pipeline signals.</summary>
public static class PipelineSignals
{
    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<PipelineSignal> All { get; } =
        [PipelineSignal.Logs, PipelineSignal.Events, PipelineSignal.Traces, PipelineSignal.Metrics];

    /// <summary>The OTLP message that its records are.</summary>
    public static Signal ToSignal(this PipelineSignal signal) => signal switch
    {
        PipelineSignal.Traces => Signal.Traces,
        PipelineSignal.Metrics => Signal.Metrics,
        _ => Signal.Logs,
    };

    /// <summary>The name in the configuration.</summary>
    public static string ToConfigName(this PipelineSignal signal) => signal switch
    {
        PipelineSignal.Logs => "logs",
        PipelineSignal.Events => "events",
        PipelineSignal.Traces => "traces",
        _ => "metrics",
    };
}
