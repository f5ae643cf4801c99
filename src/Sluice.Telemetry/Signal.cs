namespace Sluice.Telemetry;

/// <summary>The OpenTelemetry signals: which of the three record messages a batch holds. An event is a log record with an event name.</summary>
public enum Signal : byte
{
    /// <summary>Records are <c>opentelemetry.proto.logs.v1.LogRecord</c>.</summary>
    Logs,

    /// <summary>Records are <c>opentelemetry.proto.trace.v1.Span</c>.</summary>
    Traces,

    /// <summary>Records are <c>opentelemetry.proto.metrics.v1.Metric</c>, each with its data points.</summary>
    Metrics,
}
